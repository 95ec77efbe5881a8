import PromptLensTensorFiles
import PromptLensCLIP
import PromptLensTensors
import PromptLensTokenization

/// An opened checkpoint: its architecture, its tensors with OpenAI's names, and the files next to them.
///
/// Opening reads no weights; each tensor is read, rearranged and checked for finite values on access.
package struct Checkpoint: Sendable {
  /// The layout, which determines the names and shapes of tensors.
  package let layout: CheckpointLayout
  /// The path of the weights file.
  package let weightsPath: String
  /// All read files, the weights first.
  package let files: [String]
  /// The architecture.
  package let configuration: CLIPConfiguration
  /// The evidence for the activation.
  package let activationReason: String
  /// The evidence from which the preprocessing is known.
  package let preprocessingReason: String
  /// The tensors, with OpenAI's names.
  package let source: any TensorSource
  /// The file of which ``source`` makes tensors.
  private let file: any StoredTensors
  /// The report on the use of the file's tensors.
  package let report: MappingReport
  /// The vocabulary next to the weights, if any.
  package let vocabulary: VocabularySource?
  /// The cleaning of texts that the checkpoint's configuration states; nil where it doesn't.
  package internal(set) var textCleaning: Cleaning?
  /// The names of the state dicts in the file, the one that was taken first.
  package let stateDicts: [String]
  /// The names of other files of weights in the folder, which were passed over.
  package internal(set) var otherWeights: [String] = []
}

extension Checkpoint {
  /// A sentence on which weights were taken, and which others are there; nil where there are no others.
  package var weightsChoice: String? {
    let file = weightsPath.split(separator: "/").last.map(String.init) ?? weightsPath
    var parts: [String] = []
    if stateDicts.count > 1 {
      parts.append(
        "\(stateDicts[0]), of the state dicts \(stateDicts.joined(separator: ", "))")
    }
    if !otherWeights.isEmpty { parts.append("\(file), beside \(otherWeights.joined(separator: ", "))") }
    return parts.isEmpty ? nil : parts.joined(separator: "; ") + "; convert --weights chooses"
  }
}

/// A layout of CLIP's tensors, with their names and shapes.
package enum CheckpointLayout: String, Sendable, CaseIterable, CustomStringConvertible {
  case huggingFaceTensorFlow = "Hugging Face TensorFlow HDF5"
  case kerasHub = "Keras Hub preset"
  case openAIHDF5 = "OpenAI-named HDF5"
  case openAITorchScript = "OpenAI TorchScript archive"
  case openAIStateDict = "OpenAI-named state dict"
  case openCLIP = "open_clip"
  case huggingFace = "Hugging Face transformers"
  case modelFolder = "PromptLens model folder"

  /// The name of the layout.
  package var description: String { rawValue }
}

/// A report on the use of a file's tensors.
package struct MappingReport: Sendable, Equatable {
  /// The number of tensors in the file.
  package let found: Int
  /// The number of tensors used for CLIP's tensors.
  package let mapped: Int
  /// The tensors without weights, such as position ids and counters.
  package let ignored: [String]
  /// The names of unknown tensors.
  package let leftOver: [String]
  /// The number of weights in the mapped tensors.
  package let parameterCount: Int
}

/// The files of a checkpoint's vocabulary and merges.
package enum VocabularySource: Sendable, Equatable {
  /// Hugging Face's and Keras Hub's pair of files.
  case vocabularyAndMerges(vocabulary: String, merges: String)
  /// OpenAI's `bpe_simple_vocab_16e6.txt`, plain or gzipped.
  case bytePairFile(String)
  /// Hugging Face's or the native `tokenizer.json`, or the vocabulary of a model folder.
  case tokenizerJSON(String)
  /// SentencePiece's model, a protocol buffer: `spiece.model`.
  case sentencePiece(String)

  /// The files.
  package var paths: [String] {
    switch self {
    case .vocabularyAndMerges(let vocabulary, let merges): [vocabulary, merges]
    case .bytePairFile(let path), .tokenizerJSON(let path), .sentencePiece(let path): [path]
    }
  }
}

