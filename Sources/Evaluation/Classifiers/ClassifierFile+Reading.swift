import Foundation
import PromptLensFiles
import PromptLensJSONDocuments
import PromptLensTensorFiles
import PromptLensTensors

extension ClassifierFile {
  /// The largest size in bytes of a JSON classifier.
  private static let jsonLimit = 256 << 20

  /// A way in which a file states that it is a classifier.
  private enum Statement {
    case hdf5
    case json
    case safeTensors
    case array
    case table
  }

  /// Returns a Boolean value that indicates whether a file states that it is a classifier; shapes decide nothing.
  package static func exists(at path: String) -> Bool { statement(of: path) != nil }

  private static func statement(of path: String) -> Statement? {
    guard let file = try? MappedFile(path: path) else { return nil }
    switch withExtendedLifetime(file, { FileKind(file.bytes, name: path) }) {
    case .hdf5:
      guard let file = try? HDF5File(path: path) else { return nil }
      return (try? file.attribute("format")) == .string(format) ? .hdf5 : nil
    case .json:
      guard let root = try? JSONNode(contentsOf: path, limit: jsonLimit) else { return nil }
      return isDocument(root) ? .json : nil
    case .safeTensors:
      guard let file = try? SafeTensorsFile(path: path) else { return nil }
      return file.metadata.contains { $0.key == "kind" && $0.value == arrayKind } ? .safeTensors : nil
    case .numPy:
      let companion = NumPyCompanion.path(of: path)
      guard FileManager.default.fileExists(atPath: companion), let root = try? JSONNode(contentsOf: companion) else {
        return nil
      }
      return (try? root.optionalString("kind")) == arrayKind ? .array : nil
    case .torch, .webPage: return nil
    case .other: return withExtendedLifetime(file) { isTable(file.bytes) } ? .table : nil
    }
  }

  /// Reads a classifier in any of the formats that ``write(to:layout:)`` writes.
  ///
  /// - Throws: `FileError` when the file is missing; `TensorFileError` or `JSONError` when it isn't a classifier, or one of
  ///   a newer version.
  package init(contentsOf path: String) throws {
    switch Self.statement(of: path) {
    case .json: try self.init(JSONNode(contentsOf: path, limit: Self.jsonLimit))
    case .table: try self.init(table: path)
    case .safeTensors:
      let file = try SafeTensorsFile(path: path)
      let note = file.metadata.last { $0.key == "classifier" }
      let source = "\(path), metadata classifier"
      let root = JSONNode(source: source, value: try JSON(parsing: Array((note?.value ?? "{}").utf8), source: source))
      try self.init(root, parts: file.storedNames.map { ($0, try file.tensor($0)) })
      try restoreRows()
    case .array:
      let tensor = try NumPyFile(path: path).tensor()
      guard let (_, document) = try NumPyCompanion.read(beside: path, tensor: { tensor }) else {
        throw FileError.missing(path: NumPyCompanion.path(of: path), expected: "the description of \(path)")
      }
      let root = try document.node("classifier", expected: "an object")
      let isHead = try root.optionalString(Self.layoutNote) == Layout.openCLIP.rawValue
      try self.init(root, parts: [(isHead ? Self.headName : "weights", tensor)])
      try restoreRows()
    case .hdf5, nil: try self.init(hdf5: path)
    }
  }

  /// Turns the columns of open_clip's head into rows.
  private mutating func restoreRows() throws {
    guard note(Self.layoutNote) == Layout.openCLIP.rawValue, let head = part(Self.headName), head.shape.rank == 2 else {
      return
    }
    parts = [("weights", try head.permuted([1, 0], name: Self.headName))]
    notes.removeAll { $0.name == Self.layoutNote }
  }

  private init(hdf5 path: String) throws {
    let file = try HDF5File(path: path)
    try file.checkChecksums()
    func text(_ name: String) throws -> String? {
      guard case .string(let text)? = try file.attribute(name) else { return nil }
      return text
    }
    guard try text("format") == Self.format, let kind = try text("kind") else {
      throw TensorFileError.missing(
        path: path, object: "the attributes format and kind", expected: "a classifier of promptlens probe")
    }
    if case .integer(let version)? = try file.attribute("format_version"), version > Self.version {
      throw TensorFileError.unexpected(
        path: path, object: "the attribute format_version",
        expected: "at most \(Self.version), the newest that this version of promptlens reads", found: "\(version)")
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
