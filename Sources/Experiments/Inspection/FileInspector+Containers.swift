import PromptLensCheckpoints
import PromptLensPrompts
import PromptLensTensorFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensTensors

// Files that hold tensors under names.

extension FileInspector {
  package static func describe(_ file: HDF5File) throws -> Inspection {
    if DeepPromptFile.method(of: file) != nil {
      var inspection = describe(try DeepPromptFile(file))
      inspection.tensors = file.datasets.map(entry)
      return inspection
    }
    if file.dataset("context") != nil {
      var inspection = describe(try ContextFile.read(file.path), path: file.path)
      inspection.tensors = file.datasets.map(entry)
      return inspection
    }
    let isModelFile = try file.attribute(ModelFolder.formatAttribute) != nil
    if !isModelFile, let checkpoint = try? CheckpointDetector.open(file.path) {
      return describe(checkpoint, path: file.path)
    }
    try requireFloats(file)
    let features = ["text_features", "image_features", "features"].filter { file.dataset($0) != nil }
    let kind = isModelFile ? "weights of a PromptLens model folder" : features.isEmpty ? "HDF5 file" : "feature file"
    var inspection = Inspection(kind: kind, path: file.path)
    inspection.add("bytes", file.byteCount)
    inspection.add("datasets", file.datasets.count)
    for name in try file.attributeNames() {
      do {
        if let value = try file.attribute(name) { inspection.add(name, value, to: "attributes") }
      } catch TensorFileError.unsupported(_, _, _, let found) {
        inspection.add(name, JSON.string("not read: \(found)"), to: "attributes")
      } catch { continue }
    }
    inspection.tensors = file.datasets.map(entry)
    return inspection
  }

  /// Checks that a file has datasets of floats, without which its weights were lost.
  private static func requireFloats(_ file: HDF5File) throws {
    guard let first = file.datasets.first, !file.datasets.contains(where: { $0.type.dtype != nil }) else { return }
    throw CheckpointError.unsupported(
      path: file.path, object: first.path, expected: "floats, as weights, features and contexts are",
      found: "a dataset of \(first.type)s, and none of floats in the file")
  }

  package static func describe(_ file: SafeTensorsFile) throws -> Inspection {
    if file.storedNames.contains("ctx"), file.storedNames.allSatisfy({ $0 == "ctx" || $0.hasPrefix("meta_net.") }) {
      return describe(try ContextFile.read(file.path), path: file.path)
    }
    if let checkpoint = try? CheckpointDetector.open(file.path) { return describe(checkpoint, path: file.path) }
    var inspection = Inspection(kind: "safetensors file", path: file.path)
    for (key, value) in file.metadata.prefix(32) {
      inspection.add(key, JSON.string(String(value.prefix(256))), to: "metadata")
    }
    inspection.tensors = file.tensors.compactMap { file.stored($0.name)?.entry($0.name) }
    return inspection
  }

  package static func describe(_ archive: TorchArchive) throws -> Inspection {
    if DeepPromptCheckpoint.matches(archive) { return describe(try DeepPromptCheckpoint(archive), archive) }
    if PromptLearnerCheckpoint.matches(archive) {
      return describe(try PromptLearnerCheckpoint(archive), archive)
    }
    if let checkpoint = try? CheckpointDetector.open(archive.path) { return describe(checkpoint, path: archive.path) }
    var inspection = Inspection(kind: archive.form.rawValue, path: archive.path)
    for (key, value) in (archive.root.entries ?? []).prefix(32) {
      guard let key = key.string else { continue }
      inspection.add(key, JSON.string(value.summary), to: "entries")
    }
    if !archive.classes.isEmpty {
      let shown = archive.classes.prefix(8).joined(separator: ", ")
      inspection.add(
        "inert classes", archive.classes.count > 8 ? "\(shown) … (\(archive.classes.count))" : shown,
        data: [("inert_classes", .array(archive.classes.map { .string($0) }))])
    }
    inspection.tensors = archive.names.compactMap { archive.stored($0)?.entry($0) }
    return inspection
  }

