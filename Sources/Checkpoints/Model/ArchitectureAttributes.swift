import PromptLensCLIP
import PromptLensImages
import PromptLensJSONDocuments
import PromptLensTensorFiles

/// The encoding and decoding of an architecture as attributes of a model file.
enum ArchitectureAttributes {
  /// The attribute with the whole preprocessing, absent where `Preprocessing.openAI` with the stated mean and
  /// deviation says it, as in every folder of format 2.
  private static let preprocessing = "image_preprocessing"
  /// The attribute with the whole image tower, absent where the attributes of format 2 say it.
  private static let imageTower = "image_tower_description"
  /// The attributes of a text tower that isn't read at the highest id, or whose projection has a bias.
  private static let (poolingKind, poolingID, projectionBias) = (
    "text_pooling", "text_pooling_id", "text_projection_bias"
  )
  /// The attributes of a text tower without a causal mask, of one without a projection, and of scores with a bias.
  private static let (textPadding, projectionKind, logitBias) = ("text_padding", "text_projection", "logit_bias")

  /// Returns the attributes of an architecture.
  static func list(_ configuration: CLIPConfiguration) -> [(name: String, value: HDF5Value)] {
    let preprocessing = configuration.preprocessing
    let isPlain = preprocessing.resizesLikeOpenAI(configuration.image.inputSize)
    let isWhole = isPlain && preprocessing.cropRounding == .halfToEven
    return architecture(configuration)
      + (isWhole ? [] : [(Self.preprocessing, .string(preprocessing.json.serialized()))])
  }

  /// Returns the attributes that make a model's fingerprint.
  ///
  /// The rounding of a crop's position is left out, so that one model has one fingerprint whichever of its publishers'
  /// files it comes from: it moves some crops by a pixel, and feature stores tell it by their transform.
  static func identity(_ configuration: CLIPConfiguration) -> [(name: String, value: HDF5Value)] {
    var preprocessing = configuration.preprocessing
    preprocessing.cropRounding = .halfToEven
    return architecture(configuration)
      + (preprocessing.resizesLikeOpenAI(configuration.image.inputSize)
        ? [] : [(Self.preprocessing, .string(preprocessing.json.serialized()))])
  }

  private static func architecture(_ configuration: CLIPConfiguration) -> [(name: String, value: HDF5Value)] {
    let text = configuration.text
    var list: [(name: String, value: HDF5Value)] = [
      ("embed_dimension", .integer(configuration.embedDimension)),
      ("vocabulary_size", .integer(text.vocabularySize)),
      ("context_length", .integer(text.contextLength)),
      ("text_final_norm_epsilon", .number(Double(text.finalNormEpsilon))),
      ("image_resolution", resolution(configuration.image.inputSize)),
      ("image_mean", .numbers(configuration.preprocessing.mean.map { Double($0) })),
      ("image_standard_deviation", .numbers(configuration.preprocessing.standardDeviation.map { Double($0) })),
    ]
    list += transformer(text.transformer, "text")
    list += pooling(text)
    if configuration.hasLogitBias { list.append((logitBias, .bool(true))) }
    list.append(("image_tower", .string(configuration.image.kind)))
    switch configuration.image {
    case .visionTransformer(let vision) where vision.isOpenAIs:
      list.append(("image_patch_size", .integer(vision.patchSize)))
      list += transformer(vision.transformer, "image")
    case .modifiedResNet(let network):
      list += [
        ("image_width", .integer(network.width)), ("image_blocks", .integers(network.blocks)),
        ("image_heads", .integer(network.heads)),
      ]
    case .visionTransformer, .convNeXt, .timmTransformer:
      list.append((imageTower, .string(configuration.image.json.serialized())))
    }
    return list
  }

  /// Returns whether only attributes of format 4 say the architecture.
  static func isExtended(_ configuration: CLIPConfiguration) -> Bool {
    architecture(configuration).contains {
      [imageTower, poolingKind, projectionBias, textPadding, projectionKind, logitBias].contains($0.name)
    }
  }

  private static func pooling(_ text: TextTowerConfiguration) -> [(name: String, value: HDF5Value)] {
    var list: [(name: String, value: HDF5Value)] = []
    switch text.pooling {
    case .largestID: break
    case .first(let id): list += [(poolingKind, .string("first")), (poolingID, .integer(id))]
    case .classEmbedding(let padding):
      list += [(poolingKind, .string("class_embedding")), (poolingID, .integer(padding))]
    case .last(let end): list += [(poolingKind, .string("last")), (poolingID, .integer(end))]
    }
    switch text.projection {
    case .matrix: break
    case .linear: list.append((projectionBias, .bool(true)))
    case .none: list.append((projectionKind, .string("none")))
    }
    if let padding = text.padding { list.append((textPadding, .integer(padding))) }
    return list
  }

  private static func resolution(_ size: PixelSize) -> HDF5Value {
    size.isSquare ? .integer(size.height) : .integers([size.height, size.width])
  }

  private static func transformer(
    _ transformer: TransformerConfiguration, _ tower: String
  ) -> [(name: String, value: HDF5Value)] {
    [
      ("\(tower)_width", .integer(transformer.width)), ("\(tower)_layers", .integer(transformer.layers)),
      ("\(tower)_heads", .integer(transformer.heads)), ("\(tower)_mlp_width", .integer(transformer.mlpWidth)),
      ("\(tower)_activation", .string(transformer.activation.rawValue)),
      ("\(tower)_norm_epsilon", .number(Double(transformer.normEpsilon))),
    ]
  }

