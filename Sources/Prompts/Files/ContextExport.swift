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
    /// An object with `context`, the network's tensors in `meta_net`, and the context's other properties.
    case json
    /// The vectors, f4, with the context's other properties in a JSON file beside them.
    case npy
    /// The tensor `ctx` and the network's tensors, with the context's other properties as metadata.
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
  ///   - epoch: the epoch to record; nil for the context's own.
  /// - Throws: `FileError` when the file cannot be written; `ExportError` when the form can't hold the context, or
  ///   `coop` lacks the surroundings or the epoch.
  package static func write(
    _ context: LearnedContext, as format: Format, to path: String, epoch: Int? = nil
  ) throws {
    try context.requirePrompts(source: path)
    var properties = ContextProperties(of: context)
    if let epoch { properties.epoch = epoch }
    switch format {
    case .npy:
      guard !context.isConditional else {
        throw ExportError.notExpressible(
          model: path, format: "a .npy array",
          reason:
            "a network of \(context.metaNetwork.count) tensors shifts the context for each image, and .npy holds one "
            + "array; use --as safetensors or --as json")
      }
      try NumPyCompanion.write(context.vectors, kind: ContextProperties.kind, properties.members, to: path)
    case .json:
      let text = context.json(properties).serialized() + "\n"
      try AtomicOutput.text(text, to: path)
    case .safeTensors:
      var tensors = ["ctx": context.vectors]
      for (name, tensor) in context.metaNetwork { tensors["meta_net.\(name)"] = tensor }
      let entries = tensors.sorted { $0.key < $1.key }.map {
        SafeTensorsWriter.Entry(name: $0.key, shape: $0.value.shape.dimensions, dtype: $0.value.dtype)
      }
      var metadata: [(key: String, value: String)] = [("format", "pt"), ("kind", ContextProperties.kind)]
      metadata += properties.metadata
      try SafeTensorsWriter.write(entries, metadata: metadata, to: path) { entry in
        guard let tensor = tensors[entry.name] else { throw TensorError.missing(name: entry.name, source: path) }
        return tensor
      }
    case .coOp:
      guard let surroundings = context.provenance?.surroundings else {
        throw ExportError.notExpressible(
          model: path, format: "a CoOp checkpoint",
          reason: "its token_prefix and token_suffix need a model and class names; give --model and --classes")
      }
      guard let epoch = properties.epoch else {
        throw ExportError.notExpressible(
          model: path, format: "a CoOp checkpoint",
          reason: "the source does not record the epoch after which it was saved; give it with --epoch")
      }
      try writeCoOp(context, surroundings, properties, to: path, epoch: epoch)
    }
  }

  private static func writeCoOp(
    _ context: LearnedContext, _ surroundings: PromptSurroundings, _ properties: ContextProperties, to path: String,
    epoch: Int
  ) throws {
    let dtype = context.vectors.dtype
    let network = context.metaNetwork.sorted { $0.key < $1.key }
    let parts = context.provenance?.parts ?? []
    // ATPrompt's form, where words stand between the vectors.
    let vectors =
      parts.isEmpty
      ? [("ctx", context.vectors)]
      : try PromptPart.tensors(parts, of: context.vectors, classCount: surroundings.classCount)
    let tensors =
      vectors + [
        ("token_prefix", surroundings.prefix.converted(to: dtype)),
        ("token_suffix", surroundings.suffix.converted(to: dtype)),
      ] + network.map { ("meta_net.\($0.key)", $0.value.converted(to: dtype)) }
    let entries = tensors.map { SafeTensorsWriter.Entry(name: $0.0, shape: $0.1.shape.dimensions, dtype: $0.1.dtype) }
    let byName = Dictionary(tensors.map { ($0.0, $0.1) }) { first, _ in first }
    try DasslCheckpoint.write(entries, epoch: epoch, properties: properties.metadata, to: path) { byName[$0] }
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
  fileprivate func json(_ properties: ContextProperties) -> JSON {
    var members = JSON.Object()
    members["kind"] = .string(ContextProperties.kind)
    members["context"] = vectors.nestedJSON
    if isConditional {
      var network = JSON.Object()
      for (name, tensor) in metaNetwork.sorted(by: { $0.key < $1.key }) { network[name] = tensor.nestedJSON }
      members["meta_net"] = .object(network)
    }
    for (name, value) in properties.members { members[name] = value }
    return .object(members)
  }
}

extension Tensor {
  /// The numbers as nested arrays, one for each axis.
  fileprivate var nestedJSON: JSON {
    func nested(_ axes: ArraySlice<Int>, _ values: ArraySlice<Float>) -> JSON {
      guard let size = axes.first else { return .null }
      guard axes.count > 1 else { return .array(values.map { JSON($0) }) }
      let count = values.count / max(size, 1)
      return .array(
        (0..<size).map { index in
          let start = values.startIndex + index * count
          return nested(axes.dropFirst(), values[start..<start + count])
        })
    }
    return nested(shape.dimensions[...], floats()[...])
  }
}
