import PromptLensCLIP
import PromptLensTokenization

/// The rules by which OpenAI's code, and so CoOp, reads a state dict.
///
/// Source: `build_model` and `_transform` of openai/CLIP, which take heads of 64, QuickGELU, ε = 1e-5 and OpenAI's
/// preprocessing for every state dict.
enum OpenAIStateDictExport {
  private static let format = "a state dict for OpenAI's build_model"

  /// Checks that `build_model` computes the same features.
  ///
  /// - Throws: ``ExportError`` that names the settings with other values, and the errors of reading the shapes.
  static func check(_ checkpoint: Checkpoint, model: String) throws {
    switch checkpoint.configuration.image {
    case .visionTransformer, .modifiedResNet: break
    case .convNeXt, .timmTransformer:
      throw ExportError.notExpressible(
        model: model, format: format,
        reason:
          "OpenAI's code has no image tower \(checkpoint.configuration.architectureName); --as safetensors writes "
          + "the model for open_clip, and --as openai-safetensors with its configuration")
    }
    var assumed = try CLIPConfiguration(inferringFrom: checkpoint.source, activation: .quickGELU)
    assumed.text.transformer.mlpWidth = 4 * assumed.text.transformer.width
    if case .visionTransformer(var vision) = assumed.image {
      vision.transformer.mlpWidth = 4 * vision.transformer.width
      assumed.image = .visionTransformer(vision)
    }
    var configuration = checkpoint.configuration
    // It moves some crops by a pixel, which ``remarks(_:_:)`` says.
    configuration.preprocessing.cropRounding = assumed.preprocessing.cropRounding
    let own = ArchitectureAttributes.list(configuration)
    let theirs = Dictionary(ArchitectureAttributes.list(assumed).map { ($0.name, $0.value) }) { first, _ in first }
    let differences = own.filter { theirs[$0.name] != $0.value }.map(\.name)
    guard !differences.isEmpty else { return }
    throw ExportError.notExpressible(
      model: model, format: format,
      reason:
        "OpenAI's code assumes other values of \(differences.joined(separator: ", ")) for every file; --as safetensors "
        + "writes the model for open_clip, and --as openai-safetensors with its configuration")
  }

  /// Returns notes on a vocabulary that isn't `clip.tokenize`'s, and on crops that OpenAI's code places differently.
  static func remarks(_ vocabulary: Vocabulary?, _ configuration: CLIPConfiguration) throws -> [String] {
    var remarks: [String] = []
    if configuration.preprocessing.cropRounding == .down {
      remarks.append(
        "OpenAI's code rounds half pixels of the crop's position to even, where this model rounds down: some crops move by "
          + "a pixel")
    }
    let count = configuration.text.vocabularySize
    let isCLIPs = try vocabulary?.isCLIPs ?? (count == 49408)
    guard !isCLIPs else { return remarks }
    return remarks + [
      "the file has no vocabulary, and clip.tokenize has CLIP's own of 49,408 pieces, not this model's \(count.description); "
        + "give the model token ids of promptlens tokenize"
    ]
  }
}

extension Vocabulary {
  /// A Boolean value that indicates whether this is CLIP's own vocabulary, which OpenAI's code and open_clip include.
  var isCLIPs: Bool {
    get throws { count == 49408 ? self == (try Vocabulary.embeddedCLIP()) : false }
  }
}
