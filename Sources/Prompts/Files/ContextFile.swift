import PromptLensTensorFiles
import PromptLensFiles
import PromptLensJSONDocuments
import PromptLensTensors

/// Learned contexts on disk, read from `.npy`, JSON, HDF5 and safetensors files and from checkpoints of CoOp and
/// CoCoOp; a file's first bytes tell its format.
package enum ContextFile {
  /// The largest size in bytes of a JSON context: a thousand classes of sixteen vectors of a thousand numbers.
  package static let jsonLimit = 256 << 20

  private static let expected =
    "a run folder or a context file (.npy, .json, .h5, .safetensors or CoOp's model.pth.tar)"

  /// Reads a context.
  ///
  /// - `.npy`: the vectors; the properties from the JSON beside it, if there is one.
  /// - JSON: nested arrays, or an object with `context`, and optionally the properties and `meta_net`, an object of
  ///   arrays.
  /// - HDF5: the dataset `context`, and the properties as attributes of the root or, for the names, as a dataset;
  ///   datasets `meta_net.…` where images shift the context, as in CoCoOp's checkpoints.
  /// - safetensors: the tensor `ctx`, tensors `meta_net.…`, and the properties as metadata, the names as a JSON array.
  /// - PyTorch: `state_dict.ctx` of a ``PromptLearnerCheckpoint``; of a folder, the one that ``DasslOutput`` finds.
  /// - Throws: `FileError` when the file is missing, `TensorFileError` or `JSONError` when it doesn't hold a context.
  package static func read(_ path: String) throws -> LearnedContext {
    let path = DasslOutput.checkpoint(in: path) ?? path
    if let found = FolderContents.phrase(path) {
      throw FileError.otherFolder(path: path, expected: expected, found: found)
    }
    let file = try MappedFile(path: path, expected: expected)
    let kind = withExtendedLifetime(file) { FileKind(file.bytes) }
    switch kind {
    case .numPy: return try read(try NumPyFile(path: path))
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
      let properties = ContextProperties(of: context)
      if let epoch = properties.epoch { try file.set("epoch", .integer(epoch)) }
      if let method = properties.method { try file.set("method", .string(method)) }
      if !properties.parts.isEmpty { try file.set("parts", .string(PromptPart.text(properties.parts))) }
      for (name, value) in attributes where name != "method" || properties.method == nil {
        try file.set(name, .string(value))
      }
    }
  }

  private static func read(_ file: NumPyFile) throws -> LearnedContext {
    let vectors = try file.tensor()
    guard let (kind, document) = try NumPyCompanion.read(beside: file.path, tensor: { vectors }) else {
      return try LearnedContext(vectors: vectors, source: file.path)
    }
    guard kind == ContextProperties.kind else {
      throw TensorFileError.unexpected(
        path: file.path, object: "the array", expected: "a context",
        found: "a \(kind), as \(document.source) says")
    }
    return try ContextProperties(document).context(vectors: vectors, source: file.path)
  }

  private static func read(_ file: SafeTensorsFile) throws -> LearnedContext {
    var network: [String: Tensor] = [:]
    for name in file.storedNames where name.hasPrefix("meta_net.") {
      network[String(name.dropFirst("meta_net.".count))] = try file.tensor(name)
    }
    return try ContextProperties(metadata: file.metadata, source: file.path)
      .context(vectors: try file.tensor("ctx"), metaNetwork: network, source: file.path)
  }

  private static func read(_ file: HDF5File) throws -> LearnedContext {
    if let method = DeepPromptFile.method(of: file) { throw PromptError.deepPrompts(source: file.path, method: method) }
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
    var properties = try ContextProperties(metadata: [], source: file.path)
    properties.classNames = names
    properties.classPosition = try ClassPosition.named(attributes.optionalString("class_position"), in: file.path)
    properties.embeddingFingerprint = try attributes.optionalString("token_embedding_fingerprint")
    properties.method = try attributes.optionalString("method")
    if case .integer(let epoch)? = try file.attribute("epoch") { properties.epoch = epoch }
    properties.parts = try ContextProperties.parts(attributes.optionalString("parts"), in: file.path)
    return try properties.context(
      vectors: try file.tensor("context"), metaNetwork: network, source: file.path)
  }

  private static func read(_ root: JSONNode) throws -> LearnedContext {
    guard case .object = root.value else {
      return try LearnedContext(vectors: try tensor(root), source: root.source)
    }
    var network: [String: Tensor] = [:]
    if let node = root["meta_net"] {
      for (name, value) in try node.object() {
        network[name] = try tensor(JSONNode(source: root.source, path: "meta_net.\(name)", value: value))
      }
    }
    return try ContextProperties(root).context(
      vectors: try tensor(try root.node("context", expected: "nested arrays of numbers")), metaNetwork: network,
      source: root.source)
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
