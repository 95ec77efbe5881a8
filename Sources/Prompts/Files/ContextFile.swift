import PromptLensTensorFiles
import PromptLensFiles
import PromptLensJSONDocuments
import PromptLensTensors

/// Learned contexts on disk, read from `.npy`, JSON, HDF5 and safetensors files and from checkpoints of CoOp and
/// CoCoOp; a file's first bytes tell its format.
package enum ContextFile {
  /// The largest size in bytes of a JSON context: a thousand classes of sixteen vectors of a thousand numbers.
  package static let jsonLimit = 256 << 20

  /// Reads a context.
  ///
  /// - `.npy`: only the vectors.
  /// - JSON: nested arrays, or an object with `context` and optionally `class_names`, `class_position` and
  ///   `token_embedding_fingerprint`.
  /// - HDF5: the dataset `context`, and those three as attributes of the root or, for the names, as a dataset; datasets
  ///   `meta_net.…` where images shift the context, as in CoCoOp's checkpoints.
  /// - safetensors: the tensor `ctx`, and those three as metadata, the names as a JSON array.
  /// - PyTorch: `state_dict.ctx` of a ``PromptLearnerCheckpoint``; of a folder, the one that ``DasslOutput`` finds.
  /// - Throws: `FileError` when the file is missing, `TensorFileError` or `JSONError` when it doesn't hold a context.
  package static func read(_ path: String) throws -> LearnedContext {
    let path = DasslOutput.checkpoint(in: path) ?? path
    let file = try MappedFile(
      path: path, expected: "a context file (.npy, .json, .h5, .safetensors or CoOp's model.pth.tar)")
    let kind = withExtendedLifetime(file) { FileKind(file.bytes) }
    switch kind {
    case .numPy: return try LearnedContext(vectors: try NumPyFile(path: path).tensor(), source: path)
    case .hdf5:
      let file = try HDF5File(path: path)
      try file.checkChecksums()
      return try read(file)
    case .json: return try read(try JSONNode(contentsOf: path, limit: jsonLimit))
    case .safeTensors: return try read(try SafeTensorsFile(file))
    case .torch: return try PromptLearnerCheckpoint(TorchArchive(file)).context
    case .webPage: throw TensorFileError.webPage(path: path)
    case .other:
      throw PromptError.unrecognized(
        path: path,
        lookedFor: [
          "a .npy array", "JSON with nested arrays or a context", "HDF5 with a dataset context",
          "safetensors with a tensor ctx", "a checkpoint of CoOp, or Dassl's output folder around it",
        ])
    }
  }

  /// Writes a context as HDF5, in the format that ``read(_:)`` reads.
  ///
  /// - Parameters:
  ///   - context: the context.
  ///   - path: the file; it appears under its name when it is complete.
  ///   - attributes: texts that are recorded beside it, such as the initialization and the method.
  /// - Throws: `FileError` when the file can't be written.
  package static func write(
    _ context: LearnedContext, to path: String, attributes: [(name: String, value: String)] = []
  ) throws {
    try HDF5Writer.write(to: path) { file in
      try file.write(context.vectors, to: "context")
      for (name, tensor) in context.metaNetwork.sorted(by: { $0.key < $1.key }) {
        try file.write(tensor, to: "meta_net.\(name)")
      }
      if let names = context.classNames { try file.write(names, to: "class_names") }
      if let position = context.classPosition { try file.set("class_position", .string(position.rawValue)) }
      if let fingerprint = context.embeddingFingerprint {
        try file.set("token_embedding_fingerprint", .string(fingerprint))
      }
      for (name, value) in attributes { try file.set(name, .string(value)) }
    }
  }

  private static func read(_ file: SafeTensorsFile) throws -> LearnedContext {
    func note(_ key: String) -> String? { file.metadata.last { $0.key == key }?.value }
    let names = try note("class_names").map { text in
      try JSONNode(source: "\(file.path), class_names", value: JSON(parsing: Array(text.utf8), source: file.path))
        .array()
        .map { try $0.string() }
    }
    return try LearnedContext(
      vectors: try file.tensor("ctx"), classNames: names,
      classPosition: ClassPosition.named(note("class_position"), in: file.path),
      embeddingFingerprint: note("token_embedding_fingerprint"), source: file.path)
  }

  private static func read(_ file: HDF5File) throws -> LearnedContext {
    let attributes = file.attributes
    var names: [String]?
    if file.dataset("class_names") != nil {
      names = try file.strings("class_names")
    } else if case .strings(let list)? = try file.attribute("class_names") {
      names = list
    }
    var network: [String: Tensor] = [:]
    for dataset in file.datasets where dataset.path.hasPrefix("meta_net.") {
      network[String(dataset.path.dropFirst("meta_net.".count))] = try file.tensor(dataset.path)
    }
    return try LearnedContext(
      vectors: try file.tensor("context"), classNames: names,
      classPosition: ClassPosition.named(attributes.optionalString("class_position"), in: file.path),
      embeddingFingerprint: try attributes.optionalString("token_embedding_fingerprint"),
      metaNetwork: network, provenance: network.isEmpty ? nil : PromptProvenance(method: .coCoOp), source: file.path)
  }

  private static func read(_ root: JSONNode) throws -> LearnedContext {
    guard case .object = root.value else {
      return try LearnedContext(vectors: try tensor(root), source: root.source)
    }
    return try LearnedContext(
      vectors: try tensor(try root.node("context", expected: "nested arrays of numbers")),
      classNames: try root["class_names"]?.array().map { try $0.string() },
      classPosition: ClassPosition.named(root.optionalString("class_position"), in: root.source),
      embeddingFingerprint: try root.optionalString("token_embedding_fingerprint"), source: root.source)
  }

  /// Returns the tensor of nested arrays of numbers, all of one length at each depth.
  private static func tensor(_ node: JSONNode) throws -> Tensor {
    var shape: [Int] = []
    var probe = node
    while case .array(let elements) = probe.value {
      shape.append(elements.count)
      guard shape.count <= 3, let first = elements.first else { break }
      probe = JSONNode(source: probe.source, path: "\(probe.path)[0]", value: first)
    }
    var floats: [Float] = []
    func collect(_ value: JSON, depth: Int, path: String) throws {
      let current = JSONNode(source: node.source, path: path, value: value)
      guard depth < shape.count else {
        floats.append(Float(try current.number()))
        return
      }
      guard case .array(let elements) = value, elements.count == shape[depth] else {
        var found: String?
        if case .array(let elements) = value { found = "an array of \(elements.count)" }
        throw current.unexpected(expected: "an array of \(shape[depth])", found: found)
      }
      for (index, element) in elements.enumerated() {
        try collect(element, depth: depth + 1, path: "\(path)[\(index)]")
      }
    }
    try collect(node.value, depth: 0, path: node.path)
    return try Tensor(floats, shape: shape, name: "context")
  }
}
