import CLIP
import Files
import Foundation
import JSONDocuments
import Tensors

/// A native model folder: `model.h5`, `tokenizer.json`, `manifest.json` and, unless it was left out, `golden.json`.
///
/// `model.h5` holds the tensors under OpenAI's names, contiguous, little-endian and aligned, so that opening maps them and
/// reads none; its attributes hold the architecture, the preprocessing and where the model came from.
public struct ModelFolder: Sendable {
  /// The folder.
  public let path: String
  /// The architecture.
  public let configuration: CLIPConfiguration
  /// The tensors, mapped, under OpenAI's names.
  public let source: any TensorSource
  /// What `manifest.json` says.
  public let manifest: ModelManifest
  let file: HDF5File

  /// The file that holds the weights.
  public var weightsPath: String { "\(path)/model.h5" }
  /// The vocabulary and merges; nil when the checkpoint had none beside it.
  public var tokenizerPath: String? {
    let path = "\(path)/tokenizer.json"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  /// The attribute of `model.h5` that marks it as a model's.
  static let formatAttribute = "promptlens_format"
  /// The version of the folder's format that is written, and the only one that is read.
  public static let formatVersion = 1

  /// Whether a folder is a native model folder, or was meant to be one.
  public static func isModelFolder(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(path)/manifest.json")
      && FileManager.default.fileExists(atPath: "\(path)/model.h5") && ModelManifest.stands(in: path)
  }

  /// Opens a folder without reading its weights.
  ///
  /// - Throws: `FileError` when a file is missing, ``CheckpointError`` when `model.h5` is damaged or of another version,
  ///   `CLIPError` when its tensors do not make the architecture that it states.
  public static func open(_ path: String) throws -> ModelFolder {
    let manifest = try ModelManifest(readingFrom: path)
    let file = try HDF5File(path: "\(path)/model.h5")
    let read = AttributeReader(file: file)
    let format = try read.string(formatAttribute)
    guard format == "model" else { throw read.unexpected(formatAttribute, "model", format) }
    let version = try read.integer("format_version")
    guard version == formatVersion else {
      throw read.unexpected(
        "format_version", "\(formatVersion), which this version of promptlens reads; convert the source again",
        "\(version)")
    }
    let configuration = try ArchitectureAttributes.read(file)
    let tensors = configuration.tensors
    let source = MappedTensors(file: file)
    for (name, shape) in tensors {
      guard let dataset = file.dataset(name) else { throw CLIPError.missingTensor(source: file.path, name: name) }
      guard dataset.shape == shape else {
        throw CLIPError.wrongShape(source: file.path, name: name, expected: shape, found: dataset.shape)
      }
      _ = try source.description(of: name)
    }
    guard try read.string("fingerprint") == manifest.fingerprint else {
      throw CheckpointError.unexpected(
        path: path, object: "the model's fingerprint",
        expected: "the same in model.h5 and manifest.json; convert the source again", found: "different in them")
    }
    return ModelFolder(path: path, configuration: configuration, source: source, manifest: manifest, file: file)
  }

  /// Checks that every weight is still what was written, by hashing all of them.
  ///
  /// - Throws: ``CheckpointError`` when the hash is not the manifest's fingerprint.
  public func checkFingerprint() throws {
    let hash = Fingerprint()
    for (name, value) in ArchitectureAttributes.list(configuration) { hash.add("\(name)=\(value)\n") }
    for (name, shape) in configuration.tensors {
      hash.add("\(name) \(shape)\n")
      try hash.add(try source.tensor(name))
      file.releasePages()
    }
    let found = hash.finish()
    guard found == manifest.fingerprint else {
      throw CheckpointError.unexpected(
        path: weightsPath, object: "the fingerprint of the weights",
        expected:
          "\(manifest.fingerprint.prefix(12))…, the manifest's; the file was damaged or changed after it was written",
        found: "\(found.prefix(12))…")
    }
  }

  /// The folder as a checkpoint, for converting it again to another element type.
  public var checkpoint: Checkpoint {
    get throws {
      try Checkpoint(
        layout: .modelFolder, file: file, companions: ["\(path)/manifest.json"], configuration: configuration,
        activationReason: "the model folder's attributes",
        recipes: Dictionary(
          configuration.tensors.map { ($0.name, TensorRecipe($0.name, shape: $0.shape)) }
        ) { first, _ in first },
        vocabulary: tokenizerPath.map { .tokenizerJSON($0) })
    }
  }

  /// The tensors of a model file, as they are stored.
  private struct MappedTensors: TensorSource {
    let file: HDF5File

    var origin: String { file.path }
    var names: [String] { file.datasets.map(\.path) }

    func description(of name: String) throws -> TensorDescription {
      guard let dataset = file.dataset(name) else { throw TensorError.missing(name: name, source: origin) }
      guard let dtype = dataset.type.dtype else {
        throw CheckpointError.unsupported(
          path: origin, object: name, expected: "floats", found: "a dataset of \(dataset.type)s")
      }
      return TensorDescription(shape: try Shape(dataset.shape, name: name), dtype: dtype)
    }

    func tensor(_ name: String) throws -> Tensor { try file.tensor(name) }
  }
}

// MARK: - Writing

extension ModelFolder {
  /// Writes a checkpoint as a model folder: tensor by tensor, into a temporary folder that gets its name at the end.
  ///
  /// - Parameters:
  ///   - checkpoint: what to write.
  ///   - dtype: the element type of convolutions, linear layers and projections; f32 is that of every tensor; nil keeps
  ///     each tensor's own.
  ///   - path: the folder.
  ///   - tokenizerJSON: makes `tokenizer.json`, called before anything is written; nil leaves it out.
  ///   - force: whether a model folder that stands there is replaced. Any other folder that is not empty is never touched.
  ///   - toolVersion: the version of this program, for the manifest.
  ///   - golden: whether features are computed from the checkpoint's tensors and kept beside the weights; see
  ///     ``GoldenFeatures``. That takes the memory of a tower.
  /// - Returns: the manifest that was written.
  /// - Throws: `FileError` when the folder cannot be written, what reading the tensors throws, and what `tokenizerJSON`
  ///   throws; nothing is then left behind.
  @discardableResult
  public static func write(
    _ checkpoint: Checkpoint, dtype: DType?, to path: String, tokenizerJSON: (() throws -> [UInt8])? = nil,
    force: Bool = false, toolVersion: String, golden: Bool = false
  ) throws -> ModelManifest {
    let tokenizer = try tokenizerJSON?()
    let isOurs = isModelFolder(path)
    if isOurs, !force {
      throw FileError.unwritable(path: path, reason: "a model folder stands there already; --force replaces it")
    }
    return try AtomicOutput.folder(at: path, replacing: force && isOurs) { folder in
      let files = checkpoint.files
      let hashed = Background {
        try files.map { file in
          ModelManifest.SourceFile(
            name: URL(fileURLWithPath: file).lastPathComponent, sha256: try Fingerprint.ofFile(file),
            bytes: try MappedFile(path: file).count)
        }
      }
      var manifest = ModelManifest(
        formatVersion: formatVersion, toolVersion: toolVersion, layout: checkpoint.layout.rawValue,
        architecture: checkpoint.configuration.architectureName,
        activationReason: checkpoint.activationReason,
        parameterCount: checkpoint.configuration.parameterCount, fingerprint: "", tokenEmbeddingFingerprint: "",
        sources: [], tensors: [])
      var sourceTypes: [String: DType] = [:]
      try HDF5Writer.create("\(folder)/model.h5", named: "\(path)/model.h5") { file in
        let attributes = ArchitectureAttributes.list(checkpoint.configuration)
        let hash = Fingerprint()
        checkpoint.releasePages()
        for (name, value) in attributes { hash.add("\(name)=\(value)\n") }
        for (name, shape) in checkpoint.configuration.tensors {
          let tensor = try checkpoint.source.tensor(name)
          sourceTypes[name] = tensor.dtype
          let target = Narrowing.dtype(of: name, stored: tensor.dtype, asked: dtype)
          let written = tensor.converted(to: target)
          guard target == tensor.dtype || written.isFinite else {
            throw CheckpointError.unexpected(
              path: checkpoint.weightsPath, object: name,
              expected: "values within the range of \(target); use bf16 or f32",
              found: "beyond it")
          }
          // Hashing takes longer than writing, so it is done beside it.
          let fingerprints = Background {
            hash.add("\(name) \(shape)\n")
            try hash.add(written)
            return name == "token_embedding.weight" ? try Fingerprint.of(written) : nil
          }
          let isWritten = Result { try file.write(written, to: name) }
          if let ofTokens = try fingerprints.value() { manifest.tokenEmbeddingFingerprint = ofTokens }
          try isWritten.get()
          checkpoint.releasePages()
          manifest.tensors.append(ModelManifest.TensorEntry(name: name, shape: shape, dtype: target))
        }
        manifest.fingerprint = hash.finish()
        let sources = try hashed.value()
        manifest.sources = sources
        manifest.publishedName =
          sources.lazy.compactMap { PublishedCheckpoint.recognised(sha256: $0.sha256)?.name }.first
        try file.set(formatAttribute, .string("model"))
        try file.set("format_version", .integer(formatVersion))
        for (name, value) in attributes { try file.set(name, value) }
        try file.set("source_layout", .string(checkpoint.layout.rawValue))
        try file.set("source_name", .string(sources.first?.name ?? ""))
        try file.set("source_sha256", .string(sources.first?.sha256 ?? ""))
        try file.set("fingerprint", .string(manifest.fingerprint))
        try file.set("token_embedding_fingerprint", .string(manifest.tokenEmbeddingFingerprint))
      }
      if let tokenizer { try Data(tokenizer).write(to: URL(fileURLWithPath: "\(folder)/tokenizer.json")) }
      let text = manifest.json.serialized(pretty: true) + "\n"
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/manifest.json"))
      if golden {
        let narrowed = manifest.tensors.filter { $0.dtype != .float32 && $0.dtype != sourceTypes[$0.name] }
        let features = try GoldenFeatures.compute(
          checkpoint.configuration, checkpoint.source, fingerprint: manifest.fingerprint,
          narrowedTo: narrowed.contains { $0.dtype == .bfloat16 } ? .bfloat16 : narrowed.first?.dtype,
          releasePages: { checkpoint.releasePages() })
        let document = features.json.serialized() + "\n"
        try Data(document.utf8).write(to: URL(fileURLWithPath: GoldenFeatures.path(in: folder)))
      }
      return manifest
    }
  }
}