extension Checkpoint {
  /// Opens the tensors that `recipes` make from a file's tensors, after checking that all are present.
  ///
  /// `own` are the names of the tensors of the state dict that was taken; a training checkpoint holds others, too, which
  /// are left over.
  ///
  /// - Throws: `CLIPError` when a tensor is missing, has another shape, or belongs to a layer that the configuration
  ///   does not have.
  init(
    layout: CheckpointLayout, file: any StoredTensors, own: [String]? = nil, stateDicts: [String] = ["root"],
    companions: [String],
    configuration: CLIPConfiguration, activationReason: String, preprocessingReason: String,
    recipes: [String: TensorRecipe], vocabulary: VocabularySource?
  ) throws {
    try configuration.validate(source: companions.first ?? file.path)
    let tensors = configuration.tensors
    let shapes = Dictionary(tensors.map { ($0.name, $0.shape) }) { first, _ in first }
    let source = RecipeSource(file: file, recipes: recipes, shapes: shapes)
    for (name, _) in tensors where recipes[name] == nil {
      throw CLIPError.missingTensor(source: file.path, name: name)
    }
    try source.check()

    let used = Set(recipes.filter { shapes[$0.key] != nil }.values.flatMap { $0.ingredients.map(\.stored) })
    let names = file.storedNames
    let isOwn = own.map(Set.init)
    let unused = names.filter { !used.contains($0) }
    let ignored = unused.filter(Self.holdsNoWeights)
    let leftOver = unused.filter { !Self.holdsNoWeights($0) }
    for name in leftOver where isOwn?.contains(name) ?? true {
      // CoCa's decoder writes captions; features don't pass through it.
      if Self.isInDecoder(name) { continue }
      if let extra = Self.block(in: name), let layers = configuration.layers(image: extra.isImage),
        extra.index >= layers
      {
        throw CLIPError.notCLIP(
          source: file.path,
          reason:
            "\(name) belongs to a layer beyond the \(layers) that the \(extra.isImage ? "image" : "text") tower has")
      }
      // Layer scale, inner norms, adapters: without them the towers would compute different features.
      if file.stored(name)?.dtype != nil, Self.block(in: name) != nil || Self.isInTower(name) {
        throw CLIPError.notCLIP(source: file.path, reason: "CLIP's towers have no tensor \(name)")
      }
    }
    self.init(
      layout: layout, weightsPath: file.path,
      files: file.paths + companions.filter { !file.paths.contains($0) } + (vocabulary?.paths ?? []),
      configuration: configuration, activationReason: activationReason, preprocessingReason: preprocessingReason,
      source: source, file: file,
      report: MappingReport(
        found: names.count, mapped: used.count, ignored: ignored, leftOver: leftOver,
        parameterCount: configuration.parameterCount),
      vocabulary: vocabulary, stateDicts: stateDicts)
  }

  /// Releases the memory of tensors that were read.
  func releasePages() { file.releaseAll() }

  /// Returns a Boolean value that indicates whether a tensor is known to lack weights.
  private static func holdsNoWeights(_ path: String) -> Bool {
    let name = path.split { $0 == "/" || $0 == "." }.last ?? ""
    return ["input_resolution", "context_length", "vocab_size", "num_batches_tracked", "position_ids"].contains(name)
      || name == "position_ids:0" || path.hasSuffix("clip_vision_embedding/vars/1")
  }

  /// Returns a Boolean value that indicates whether a name belongs to the decoder of captions behind CoCa's towers.
  private static func isInDecoder(_ path: String) -> Bool {
    path.split(separator: ".").drop { $0 == "module" }.first == "text_decoder"
  }

  /// Returns a Boolean value that indicates whether a name belongs to a tower's tensor, in a block or outside of
  /// blocks.
  private static func isInTower(_ path: String) -> Bool {
    let pieces = path.split { $0 == "/" || $0 == "." }.drop { $0 == "module" }
    return pieces.first.map {
      // Long-CLIP's second table of positions is at the root, like CLIP's text tower.
      ["visual", "text", "vision_model", "text_model"].contains($0) || $0.hasPrefix("positional_embedding")
    } ?? false
  }

  /// Returns the tower and the number of the block in a tensor's name; nil if the name doesn't contain them.
  private static func block(in path: String) -> (isImage: Bool, index: Int)? {
    let pieces = path.split { $0 == "/" || $0 == "." }.map(String.init)
    let isImage = pieces.contains { $0 == "visual" || $0 == "vision_model" || $0 == "clip_vision_encoder" }
    for (offset, piece) in pieces.enumerated() {
      if piece == "resblocks" || piece == "layers", offset + 1 < pieces.count, let index = Int(pieces[offset + 1]) {
        return (isImage, index)
      }
      if piece == "layers_", offset + 1 < pieces.count, pieces[offset + 1].hasPrefix("_"),
        let index = Int(pieces[offset + 1].dropFirst())
      {
        return (isImage, index)
      }
      for prefix in ["clip_encoder_layer_", "clip_encoder_block_"] where piece.hasPrefix(prefix) {
        if let index = Int(piece.dropFirst(prefix.count)) { return (isImage, index) }
      }
    }
    return nil
  }
}

extension CLIPConfiguration {
  /// Returns the number of blocks in a tower; nil for one of stages.
  fileprivate func layers(image isImage: Bool) -> Int? {
    guard isImage else { return text.transformer.layers }
    switch image {
    case .visionTransformer(let vision): return vision.transformer.layers
    case .timmTransformer(let tower): return tower.transformer.layers
    case .modifiedResNet, .convNeXt: return nil
    }
  }

  /// The number of weights.
  package var parameterCount: Int { tensors.reduce(0) { $0 + $1.shape.reduce(1, *) } }
}
