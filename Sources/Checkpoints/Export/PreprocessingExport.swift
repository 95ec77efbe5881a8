import PromptLensImages
import PromptLensJSONDocuments

// The documents that other software prepares pictures by: the inverses of their readers.

extension OpenCLIPPreprocessing {
  /// Returns `preprocess_cfg`, and notes on what it can't state exactly.
  ///
  /// - Throws: ``ExportError`` when open_clip has no such preprocessing.
  static func document(
    _ preprocessing: Preprocessing, size: PixelSize, model: String
  ) throws(ExportError) -> (document: JSON.Object, remarks: [String]) {
    func refuse(_ reason: String) -> ExportError {
      .notExpressible(model: model, format: "open_clip's folder", reason: "its preprocessing \(reason)")
    }
    let standard = Preprocessing.openAI(size)
    let mode: String
    switch (preprocessing.resize, preprocessing.crop) {
    case (standard.resize, size): mode = "shortest"
    case (.inside(size), size): mode = "longest"
    case (.exact(size), nil), (.exact(size), size): mode = "squash"
    default:
      throw refuse(
        "(\(preprocessing.geometry)) is none of open_clip's: the shorter side, the longer side or "
          + "both sides to the image tower's \(size), and the center")
    }
    guard preprocessing.filter == .bicubic || preprocessing.filter == .bilinear && (mode != "shortest" || size.isSquare)
    else { throw refuse("resizes by the filter \(preprocessing.filter), and open_clip by bicubic or bilinear") }

    var document = JSON.Object()
    // ToTensor always divides by 255; another factor goes into the mean and the deviation.
    let scale = preprocessing.rescaleFactor / Preprocessing.byteScale
    let isScaled = preprocessing.rescaleFactor != Preprocessing.byteScale
    func numbers(_ values: [Float]) -> JSON {
      .array(values.map { isScaled ? .number(Double($0) / scale) : JSON($0) })
    }
    document["mean"] = numbers(preprocessing.mean)
    document["std"] = numbers(preprocessing.standardDeviation)
    document["interpolation"] = .string(preprocessing.filter.rawValue)
    document["resize_mode"] = .string(mode)
    if preprocessing.fill != 0, mode == "longest" { document["fill_color"] = JSON(Int(preprocessing.fill)) }
    var remarks: [String] = []
    if isScaled {
      remarks.append(
        "the rescale factor \(preprocessing.rescaleFactor) is written into mean and std, since open_clip has 1/255 alone; "
          + "pixels move in their last digits")
    }
    if preprocessing.cropRounding == .down, mode != "squash" {
      remarks.append(
        "open_clip rounds half pixels of the crop's position to even, where this model rounds down: some crops move by "
          + "a pixel")
    }
    return (document, remarks)
  }
}

extension HuggingFacePreprocessing {
  /// Returns `preprocessor_config.json`, and notes on what it can't state exactly. Every setting is stated.
  ///
  /// - Throws: ``ExportError`` when transformers has no such preprocessing.
  static func document(
    _ preprocessing: Preprocessing, model: String
  ) throws(ExportError) -> (document: JSON, remarks: [String]) {
    func sides(_ size: PixelSize) -> JSON { ["height": JSON(size.height), "width": JSON(size.width)] }
    let crop = preprocessing.crop
    let resized: JSON
    switch preprocessing.resize {
    case .none: resized = crop.map(sides) ?? ["shortest_edge": 224]
    case .shortestEdge(let shortest, nil): resized = ["shortest_edge": JSON(shortest)]
    case .shortestEdge(let shortest, let longest?):
      resized = ["shortest_edge": JSON(shortest), "longest_edge": JSON(longest)]
    case .exact(let size): resized = sides(size)
    case .covering, .inside:
      throw .notExpressible(
        model: model, format: "a Hugging Face CLIPModel",
        reason: "its preprocessing (\(preprocessing.geometry)) is open_clip's alone; --as safetensors "
          + "writes it")
    }
    guard preprocessing.fill == 0 || preprocessing.coversCrop else {
      throw .notExpressible(
        model: model, format: "a Hugging Face CLIPModel",
        reason: "its preprocessing fills borders with \(preprocessing.fill), and transformers with 0 alone; --as "
          + "safetensors writes it")
    }
    let isNormalized = preprocessing.mean != [0, 0, 0] || preprocessing.standardDeviation != [1, 1, 1]
    let document: JSON = [
      "image_processor_type": "CLIPImageProcessor", "feature_extractor_type": "CLIPFeatureExtractor",
      "processor_class": "CLIPProcessor", "do_convert_rgb": true, "do_resize": .bool(preprocessing.resize != .none),
      "size": resized, "resample": JSON(filters.firstIndex(of: preprocessing.filter) ?? 3),
      "do_center_crop": .bool(crop != nil),
      "crop_size": sides(crop ?? preprocessing.outputSize ?? PixelSize(side: 224)),
      "do_rescale": .bool(preprocessing.rescaleFactor != 1),
      "rescale_factor": .number(
        preprocessing.rescaleFactor == 1 ? Preprocessing.byteScale : preprocessing.rescaleFactor),
      "do_normalize": .bool(isNormalized), "image_mean": .array(preprocessing.mean.map { JSON($0) }),
      "image_std": .array(preprocessing.standardDeviation.map { JSON($0) }),
    ]
    let movesCrops = preprocessing.cropRounding == .halfToEven && preprocessing.movesCrops
    return (
      document,
      movesCrops
        ? [
          "transformers rounds half pixels of the crop's position down, where this model rounds to even: some crops move "
            + "by a pixel"
        ] : []
    )
  }
}

extension Preprocessing {
  /// Whether every picture covers the crop, so that borders never appear.
  var coversCrop: Bool {
    guard let crop else { return true }
    return switch resize {
    case .shortestEdge(let side, nil): side >= crop.height && side >= crop.width
    case .exact(let size), .covering(let size): size.height >= crop.height && size.width >= crop.width
    case .none, .shortestEdge, .inside: false
    }
  }

  /// Whether the rounding of the crop's position can show.
  fileprivate var movesCrops: Bool {
    guard let crop else { return false }
    guard case .exact(let size) = resize else { return true }
    return (size.height - crop.height) % 2 != 0 || (size.width - crop.width) % 2 != 0
  }
}
