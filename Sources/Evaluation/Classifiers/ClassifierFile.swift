import PromptLensTensorFiles
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensTensors

/// A classifier of image features on disk: its arrays and numbers, its class names, and the model of its features.
///
/// In HDF5, arrays are datasets, `class_names` and `class_identifiers` lists of texts, and everything else attributes
/// of the root, `format` among them. In JSON all are members. A linear one without offsets may also be written as
/// `.npy`, with only its weights.
package struct ClassifierFile: Sendable {
  /// The kind, which determines the computation of logits: `linear`, `tip-adapter`, `clip-adapter`.
  package var kind: String
  /// The arrays, f32.
  package var parts: [(name: String, tensor: Tensor)]
  /// The numbers.
  package var settings: [(name: String, value: Double)]
  /// The classes, in the order of the logits.
  package var classNames: [String]
  /// The classes' WordNet ids, if known.
  package var classIdentifiers: [String]?
  /// The fingerprint of the model of its features; nil if unknown.
  package var modelFingerprint: String?
  /// Additional notes, by name.
  package var notes: [(name: String, text: String)]

  static let format = "promptlens-classifier"
  /// The version that is written; files of earlier versions of promptlens state none.
  static let version = 1
  static let newestVersion = "at most \(version), the newest that this version of promptlens reads"

  /// Creates a classifier.
  package init(
    kind: String, parts: [(name: String, tensor: Tensor)], settings: [(name: String, value: Double)],
    classNames: [String], classIdentifiers: [String]? = nil, modelFingerprint: String?,
    notes: [(name: String, text: String)] = []
  ) {
    self.kind = kind
    self.parts = parts
    self.settings = settings
    self.classNames = classNames
    self.classIdentifiers = classIdentifiers
    self.modelFingerprint = modelFingerprint
    self.notes = notes
  }

  /// Returns a number by its name.
  package func setting(_ name: String) -> Double? { settings.first { $0.name == name }?.value }

  /// Returns a note by its name.
  package func note(_ name: String) -> String? { notes.first { $0.name == name }?.text }

  /// Returns an array by its name.
  package func part(_ name: String) -> Tensor? { parts.first { $0.name == name }?.tensor }

  /// The filename extensions for ``write(to:)``.
  package static let endings = ["npy", "json", "h5"]

  /// Writes the classifier in the format of the path's extension.
  ///
  /// - Throws: `TensorFileError` when the ending isn't one of ``endings`` or `.npy` cannot hold the classifier;
  ///   `FileError` when the file cannot be written.
  package func write(to path: String) throws {
    switch URL(fileURLWithPath: path).pathExtension.lowercased() {
    case "npy": try writeWeights(to: path)
    case "json":
      let text = json.serialized() + "\n"
      try AtomicOutput.text(text, to: path)
    case "h5": try writeHDF5(to: path)
    default:
      throw TensorFileError.unexpected(
        path: path, object: "the name", expected: "an ending .npy, .json or .h5", found: "another")
    }
  }

  private func writeWeights(to path: String) throws {
    guard kind == "linear", parts.count == 1, let weights = part("weights") else {
      let others = parts.map(\.name).filter { $0 != "weights" }.joined(separator: ", ")
      throw TensorFileError.unexpected(
        path: path, object: "the classifier",
        expected: "only weights, since .npy can't contain anything else; write .json or .h5",
        found: "one with \(others)")
    }
    try NumPyFile.write(weights, to: path)
  }

  private var json: JSON {
    var root = JSON.Object()
    root["format"] = .string(Self.format)
    root["format_version"] = JSON(Self.version)
    root["kind"] = .string(kind)
    root["class_names"] = .array(classNames.map { .string($0) })
    if let classIdentifiers { root["class_identifiers"] = .array(classIdentifiers.map { .string($0) }) }
    root["model_fingerprint"] = modelFingerprint.map { .string($0) } ?? .null
    for (name, text) in notes { root[name] = .string(text) }
    for (name, value) in settings { root[name] = .number(value) }
    for (name, tensor) in parts { root[name] = Self.nested(tensor.floats(), tensor.shape.dimensions[...]) }
    return .object(root)
  }

  private static func nested(_ floats: [Float], _ dimensions: ArraySlice<Int>) -> JSON {
    guard let count = dimensions.first, dimensions.count > 1 else { return .array(floats.map { JSON($0) }) }
    let size = floats.count / max(count, 1)
    return .array(
      (0..<count).map { nested(Array(floats[$0 * size..<($0 + 1) * size]), dimensions.dropFirst()) })
  }

  private func writeHDF5(to path: String) throws {
    try HDF5Writer.write(to: path) { file in
      for (name, tensor) in parts { try file.write(tensor, to: name) }
      try file.write(classNames, to: "class_names")
      if let classIdentifiers { try file.write(classIdentifiers, to: "class_identifiers") }
      try file.set("format", .string(Self.format))
      try file.set("format_version", .integer(Self.version))
      try file.set("kind", .string(kind))
      for (name, value) in settings { try file.set(name, .number(value)) }
      for (name, text) in notes { try file.set(name, .string(text)) }
      if let modelFingerprint { try file.set("model_fingerprint", .string(modelFingerprint)) }
    }
  }
}

// MARK: - Reading

extension ClassifierFile {
  /// Returns a Boolean value that indicates whether a path is the HDF5 or JSON file of a classifier.
  package static func stands(at path: String) -> Bool {
    if path.lowercased().hasSuffix(".json") {
      guard let document = try? JSONNode(contentsOf: path, limit: jsonLimit) else { return false }
      return (try? document.string("format")) == format
    }
    guard let file = try? HDF5File(path: path) else { return false }
    return (try? file.attribute("format")) == .string(format)
  }

  /// Reads the JSON format from a path that ends in `.json`, the HDF5 format from any other.
  ///
  /// - Throws: `FileError` when the file is missing; `TensorFileError` or `JSONError` when it isn't a classifier, or one
  ///   of a newer version.
  package init(contentsOf path: String) throws {
    if path.lowercased().hasSuffix(".json") {
      try self.init(JSONNode(contentsOf: path, limit: Self.jsonLimit))
    } else {
      try self.init(HDF5File(path: path))
    }
  }

  private init(_ file: HDF5File) throws {
    try file.checkChecksums()
    func text(_ name: String) throws -> String? {
      guard case .string(let text)? = try file.attribute(name) else { return nil }
      return text
    }
    guard try text("format") == Self.format, let kind = try text("kind") else {
      throw TensorFileError.missing(
        path: file.path, object: "the attributes format and kind", expected: "a classifier of promptlens probe")
    }
    if case .integer(let version)? = try file.attribute("format_version"), version > Self.version {
      throw TensorFileError.unexpected(
        path: file.path, object: "the attribute format_version", expected: Self.newestVersion, found: "\(version)")
    }
    self.kind = kind
    let lists: Set = ["class_names", "class_identifiers"]
    parts = try file.datasets.filter { !lists.contains($0.path) }.map { ($0.path, try file.tensor($0.path)) }
    classNames = try file.strings("class_names")
    classIdentifiers =
      try file.datasets.contains { $0.path == "class_identifiers" } ? file.strings("class_identifiers") : nil
    modelFingerprint = try text("model_fingerprint")
    settings = []
    notes = []
    for name in try file.attributeNames()
    where !["format", "format_version", "kind", "model_fingerprint"].contains(name) {
      switch try file.attribute(name) {
      case .number(let value): settings.append((name, value))
      case .integer(let value): settings.append((name, Double(value)))
      case .string(let text): notes.append((name, text))
      default: break
      }
    }
  }
}
