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
    /// A single file with the names of OpenAI's state dict.
    case openAISafeTensors = "openai-safetensors"
    /// A folder of Hugging Face's `CLIPModel`.
    case huggingFace = "hf"

    /// A Boolean value that indicates whether the export is a folder.
    package var isFolder: Bool { self != .openAISafeTensors }
  }

  /// The written files, and notes on them.
  package struct Report: Sendable, Equatable {
    /// The names of the files.
    package var files: [String]
    /// The number of tensors in the weights file.
    package var tensorCount: Int
    /// Sentences on the properties that the format can't express exactly.
    package var notes: [String]
  }

  /// Writes a model, one tensor at a time; the file or folder appears only when it is complete.
  ///
  /// - Parameters:
  ///   - model: the model to write. Each tensor keeps its element type.
  ///   - format: the format.
  ///   - path: the file or the folder.
  ///   - force: whether a folder that is not empty is replaced, if it contains the format's own weights file.
  ///   - toolVersion: the version of this program, for the files' notes.
  /// - Returns: the written files.
  /// - Throws: ``ExportError`` when the format can't express the model; `FileError` when the output cannot be
  ///   written, and the errors of reading the tensors; nothing is then left behind.
  package static func write(
    _ model: ModelFolder, as format: Format, to path: String, force: Bool = false, toolVersion: String
  ) throws -> Report {
    let checkpoint = try model.checkpoint
    let configuration = model.configuration
    let vocabulary = try model.tokenizerPath.map { try Vocabulary(tokenizerFile: $0) }
    let notes = [
      ("format", "pt"), ("architecture", model.manifest.architecture), ("fingerprint", model.manifest.fingerprint),
      ("written_by", "promptlens \(toolVersion)"),
    ]
    switch format {
    case .openAISafeTensors:
      try OutputCheck.file(path, inputs: [model.weightsPath], force: force)
      let tensors = try ExportedTensors(openAI: checkpoint)
      try AtomicOutput.file(at: path) {
        try tensors.write(to: $0, named: path, metadata: notes + [("activation", configuration.activationNote)])
      }
      return Report(
        files: [URL(fileURLWithPath: path).lastPathComponent], tensorCount: tensors.entries.count,
        notes: configuration.preprocessing == .openAI(configuration.image.inputSize)
          ? [] : ["the form cannot state the preprocessing, which isn't OpenAI's: \(configuration.preprocessing)"])
    case .safeTensors:
      let (document, remarks) = try OpenCLIPExport.configuration(configuration, model: model.path)
      return try folder(
        path, weights: "open_clip_model.safetensors", tensors: ExportedTensors(openAI: checkpoint), metadata: notes,
        texts: [("open_clip_config.json", document.serialized(pretty: true) + "\n")]
          + (vocabulary?.huggingFaceFiles(contextLength: configuration.text.contextLength) ?? []),
        remarks: remarks + (vocabulary == nil ? [Self.noVocabulary] : []), force: force)
    case .huggingFace:
      let (texts, remarks) = try HuggingFaceExport.documents(configuration, model: model.path, checkpoint.dtypes)
      return try folder(
        path, weights: "model.safetensors", tensors: ExportedTensors(huggingFace: checkpoint), metadata: notes,
        texts: texts + (vocabulary?.huggingFaceFiles(contextLength: configuration.text.contextLength) ?? []),
        remarks: remarks + (vocabulary == nil ? [Self.noVocabulary] : []), force: force)
    }
  }

  private static let noVocabulary = "the model folder has no vocabulary, so no tokenizer was written"

  private static func folder(
    _ path: String, weights: String, tensors: ExportedTensors, metadata: [(key: String, value: String)],
    texts: [(name: String, text: String)], remarks: [String], force: Bool
  ) throws -> Report {
    let isOurs = FileManager.default.fileExists(atPath: "\(path)/\(weights)") && !ModelFolder.isModelFolder(path)
    return try AtomicOutput.folder(at: path, replacing: force && isOurs) { folder in
      try tensors.write(to: "\(folder)/\(weights)", named: "\(path)/\(weights)", metadata: metadata)
      for (name, text) in texts { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
      return Report(files: [weights] + texts.map(\.name), tensorCount: tensors.entries.count, notes: remarks)
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
    guard case .visionTransformer(let vision) = image, vision.transformer.activation != text.transformer.activation
    else { return text.transformer.activation.rawValue }
    return "\(text.transformer.activation.rawValue), \(vision.transformer.activation.rawValue)"
  }
}
