import PromptLensCLIP
import PromptLensImages
import PromptLensJSONDocuments
import PromptLensTensorFiles

/// The encoding and decoding of an architecture as attributes of a model file.
enum ArchitectureAttributes {
  /// The attribute with the whole preprocessing, absent where `Preprocessing.openAI` with the stated mean and
  /// deviation says it, as in every folder of format 2.
  private static let preprocessing = "image_preprocessing"

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
    switch configuration.image {
    case .visionTransformer(let vision):
      list += [("image_tower", .string("VisionTransformer")), ("image_patch_size", .integer(vision.patchSize))]
      list += transformer(vision.transformer, "image")
    case .modifiedResNet(let network):
      list += [
        ("image_tower", .string("ModifiedResNet")), ("image_width", .integer(network.width)),
        ("image_blocks", .integers(network.blocks)), ("image_heads", .integer(network.heads)),
      ]
    }
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
    switch try read.string("image_tower") {
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
    case let other: throw read.unexpected("image_tower", "VisionTransformer or ModifiedResNet", other)
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
        transformer: try transformer("text"), finalNormEpsilon: Float(try read.number("text_final_norm_epsilon"))),
      preprocessing: preprocessing)
    try configuration.validate(source: read.path)
    return configuration
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
