import PromptLensCheckpoints
import PromptLensTensorFiles
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensTensors

/// A writer of learned contexts in the formats of other software.
package enum ContextExport {
  /// A format of exported contexts.
  package enum Format: String, Sendable, CaseIterable {
    /// An object with `context`, and the context's other properties.
    case json
    /// The vectors without other properties, f4.
    case npy
    /// The tensor `ctx` in its own element type, with the context's other properties as metadata.
    case safeTensors = "safetensors"
    /// A checkpoint for CoOp's `load_model` and for `torch.load(weights_only=True)`.
    case coOp = "coop"
  }

  /// Writes a context; the file appears when it is complete. A context's CoOp form needs the
  /// ``PromptProvenance/surroundings``.
  ///
  /// - Parameters:
  ///   - context: the context to write.
  ///   - format: the format.
  ///   - path: the file; an existing one is replaced.
  ///   - epoch: the epoch to record for CoOp; by default the context's own, or 1.
  /// - Throws: `FileError` when the file cannot be written; `ExportError` when `coop` lacks the surroundings.
  package static func write(
    _ context: LearnedContext, as format: Format, to path: String, epoch: Int? = nil
  ) throws {
    try context.requirePrompts(source: path)
    switch format {
    case .npy: try NumPyFile.write(context.vectors, to: path)
    case .json:
      let text = context.json.serialized() + "\n"
      try AtomicOutput.text(text, to: path)
    case .safeTensors:
      let vectors = context.vectors
      try SafeTensorsWriter.write(
        [.init(name: "ctx", shape: vectors.shape.dimensions, dtype: vectors.dtype)], metadata: context.notes, to: path
      ) { _ in vectors }
    case .coOp:
      guard let surroundings = context.provenance?.surroundings else {
        throw ExportError.notExpressible(
          model: path, format: "a CoOp checkpoint",
          reason: "its token_prefix and token_suffix need a model and class names; give --model and --classes")
      }
      try writeCoOp(context, surroundings, to: path, epoch: epoch ?? context.provenance?.epoch ?? 1)
    }
  }

  private static func writeCoOp(
    _ context: LearnedContext, _ surroundings: PromptSurroundings, to path: String, epoch: Int
  ) throws {
    let dtype = context.vectors.dtype
    let network = context.metaNetwork.sorted { $0.key < $1.key }
    let tensors =
      [
        ("ctx", context.vectors), ("token_prefix", surroundings.prefix.converted(to: dtype)),
        ("token_suffix", surroundings.suffix.converted(to: dtype)),
      ] + network.map { ("meta_net.\($0.key)", $0.value.converted(to: dtype)) }
    let state = tensors.enumerated().map { index, tensor in
      (
        key: tensor.0,
        value: PickleWriter.Value.tensor(
          storage: dtype.torchStorage, key: index, shape: tensor.1.shape.dimensions)
      )
    }
    let pickle = PickleWriter.stream(
      .dictionary([
        ("state_dict", .orderedDictionary(state)), ("epoch", .integer(epoch)), ("optimizer", .none),
        ("scheduler", .none), ("val_result", .none),
      ]))
    try AtomicOutput.file(at: path) { temporary in
      try OutputFile.create(temporary, named: path) { file in
        var archive = StoredZipWriter(file, path: path)
        try archive.add("archive/data.pkl", pickle)
        try archive.add("archive/byteorder", Array("little".utf8))
        for (index, tensor) in tensors.enumerated() {
          try tensor.1.withBytes { try archive.add("archive/data/\(index)", $0) }
        }
        try archive.add("archive/version", Array("3\n".utf8))
        try archive.finish()
      }
    }
  }
}

extension PromptSurroundings {
  /// Creates the surroundings of a context for classes, from a model's token embedding.
  ///
  /// - Parameters:
  ///   - tokens: the tokens after the context for each class: class name, full stop and end.
  ///   - vectors: the context, whose element type they get.
  ///   - embedding: `[vocabulary, width]`.
  ///   - contextLength: the positions of the text tower; the remaining ones are padded with the embedding of id 0, as
  ///     CoOp does.
  ///   - source: the context's file, for errors.
  /// - Throws: `TensorFileError` when a context does not fit the classes or the embedding, `TensorError` when ids are
  ///   outside the vocabulary.
  package init(
    tokens: [[Int32]], around vectors: Tensor, embedding: Tensor, contextLength: Int, source: String
  ) throws {
    let dimensions = embedding.shape.dimensions
    let width = dimensions[1]
    let positions = contextLength - 1 - vectors.shape.dimensions[vectors.shape.rank - 2]
    guard positions > 0, tokens.allSatisfy({ $0.count <= positions }), !tokens.isEmpty else {
      throw TensorFileError.unexpected(
        path: source, object: "the context",
        expected: "short enough that the class names fit \(contextLength) positions",
        found: "\(vectors.shape.dimensions[vectors.shape.rank - 2]) vectors long")
    }
    func rows(_ ids: [Int32]) throws -> Tensor {
      try Tensor.concatenated(
        ids.map { id in
          guard id >= 0, Int(id) < dimensions[0] else {
            throw TensorError.shapeMismatch(
              operation: "embedding", name: "token id \(id)", expected: [dimensions[0]], found: [Int(id)])
          }
          return try embedding.rows(Int(id)..<Int(id) + 1)
        }
      ).converted(to: vectors.dtype)
    }
    let start = Int32(dimensions[0] - 2)
    let padded = tokens.flatMap { $0 + [Int32](repeating: 0, count: positions - $0.count) }
    try self.init(
      prefix: rows(tokens.map { _ in start }).reshaped([tokens.count, 1, width]),
      suffix: rows(padded).reshaped([tokens.count, positions, width]), around: vectors, path: source)
  }
}

extension LearnedContext {
  fileprivate var json: JSON {
    let dimensions = vectors.shape.dimensions
    let floats = vectors.floats()
    func nested(_ axes: ArraySlice<Int>, _ values: ArraySlice<Float>) -> JSON {
      guard let size = axes.first else { return .null }
      guard axes.count > 1 else { return .array(values.map { JSON($0) }) }
      let count = values.count / size
      return .array(
        (0..<size).map { index in
          let start = values.startIndex + index * count
          return nested(axes.dropFirst(), values[start..<start + count])
        })
    }
    var members = JSON.Object()
    members["context"] = nested(dimensions[...], floats[...])
    if let classNames { members["class_names"] = .array(classNames.map { .string($0) }) }
    if let classPosition { members["class_position"] = .string(classPosition.rawValue) }
    if let embeddingFingerprint { members["token_embedding_fingerprint"] = .string(embeddingFingerprint) }
    if let method = provenance?.method { members["method"] = .string(method.rawValue) }
    return .object(members)
  }

  fileprivate var notes: [(key: String, value: String)] {
    var notes = [(key: "format", value: "pt")]
    if let classNames {
      notes.append(("class_names", JSON.array(classNames.map { .string($0) }).serialized()))
    }
    if let classPosition { notes.append(("class_position", classPosition.rawValue)) }
    if let embeddingFingerprint { notes.append(("token_embedding_fingerprint", embeddingFingerprint)) }
    if let method = provenance?.method { notes.append(("method", method.rawValue)) }
    return notes
  }
}

extension DType {
  /// PyTorch's class of a storage of such elements.
  fileprivate var torchStorage: String {
    switch self {
    case .float32: "FloatStorage"
    case .float16: "HalfStorage"
    case .bfloat16: "BFloat16Storage"
    }
  }
}
