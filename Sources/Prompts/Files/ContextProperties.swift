import PromptLensJSONDocuments
import PromptLensTensorFiles
import PromptLensTensors

/// The properties of a context beside its tensors, which every form carries under the same keys: as members in JSON and
/// in the JSON beside a `.npy` file, as metadata in safetensors, and as attributes in HDF5.
struct ContextProperties {
  var classNames: [String]?
  var classPosition: ClassPosition?
  var embeddingFingerprint: String?
  var method: String?
  var epoch: Int?
  /// The vectors and words that the context consists of; empty where all are vectors.
  var parts: [PromptPart] = []

  /// The kind of a file with a context, where the file states one.
  static let kind = "context"

  /// Creates the properties of a context.
  init(of context: LearnedContext) {
    classNames = context.classNames
    classPosition = context.classPosition
    embeddingFingerprint = context.embeddingFingerprint
    method = context.provenance.map { $0.methodName ?? $0.method.rawValue }
    epoch = context.provenance?.epoch
    parts = context.provenance?.parts ?? []
  }

  /// Reads the properties from members of a JSON object; each may be missing.
  ///
  /// - Throws: `JSONError` or `TensorFileError` when one is of another kind.
  init(_ node: JSONNode) throws {
    classNames = try node["class_names"]?.array().map { try $0.string() }
    classPosition = try ClassPosition.named(node.optionalString("class_position"), in: node.source)
    embeddingFingerprint = try node.optionalString("token_embedding_fingerprint")
    method = try node.optionalString("method")
    epoch = try node.optionalInteger("epoch")
    parts = try Self.parts(node.optionalString("parts"), in: node.source)
  }

  /// Reads the properties from metadata.
  ///
  /// - Throws: `JSONError` or `TensorFileError` when one is of another kind.
  init(metadata: [(key: String, value: String)], source: String) throws {
    func note(_ key: String) -> String? { metadata.last { $0.key == key }?.value }
    classNames = try note("class_names").map { text in
      let source = "\(source), class_names"
      return try JSONNode(source: source, value: JSON(parsing: Array(text.utf8), source: source)).array()
        .map { try $0.string() }
    }
    classPosition = try ClassPosition.named(note("class_position"), in: source)
    embeddingFingerprint = note("token_embedding_fingerprint")
    method = note("method")
    epoch = try note("epoch").map { text in
      guard let epoch = Int(text) else {
        throw TensorFileError.unexpected(
          path: source, object: "the metadata epoch", expected: "a whole number", found: String(text.prefix(40)))
      }
      return epoch
    }
    parts = try Self.parts(note("parts"), in: source)
  }

  /// Parses the parts of a prompt with written words.
  ///
  /// - Throws: `TensorFileError` when the text is none.
  static func parts(_ text: String?, in source: String) throws -> [PromptPart] {
    guard let text else { return [] }
    guard let parts = PromptPart.list(text) else {
      throw TensorFileError.unexpected(
        path: source, object: "parts", expected: "as in \"ctx_att1 2, token_middle1 1, ctx 2\"",
        found: String(text.prefix(60)))
    }
    return parts
  }

  /// The known properties as members.
  var members: JSON.Object {
    var members = JSON.Object()
    if let classNames { members["class_names"] = .array(classNames.map { .string($0) }) }
    if let classPosition { members["class_position"] = .string(classPosition.rawValue) }
    if let embeddingFingerprint { members["token_embedding_fingerprint"] = .string(embeddingFingerprint) }
    if let method { members["method"] = .string(method) }
    if let epoch { members["epoch"] = JSON(epoch) }
    if !parts.isEmpty { members["parts"] = .string(PromptPart.text(parts)) }
    return members
  }

  /// The known properties as metadata.
  var metadata: [(key: String, value: String)] {
    members.map { key, value in
      if case .string(let text) = value { (key, text) } else { (key, value.serialized()) }
    }
  }

  /// Returns the context of these properties and tensors.
  ///
  /// - Throws: the errors of `LearnedContext`.
  func context(vectors: Tensor, metaNetwork: [String: Tensor] = [:], source: String) throws -> LearnedContext {
    let isKnown = method != nil || epoch != nil || !metaNetwork.isEmpty || !parts.isEmpty
    var provenance = PromptProvenance(method: metaNetwork.isEmpty ? .coOp : .coCoOp, methodName: method, epoch: epoch)
    if !parts.isEmpty {
      let positions = parts.reduce(0) { $0 + $1.count }
      guard vectors.shape.rank == 2, vectors.shape.dimensions[0] == positions, metaNetwork.isEmpty else {
        throw TensorFileError.unexpected(
          path: source, object: "parts", expected: "as many as one context for all classes has vectors",
          found: "\(positions) for a context of shape \(vectors.shape)")
      }
      (provenance.method, provenance.parts) = (.atPrompt, parts)
    }
    return try LearnedContext(
      vectors: vectors, classNames: classNames, classPosition: classPosition,
      embeddingFingerprint: embeddingFingerprint, metaNetwork: metaNetwork,
      provenance: isKnown ? provenance : nil, source: source)
  }
}
