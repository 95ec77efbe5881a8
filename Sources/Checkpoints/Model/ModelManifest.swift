import PromptLensCLIP
import PromptLensTensorFiles
import PromptLensFiles
import Foundation
import PromptLensImages
import PromptLensJSONDocuments
import PromptLensTensors

/// The `manifest.json` of a model folder: the source, the conversion, and the result.
package struct ModelManifest: Sendable, Equatable {
  /// The version of the folder's format.
  package var formatVersion: Int
  /// The version of the program that wrote the folder.
  package var toolVersion: String
  /// The layout of the source.
  package var layout: String
  /// OpenAI's name of the architecture, or a description of its sizes.
  package var architecture: String
  /// The image tower; nil in folders that don't record it.
  package var imageTower: ImageTowerConfiguration?
  /// The name of the published weights with the same SHA-256; nil if there are none.
  package var publishedName: String?
  /// The evidence for the activation.
  package var activationReason: String
  /// The preparation of pictures; nil in folders of format 2, which don't record it.
  package var preprocessing: Preprocessing?
  /// The evidence from which the preprocessing is known; nil in folders that don't record it.
  package var preprocessingReason: String?
  /// The number of weights.
  package var parameterCount: Int
  /// The SHA-256 of the architecture's attributes and of every tensor's name, shape, and digest. Equal weights have
  /// equal fingerprints, even if they come from files of different layouts and element types.
  package var fingerprint: String
  /// The digest of the token embedding, to which learned contexts refer.
  package var tokenEmbeddingFingerprint: String
  /// The source's files, the weights first.
  package var sources: [SourceFile]
  /// The tensors, in OpenAI's order.
  package var tensors: [TensorEntry]
  /// The folder's files beside the weights and the manifest; empty in folders that don't record them.
  package var files: [SourceFile] = []

  /// A file of the source or of the folder.
  package struct SourceFile: Sendable, Equatable {
    /// The file's name, without its folder.
    package var name: String
    /// Its SHA-256, 64 hexadecimal digits.
    package var sha256: String
    /// Its size in bytes.
    package var bytes: Int
  }

  /// A tensor of the model.
  package struct TensorEntry: Sendable, Equatable {
    /// OpenAI's name.
    package var name: String
    /// The sizes of the axes.
    package var shape: [Int]
    /// The type of the stored elements.
    package var dtype: DType
  }

  private static let format = "promptlens-model"

  /// The manifest as JSON.
  var json: JSON {
    [
      "format": .string(Self.format),
      "format_version": JSON(formatVersion),
      "tool_version": .string(toolVersion),
      "architecture": .string(architecture),
      "image_tower": imageTower?.json ?? .null,
      "published_as": publishedName.map { .string($0) } ?? .null,
      "activation_reason": .string(activationReason),
      "preprocessing": preprocessing?.json ?? .null,
      "preprocessing_reason": preprocessingReason.map { .string($0) } ?? .null,
      "parameter_count": JSON(parameterCount),
      "fingerprint": .string(fingerprint),
      "token_embedding_fingerprint": .string(tokenEmbeddingFingerprint),
      "source": [
        "layout": .string(layout),
        "files": .array(
          sources.map { ["name": .string($0.name), "bytes": JSON($0.bytes), "sha256": .string($0.sha256)] }),
      ],
      "tensors": .array(
        tensors.map {
          ["name": .string($0.name), "shape": .array($0.shape.map { JSON($0) }), "dtype": .string($0.dtype.rawValue)]
        }),
      "files": .array(
        files.map { ["name": .string($0.name), "bytes": JSON($0.bytes), "sha256": .string($0.sha256)] }),
    ]
  }

  /// The contents of `manifest.json`: the manifest, and the digest of all of it.
  var text: String {
    guard case .object(var members) = json else { return json.serialized(pretty: true) + "\n" }
    members[Self.digestKey] = .string(Self.digest(of: json))
    return JSON.object(members).serialized(pretty: true) + "\n"
  }

  private static let digestKey = "digest"

  private static func digest(of json: JSON) -> String {
    let hash = Fingerprint()
    hash.add(json.serialized())
    return hash.finish()
  }

  /// Checks that a folder's manifest is as it was written; folders of earlier versions have no digest to compare.
  ///
  /// - Throws: `JSONError` when it has changed.
  static func checkDigest(in folder: String) throws {
    let root = try JSONNode(contentsOf: "\(folder)/manifest.json", limit: 16 << 20)
    guard let expected = try root.optionalString(digestKey), case .object(var members) = root.value else { return }
    members[digestKey] = nil
    let found = digest(of: .object(members))
    guard found == expected else {
      throw try root.node(digestKey).unexpected(
        expected: "\(found.prefix(12))…, that of the other keys; the file was damaged or changed after it was written",
        found: "\(expected.prefix(12))…")
    }
  }

  /// Returns a Boolean value that indicates whether a folder's `manifest.json` is a model's.
  static func isPresent(in folder: String) -> Bool {
    guard let root = try? JSONNode(contentsOf: "\(folder)/manifest.json", limit: 16 << 20) else { return false }
    return (try? root.optionalString("format")) == format
  }

  /// Reads a folder's manifest.
  init(readingFrom folder: String) throws {
    let root = try JSONNode(contentsOf: "\(folder)/manifest.json", limit: 16 << 20)
    let format = try root.string("format")
    guard format == Self.format else {
      throw try root.node("format").unexpected(expected: Self.format, found: format)
    }
    let version = try root.integer("format_version")
    guard ModelFolder.formatVersions.contains(version) else {
      throw try root.node("format_version").unexpected(
        expected: "\(ModelFolder.formatVersions.map(String.init).joined(separator: " or ")), which this version of "
          + "promptlens reads", found: "\(version); convert the source again")
    }
    let source = try root.node("source", expected: "an object")
    formatVersion = version
    toolVersion = try root.string("tool_version")
    layout = try source.string("layout")
    architecture = try root.string("architecture")
    imageTower = try root["image_tower"].map { try ImageTowerConfiguration(parsing: $0) }
    publishedName = try root.optionalString("published_as")
    activationReason = try root.string("activation_reason")
    preprocessing = try root["preprocessing"].map { try Preprocessing(parsing: $0) }
    preprocessingReason = try root.optionalString("preprocessing_reason")
    parameterCount = try root.integer("parameter_count")
    fingerprint = try root.string("fingerprint")
    tokenEmbeddingFingerprint = try root.string("token_embedding_fingerprint")
    sources = try source.array("files").map(SourceFile.init)
    files = try root["files"]?.array().map(SourceFile.init) ?? []
    tensors = try root.array("tensors").map { entry in
      let name = try entry.string("dtype")
      guard let dtype = DType(rawValue: name) else {
        throw try entry.node("dtype").unexpected(expected: "f32, f16 or bf16", found: name)
      }
      return TensorEntry(
        name: try entry.string("name"), shape: try entry.array("shape").map { try $0.integer() }, dtype: dtype)
    }
  }

  /// Creates the manifest of a checkpoint's conversion.
  init(
    of checkpoint: Checkpoint, sources: [SourceFile], fingerprint: String, tokenEmbeddingFingerprint: String,
    tensors: [TensorEntry], toolVersion: String
  ) {
    formatVersion = ModelFolder.formatVersion(of: checkpoint.configuration)
    self.toolVersion = toolVersion
    layout = checkpoint.layout.rawValue
    architecture = checkpoint.configuration.architectureName
    imageTower = checkpoint.configuration.image
    publishedName = sources.lazy.compactMap { PublishedCheckpoint.recognized(sha256: $0.sha256)?.name }.first
    activationReason = checkpoint.activationReason
    preprocessing = checkpoint.configuration.preprocessing
    preprocessingReason = checkpoint.preprocessingReason
    parameterCount = checkpoint.configuration.parameterCount
    self.fingerprint = fingerprint
    self.tokenEmbeddingFingerprint = tokenEmbeddingFingerprint
    self.sources = sources
    self.tensors = tensors
  }
}

extension ModelManifest.SourceFile {
  /// Reads an entry.
  fileprivate init(_ node: JSONNode) throws {
    name = try node.string("name")
    sha256 = try node.string("sha256")
    bytes = try node.integer("bytes")
  }

  /// Creates the entry of a file by hashing it.
  init(hashing path: String) throws {
    name = URL(fileURLWithPath: path).lastPathComponent
    sha256 = try Fingerprint.ofFile(path)
    bytes = try MappedFile(path: path).count
  }
}