  /// Reads an architecture.
  ///
  /// - Throws: ``CheckpointError`` when an attribute is missing or of the wrong kind, `CLIPError` when the architecture
  ///   is impossible.
  static func read(_ read: HDF5Attributes) throws -> CLIPConfiguration {
    func transformer(_ tower: String) throws -> TransformerConfiguration {
      let name = try read.string("\(tower)_activation")
      guard let activation = Activation(rawValue: name) else {
        throw read.unexpected(
          "\(tower)_activation", Activation.allCases.map(\.rawValue).joined(separator: " or "), name)
      }
      return TransformerConfiguration(
        width: try read.integer("\(tower)_width"), layers: try read.integer("\(tower)_layers"),
        heads: try read.integer("\(tower)_heads"), mlpWidth: try read.integer("\(tower)_mlp_width"),
        activation: activation, normEpsilon: Float(try read.number("\(tower)_norm_epsilon")))
    }
    let resolution = try inputSize(read)
    let image: ImageTowerConfiguration
    let kind = try read.string("image_tower")
    if let text = try read.optionalString(imageTower) {
      image = try described(text, read, kind: kind, inputSize: resolution)
    } else {
      switch kind {
      case "VisionTransformer":
        image = .visionTransformer(
          VisionTransformerConfiguration(
            inputSize: resolution, patchSize: try read.integer("image_patch_size"),
            transformer: try transformer("image")))
      case "ModifiedResNet":
        image = .modifiedResNet(
          ModifiedResNetConfiguration(
            resolution: try read.integer("image_resolution"), width: try read.integer("image_width"),
            blocks: try read.integers("image_blocks"),
            heads: try read.integer("image_heads")))
      default:
        throw read.unexpected(
          "image_tower", "VisionTransformer or ModifiedResNet where there is no \(imageTower)", kind)
      }
    }
    var preprocessing = Preprocessing.openAI(image.inputSize)
    preprocessing.mean = try read.numbers("image_mean").map { Float($0) }
    preprocessing.standardDeviation = try read.numbers("image_standard_deviation").map { Float($0) }
    if let text = try read.optionalString(Self.preprocessing) {
      preprocessing = try parsed(text, read, agreeingWith: preprocessing)
    }
    let configuration = CLIPConfiguration(
      embedDimension: try read.integer("embed_dimension"), image: image,
      text: TextTowerConfiguration(
        vocabularySize: try read.integer("vocabulary_size"), contextLength: try read.integer("context_length"),
        transformer: try transformer("text"), finalNormEpsilon: Float(try read.number("text_final_norm_epsilon")),
        pooling: try textPooling(read), projection: try textProjection(read), padding: try textPadding(read)),
      preprocessing: preprocessing, hasLogitBias: try read.value(logitBias) == .bool(true))
    try configuration.validate(source: read.path)
    return configuration
  }

  private static func described(
    _ text: String, _ read: HDF5Attributes, kind: String, inputSize: PixelSize
  ) throws -> ImageTowerConfiguration {
    let source = "\(read.path), attribute \(imageTower)"
    let image = try ImageTowerConfiguration(
      parsing: JSONNode(source: source, value: JSON(parsing: Array(text.utf8), source: source)))
    guard image.kind == kind, image.inputSize == inputSize else {
      throw read.unexpected(
        imageTower, "of the kind of image_tower, \(kind), and the size of image_resolution, \(inputSize)",
        "\(image.kind) of \(image.inputSize)")
    }
    return image
  }

  private static func textPooling(_ read: HDF5Attributes) throws -> TextPooling {
    switch try read.optionalString(poolingKind) {
    case nil: return .largestID
    case "first": return .first(try read.integer(poolingID))
    case "class_embedding": return .classEmbedding(padding: try read.integer(poolingID))
    case "last": return .last(end: try read.integer(poolingID))
    case let other?: throw read.unexpected(poolingKind, "first, class_embedding or last", other)
    }
  }

  private static func textProjection(_ read: HDF5Attributes) throws -> TextProjection {
    if let kind = try read.optionalString(projectionKind) {
      guard kind == "none" else { throw read.unexpected(projectionKind, "none", kind) }
      return .none
    }
    return try read.value(projectionBias) == .bool(true) ? .linear : .matrix
  }

  private static func textPadding(_ read: HDF5Attributes) throws -> Int? {
    try read.value(textPadding) == nil ? nil : try read.integer(textPadding)
  }

  private static func inputSize(_ read: HDF5Attributes) throws -> PixelSize {
    guard case .integers(let sides)? = try read.value("image_resolution"), sides.count == 2 else {
      return PixelSize(side: try read.integer("image_resolution"))
    }
    return PixelSize(height: sides[0], width: sides[1])
  }

  private static func parsed(
    _ text: String, _ read: HDF5Attributes, agreeingWith stated: Preprocessing
  ) throws -> Preprocessing {
    let source = "\(read.path), attribute \(Self.preprocessing)"
    let parsed = try Preprocessing(
      parsing: JSONNode(source: source, value: JSON(parsing: Array(text.utf8), source: source)))
    guard parsed.mean == stated.mean, parsed.standardDeviation == stated.standardDeviation else {
      throw read.unexpected(
        Self.preprocessing, "the mean and the deviation of image_mean and image_standard_deviation",
        "\(parsed.mean) and \(parsed.standardDeviation)")
    }
    return parsed
  }
}
