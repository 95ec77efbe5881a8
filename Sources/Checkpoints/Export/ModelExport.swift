import PromptLensCLIP
import PromptLensFiles
import Foundation
import PromptLensImages
import PromptLensJSONDocuments
import PromptLensTensors
import PromptLensTokenization

/// The export of model folders to the formats of other software.
package enum ModelExport {
  /// An export format.
  package enum Format: String, Sendable, CaseIterable {
    /// A folder for open_clip, which loads it as `local-dir:PATH`.
    case safeTensors = "safetensors"
    /// A single file with the names of OpenAI's state dict, and the configuration as metadata.
    case openAISafeTensors = "openai-safetensors"
    /// A state dict in a PyTorch file, for `build_model` of OpenAI's package and CoOp.
    case openAITorch = "openai-pt"
    /// The same as a TorchScript archive, which OpenAI's `clip.load` reads.
    case openAIScript = "openai-jit"
    /// A folder of Hugging Face's `CLIPModel`.
    case huggingFace = "hf"

    /// A Boolean value that indicates whether the export is a folder.
    package var isFolder: Bool { fileEnding == nil }

    /// The ending of the file's name, by which other software knows it; nil for a folder.
    package var fileEnding: String? {
      switch self {
      case .openAISafeTensors: ".safetensors"
      case .openAITorch, .openAIScript: ".pt"
      case .safeTensors, .huggingFace: nil
      }
    }
  }

  /// The written files, and notes on them.
  package struct Report: Sendable, Equatable {
    /// The names of the files.
    package var files: [String]
    /// The number of tensors in the weights file.
    package var tensorCount: Int
    /// Sentences on the properties that the format can't express exactly.
    package var notes: [String]
    /// The comparison of features; nil if it was not made.
    package var check: ExportCheck?
  }

  /// Writes a model, one tensor at a time; the file or folder appears only when it is complete.
  ///
  /// - Parameters:
  ///   - model: the model to write. Each tensor keeps its element type.
  ///   - format: the format.
  ///   - path: the file or the folder.
  ///   - force: whether a folder that is not empty is replaced, if it contains the format's own weights file.
  ///   - toolVersion: the version of this program, for the files' notes.
  ///   - verifies: whether features are computed from the written files and compared with the source's, which takes
  ///     about as long as a conversion.
  /// - Returns: the written files.
  /// - Throws: ``ExportError`` when the format can't express the model; `FileError` when the output cannot be
  ///   written, and the errors of reading the tensors; nothing is then left behind.
  package static func write(
    _ model: ModelFolder, as format: Format, to path: String, force: Bool = false, toolVersion: String,
    verifies: Bool = true
  ) throws -> Report {
    let checkpoint = try model.checkpoint
    let configuration = model.configuration
    try model.checkTokenizer()
    let tokenizer = try model.tokenizerPath.map { try TokenizerFile.read($0) }
    let notes = [
      ("format", "pt"), ("architecture", model.manifest.architecture), ("fingerprint", model.manifest.fingerprint),
      ("written_by", "promptlens \(toolVersion)"),
    ]
    func folder(
      _ weights: String, _ library: ModelCard.Library, _ tensors: ExportedTensors,
      texts: [(name: String, text: String)],
      remarks: [String]
    ) throws -> Report {
      let words = tokenizer?.huggingFaceFiles(contextLength: configuration.text.contextLength) ?? []
      return try Self.folder(
        path, model: model, library: library, weights: weights, tensors: tensors, metadata: notes,
        texts: texts + words,
        remarks: remarks + (tokenizer.map { Self.remarks(on: $0, in: format) } ?? [Self.noVocabulary]), force: force,
        toolVersion: toolVersion, verifies: verifies)
    }
    switch format {
    case .openAISafeTensors:
      let tensors = try ExportedTensors(openAI: checkpoint)
      let metadata =
        notes + [
          ("activation", configuration.activationNote),
          (ArchitectureMetadata.key, ArchitectureMetadata.text(configuration)),
        ]
      return try file(path, model: model, count: tensors.entries.count, force: force, verifies: verifies) {
        try tensors.write(to: $0, named: path, metadata: metadata)
      }
    case .openAITorch, .openAIScript:
      try OpenAIStateDictExport.check(checkpoint, model: model.path)
      let tensors = try ExportedTensors(openAI: checkpoint)
      var report = try file(path, model: model, count: tensors.entries.count, force: force, verifies: verifies) {
        format == .openAITorch
          ? try tensors.writeTorch(to: $0, named: path) : try tensors.writeTorchScript(to: $0, named: path)
      }
      report.notes = try OpenAIStateDictExport.remarks((tokenizer as? CLIPTokenizer)?.vocabulary, configuration)
      return report
    case .safeTensors:
      let (document, remarks) = try OpenCLIPExport.configuration(
        configuration, model: model.path,
        tokenizerName: tokenizer.flatMap { try $0.isCLIPs ? nil : URL(fileURLWithPath: path).lastPathComponent },
        cleaning: (tokenizer as? PieceTokenizer)?.cleaning, stripsEnd: tokenizer?.wordMark == .continuation)
      return try folder(
        "open_clip_model.safetensors", .openCLIP, ExportedTensors(openCLIP: checkpoint),
        texts: [("open_clip_config.json", document.serialized(pretty: true) + "\n")], remarks: remarks)
    case .huggingFace:
      let (texts, remarks) = try HuggingFaceExport.documents(
        configuration, model: model.path, tokenizer: tokenizer, checkpoint.dtypes)
      return try folder(
        "model.safetensors", .transformers, ExportedTensors(huggingFace: checkpoint), texts: texts, remarks: remarks)
    }
  }

  /// Returns notes on a vocabulary whose texts other software cleans in another way than the model's own.
  private static func remarks(on tokenizer: any Tokenizer, in format: Format) -> [String] {
    guard tokenizer is PieceTokenizer else { return [] }
    if format == .huggingFace, tokenizer.cleaning != .none {
      return [
        "transformers takes texts as they are, where the model was trained on \(tokenizer.cleaning.rawValue) ones: clean them first"
      ]
    }
    if format == .safeTensors, tokenizer.cleaning == .none {
      return ["open_clip repairs texts and joins their white space, which the model's own software does not"]
    }
    return []
  }

  static let noVocabulary = "the model folder has no vocabulary, so no tokenizer was written"

  private static func file(
    _ path: String, model: ModelFolder, count: Int, force: Bool, verifies: Bool, write: (String) throws -> Void
  ) throws -> Report {
    try OutputCheck.file(path, inputs: [model.weightsPath], force: force)
    let check = try AtomicOutput.file(at: path) { temporary in
      try write(temporary)
      return verifies ? try ExportCheck(of: temporary, against: model) : nil
    }
    return Report(
      files: [URL(fileURLWithPath: path).lastPathComponent], tensorCount: count, notes: [], check: check)
  }

  private static func folder(
    _ path: String, model: ModelFolder, library: ModelCard.Library, weights: String, tensors: ExportedTensors,
    metadata: [(key: String, value: String)], texts: [(name: String, text: String)], remarks: [String], force: Bool,
    toolVersion: String, verifies: Bool
  ) throws -> Report {
    let isOurs = FileManager.default.fileExists(atPath: "\(path)/\(weights)") && !ModelFolder.isModelFolder(path)
    return try AtomicOutput.folder(at: path, replacing: force && isOurs) { folder in
      func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      }
      try tensors.write(to: "\(folder)/\(weights)", named: "\(path)/\(weights)", metadata: metadata)
      for (name, text) in texts { try write(name, text) }
      let files = [weights] + texts.map(\.name)
      let check = verifies ? try ExportCheck(of: folder, against: model) : nil
      let card = ModelCard(
        model: model, name: URL(fileURLWithPath: path).lastPathComponent, library: library, check: check,
        toolVersion: toolVersion)
      try write("README.md", card.text)
      return Report(files: files + ["README.md"], tensorCount: tensors.entries.count, notes: remarks, check: check)
    }
  }
}

extension Checkpoint {
  /// The element types of the model's tensors.
  var dtypes: Set<DType> {
    get throws { Set(try configuration.tensors.map { try source.description(of: $0.name).dtype }) }
  }
}

extension CLIPConfiguration {
  /// The activation of the towers, text before image.
  fileprivate var activationNote: String {
    guard let activation = image.activation, activation != text.transformer.activation else {
      return text.transformer.activation.rawValue
    }
    return "\(text.transformer.activation.rawValue), \(activation.rawValue)"
  }
}