  package static func describe(_ file: NumPyFile) throws -> Inspection {
    var inspection = Inspection(kind: "NumPy array", path: file.path)
    if let (kind, document) = try NumPyCompanion.read(beside: file.path, tensor: { try file.tensor() }) {
      if kind == "context" { return describe(try ContextFile.read(file.path), path: file.path) }
      inspection.add("kind", "\(kind), as \(document.source) says")
    } else if (2...3).contains(file.shape.count) {
      let (rows, width) = (file.shape[file.shape.count - 2], file.shape[file.shape.count - 1])
      inspection.add(
        "as a context", "\(rows) vectors of width \(width)", data: [("rows", JSON(rows)), ("width", JSON(width))])
    }
    let bytes = file.shape.reduce(file.element.byteWidth, *)
    inspection.tensors = [
      Inspection.TensorEntry(name: "array", shape: file.shape, type: file.element.rawValue, bytes: bytes)
    ]
    return inspection
  }

  package static func describe(_ root: JSONNode) throws -> Inspection {
    if root["text_features"] != nil || root["image_features"] != nil {
      var inspection = Inspection(kind: "feature file", path: root.source)
      for name in ["text_features", "image_features"] {
        guard let rows = try root[name]?.array() else { continue }
        let width = try rows.first?.array().count ?? 0
        inspection.tensors.append(
          Inspection.TensorEntry(
            name: name, shape: [rows.count, width], type: "f32", bytes: rows.count * width * 4))
      }
      return inspection
    }
    if let context = try? ContextFile.read(root.source) { return describe(context, path: root.source) }
    var inspection = Inspection(kind: "JSON file", path: root.source)
    switch root.value {
    case .object(let members): inspection.add("keys", Array(members.keys.prefix(32)))
    case .array(let elements): inspection.add("elements", elements.count)
    default: break
    }
    return inspection
  }

  package static func entry(_ dataset: HDF5Dataset) -> Inspection.TensorEntry {
    var type = dataset.type.description
    if case .float(let dtype, bigEndian: false) = dataset.type { type = dtype.rawValue }
    return Inspection.TensorEntry(name: dataset.path, shape: dataset.shape, type: type, bytes: dataset.byteCount)
  }
}

extension Inspection {
  /// Adds an attribute, whose lists are shown to readers up to 32 elements.
  fileprivate mutating func add(_ name: String, _ value: HDF5Value, to group: String) {
    facts.append(Fact(name: name, value: value.text, data: [(name, value.json)], group: group))
  }
}

extension HDF5Value {
  /// The value with its type.
  fileprivate var json: JSON {
    switch self {
    case .string(let string): .string(string)
    case .strings(let strings): .array(strings.map { .string($0) })
    case .integer(let integer): JSON(integer)
    case .integers(let integers): .array(integers.map { JSON($0) })
    case .number(let number): .number(number)
    case .numbers(let numbers): .numbers(numbers)
    case .bool(let bool): .bool(bool)
    }
  }

  /// The value as text, truncated after 32 elements.
  fileprivate var text: String {
    func list<Element>(_ elements: [Element]) -> String {
      let shown = elements.prefix(32).map { "\($0)" }.joined(separator: ", ")
      return elements.count > 32 ? "\(shown) … (\(elements.count))" : shown
    }
    switch self {
    case .string(let string): return string
    case .strings(let strings): return list(strings)
    case .integer(let integer): return "\(integer)"
    case .integers(let integers): return list(integers)
    case .number(let number): return "\(number)"
    case .numbers(let numbers): return list(numbers)
    case .bool(let bool): return "\(bool)"
    }
  }
}

extension StoredTensor {
  /// Returns the tensor for a list of tensors.
  package func entry(_ name: String) -> Inspection.TensorEntry {
    var short = type
    if let dtype, type == dtype.longName { short = dtype.rawValue }
    return Inspection.TensorEntry(name: name, shape: shape, type: short, bytes: byteCount)
  }
}
