import PromptLensCLIP
import PromptLensImages
import PromptLensJSONDocuments

/// Hugging Face's `preprocessor_config.json`, or `processor_config.json` since version 5.
///
/// Source: `CLIPImageProcessor` of transformers 4 and 5, its defaults, and `CLIPFeatureExtractor` of the first releases,
/// which writes `size` and `crop_size` as whole numbers.
enum HuggingFacePreprocessing {
  /// Pillow's filters by their numbers.
  static let filters: [ResampleFilter] = [.nearest, .lanczos, .bilinear, .bicubic, .box, .hamming]

  /// Steps of other processors, which would change pixels.
  private static let foreign = ["crop_pct", "size_divisor", "pad_size", "max_image_size"]
  private static let known = ["do_resize", "do_center_crop", "do_rescale", "do_normalize", "do_convert_rgb"]

  /// Returns whether a document is an image processor's; a `processor_config.json` may be about texts alone.
  static func isStated(in root: JSONNode) -> Bool {
    root["image_processor"] != nil || ["image_mean", "do_resize", "do_normalize", "size"].contains { root[$0] != nil }
  }

  /// Reads a document.
  ///
  /// - Throws: `JSONError` when a setting is of the wrong kind or of a step that isn't taken here, `CLIPError` when it is
  ///   out of range.
  static func read(_ root: JSONNode) throws -> Preprocessing {
    let node = root["image_processor"] ?? root
    let processor = Processor(
      node: node,
      type: try node.optionalString("image_processor_type") ?? node.optionalString("feature_extractor_type"))
    for (key, value) in try node.object() where value == .bool(true) && key.hasPrefix("do_") && !known.contains(key) {
      throw try node.node(key).unexpected(expected: "false; of such steps, \(known.joined(separator: ", ")) are known")
    }
    for key in foreign where node[key] != nil {
      throw try node.node(key).unexpected(expected: "no such setting: CLIP's processor has none")
    }

    let resize = try processor.flag("do_resize") ? try processor.resize() : .none
    var preprocessing = Preprocessing(resize: resize, crop: nil, cropRounding: .down)
    if resize != .none, let filter = try node.optionalInteger("resample") {
      guard filters.indices.contains(filter) else {
        throw try node.node("resample").unexpected(
          expected: "Pillow's number of a filter, from 0 to \(filters.count - 1)", found: "\(filter)")
      }
      preprocessing.filter = filters[filter]
    } else if resize != .none {
      try processor.requireCLIP("resample")
    }
    if try processor.flag("do_center_crop", elsewhere: false) { preprocessing.crop = try processor.crop() }
    if try processor.flag("do_rescale") {
      if let factor = try node.optionalNumber("rescale_factor") { preprocessing.rescaleFactor = factor }
    } else {
      preprocessing.rescaleFactor = 1
    }
    if try processor.flag("do_normalize") {
      for (key, property) in [("image_mean", \Preprocessing.mean), ("image_std", \Preprocessing.standardDeviation)] {
        if let values = try node[key].map(PreprocessingNumbers.channels) {
          preprocessing[keyPath: property] = values
        } else {
          try processor.requireCLIP(key)
        }
      }
    } else {
      preprocessing.mean = [0, 0, 0]
      preprocessing.standardDeviation = [1, 1, 1]
    }
    return try PreprocessingNumbers.checked(preprocessing, source: node.source)
  }

  /// A document's settings with the defaults of CLIP's processor; those of other processors must be stated.
  private struct Processor {
    let node: JSONNode
    let type: String?

    func requireCLIP(_ key: String) throws {
      guard type?.hasPrefix("CLIP") ?? true else {
        throw JSONError.missing(
          source: node.source, path: node.path.isEmpty ? key : "\(node.path).\(key)",
          expected: "a value, since the defaults of \(type ?? "") aren't known here, only those of CLIPImageProcessor")
      }
    }

    func flag(_ key: String, elsewhere: Bool? = nil) throws -> Bool {
      if let value = try node.optionalBool(key) { return value }
      if let elsewhere, !(type?.hasPrefix("CLIP") ?? true) { return elsewhere }
      try requireCLIP(key)
      return true
    }

    func resize() throws -> Preprocessing.Resize {
      guard let size = node["size"] else {
        try requireCLIP("size")
        return .shortestEdge(224)
      }
      switch size.value {
      case .integer:
        guard type?.hasPrefix("CLIP") ?? true else {
          throw size.unexpected(
            expected: "an object, since what a number means to \(type ?? "") isn't known here", found: "a number")
        }
        return .shortestEdge(try size.integer())
      case .array: return .exact(try pair(size))
      default:
        if let shortest = try size.optionalInteger("shortest_edge") {
          return .shortestEdge(shortest, longest: try size.optionalInteger("longest_edge"))
        }
        guard size["height"] != nil, size["width"] != nil else {
          throw size.unexpected(
            expected: "shortest_edge, or height and width", found: try size.object().keys.joined(separator: ", "))
        }
        return .exact(PixelSize(height: try size.integer("height"), width: try size.integer("width")))
      }
    }

    func crop() throws -> PixelSize {
      guard let size = node["crop_size"] else {
        try requireCLIP("crop_size")
        return PixelSize(side: 224)
      }
      switch size.value {
      case .integer: return PixelSize(side: try size.integer())
      case .array: return try pair(size)
      default: return PixelSize(height: try size.integer("height"), width: try size.integer("width"))
      }
    }

    private func pair(_ node: JSONNode) throws -> PixelSize {
      let sides = try node.array().map { try $0.integer() }
      guard sides.count == 2 else { throw node.unexpected(expected: "height and width", found: "\(sides)") }
      return PixelSize(height: sides[0], width: sides[1])
    }
  }
}
