import PromptLensTensorFiles
import PromptLensCLIP
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensTensors
import PromptLensTokenization

extension ModelFolder {
  /// Writes a checkpoint as a model folder, one part of a tensor at a time, into a temporary folder that is renamed at
  /// the end.
  ///
  /// - Parameters:
  ///   - checkpoint: the checkpoint to write.
  ///   - dtype: the element type of convolutions, linear layers and projections; f32 applies to every tensor; nil keeps
  ///     each tensor's own.
  ///   - path: the folder.
  ///   - tokenizer: a closure that makes the tokenizer's file, called once before writing; nil to omit the file.
  ///   - force: whether an existing model folder is replaced. Any other nonempty folder is an
  ///     error.
  ///   - toolVersion: the version of this program, for the manifest.
  ///   - golden: whether features are computed from the checkpoint's tensors and stored with the weights; see
  ///     ``GoldenFeatures``.
  /// - Returns: the written manifest.
  /// - Throws: `FileError` when the folder cannot be written, the errors of reading the tensors and of `tokenizer`;
  ///   nothing is then left behind.
  @discardableResult
  package static func write(
    _ checkpoint: Checkpoint, dtype: DType?, to path: String, tokenizer: () throws -> [UInt8]? = { nil },
    force: Bool = false, toolVersion: String, golden: Bool = false
  ) throws -> ModelManifest {
    let isOurs = isModelFolder(path)
    if isOurs, !force {
      throw FileError.unwritable(path: path, reason: "a model folder exists; --force replaces it")
    }
    // The hash of a whole file can't be divided: one core computes it while the others do the rest.
    let files = checkpoint.files
    let hashed = Background { try files.map { try ModelManifest.SourceFile(hashing: $0) } }
    // Exiting after an error would unload libcrypto while a thread is still hashing.
    defer { _ = try? hashed.value() }
    let words = try tokenizer()
    return try AtomicOutput.folder(at: path, replacing: force && isOurs) { folder in
      checkpoint.releasePages()
      var weights = WeightsWriter(checkpoint, dtype: dtype)
      var manifest = try HDF5Writer.create("\(folder)/model.h5", named: "\(path)/model.h5") { file in
        for (name, shape) in checkpoint.configuration.tensors { try weights.write(name, shape, to: file) }
        let manifest = ModelManifest(
          of: checkpoint, sources: try hashed.value(), fingerprint: weights.fingerprint.finish(),
          tokenEmbeddingFingerprint: weights.tokenEmbeddingDigest, tensors: weights.entries, toolVersion: toolVersion)
        try file.set(manifest, checkpoint.configuration)
        return manifest
      }
      func add(_ name: String, _ bytes: [UInt8]) throws {
        try OutputFile.create("\(folder)/\(name)", named: "\(path)/\(name)") { try $0.write(bytes) }
        manifest.files.append(
          .init(name: name, sha256: bytes.withUnsafeBytes { Fingerprint.of($0) }, bytes: bytes.count))
      }
      if let words { try add(TokenizerFile.name(ofContents: words), words) }
      if golden {
        let features = try GoldenFeatures.compute(
          checkpoint.configuration, checkpoint.source, fingerprint: manifest.fingerprint,
          narrowedTo: weights.narrowedTo, releasePages: { checkpoint.releasePages() })
        try add(GoldenFeatures.fileName, Array((features.json.serialized() + "\n").utf8))
      }
      let text = Array(manifest.text.utf8)
      try OutputFile.create("\(folder)/manifest.json", named: "\(path)/manifest.json") { try $0.write(text) }
      return manifest
    }
  }
}

/// A writer of a checkpoint's tensors, which also collects their manifest entries.
private struct WeightsWriter {
  let checkpoint: Checkpoint
  /// The requested element type.
  let dtype: DType?
  let fingerprint: Fingerprint
  var entries: [ModelManifest.TensorEntry] = []
  var tokenEmbeddingDigest = ""
  /// The narrowest type to which a tensor was rounded; nil if none was.
  var narrowedTo: DType?

  init(_ checkpoint: Checkpoint, dtype: DType?) {
    self.checkpoint = checkpoint
    self.dtype = dtype
    fingerprint = Fingerprint(of: checkpoint.configuration)
  }

  mutating func write(_ name: String, _ shape: [Int], to file: HDF5Writer) throws {
    let tensor = try checkpoint.source.tensor(name)
    // Checking the values read all of them; from here on, memory holds one part at a time.
    checkpoint.releasePages()
    let target = Narrowing.dtype(of: name, stored: tensor.dtype, asked: dtype)
    let digest = TensorDigest()
    func write(_ part: Tensor, _ append: (Tensor) throws -> Void) throws {
      let written = part.converted(to: target)
      guard target == tensor.dtype || written.isFinite else {
        throw CheckpointError.unexpected(
          path: checkpoint.weightsPath, object: name,
          expected: "values within the range of \(target); use bf16 or f32", found: "beyond it")
      }
      let hashed = Background { try digest.add(written) }
      let appended = Result { try append(written) }
      try hashed.value()
      try appended.get()
      part.releasePages()
    }
    if shape.isEmpty {
      try write(tensor) { try file.write($0, to: name) }
    } else {
      try file.write(target, shape: shape, to: name) { append in
        for part in try tensor.parts() {
          try write(part, append)
          file.startWriting()
        }
      }
    }
    checkpoint.releasePages()
    let found = digest.finish()
    if name == "token_embedding.weight" { tokenEmbeddingDigest = found }
    fingerprint.add(found, of: name, shape)
    entries.append(ModelManifest.TensorEntry(name: name, shape: shape, dtype: target))
    if target != .float32, target != tensor.dtype, narrowedTo != .bfloat16 { narrowedTo = target }
  }
}

extension HDF5Writer {
  /// Sets the attributes of a model file.
  fileprivate func set(_ manifest: ModelManifest, _ configuration: CLIPConfiguration) throws {
    try set(ModelFolder.formatAttribute, .string("model"))
    try set("format_version", .integer(manifest.formatVersion))
    for (name, value) in ArchitectureAttributes.list(configuration) { try set(name, value) }
    try set("source_layout", .string(manifest.layout))
    try set("source_name", .string(manifest.sources.first?.name ?? ""))
    try set("source_sha256", .string(manifest.sources.first?.sha256 ?? ""))
    try set("fingerprint", .string(manifest.fingerprint))
    try set("token_embedding_fingerprint", .string(manifest.tokenEmbeddingFingerprint))
  }
}
