import Foundation
import PromptLensFiles
import PromptLensJSONDocuments
import PromptLensTensorFiles
import PromptLensTensors

extension ClassifierFile {
  /// A layout of the weights of a linear classifier in arrays.
  package enum Layout: String, Sendable, CaseIterable {
    /// A row for each class, `[classes, width]`.
    case rows
    /// open_clip's zero-shot head: a column of length one for each class, `[width, classes]`.
    case openCLIP = "open-clip"
  }

  /// The filename extensions for ``write(to:layout:)``.
  package static let endings = ["npy", "json", "h5", "csv", "safetensors"]
  /// The filename extensions for open_clip's head.
  package static let headEndings = ["npy", "safetensors"]
  /// The note that marks a head whose weights are columns.
  static let layoutNote = "layout"
  /// The name of the tensor with open_clip's head.
  static let headName = "classifier"
  /// The kind of an array with weights, in the JSON beside it.
  package static let arrayKind = "classifier"

  /// Writes the classifier in the format of the path's extension.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - layout: the layout of the weights.
  /// - Throws: `TensorFileError` when the ending isn't one of ``endings`` or the format can't hold the classifier;
  ///   `FileError` when the file cannot be written.
  package func write(to path: String, layout: Layout = .rows) throws {
    let ending = URL(fileURLWithPath: path).pathExtension.lowercased()
    let file = layout == .openCLIP ? try head(path) : self
    switch ending {
    case "npy": try file.writeWeights(to: path)
    case "safetensors": try file.writeSafeTensors(to: path)
    case "json" where layout == .rows: try AtomicOutput.text(json.serialized() + "\n", to: path)
    case "h5" where layout == .rows: try writeHDF5(to: path)
    case "csv" where layout == .rows: try AtomicOutput.text(commaSeparated(path), to: path)
    default:
      let endings = layout == .rows ? Self.endings : Self.headEndings
      throw TensorFileError.unexpected(
        path: path, object: "the name", expected: "an ending of \(endings.map { ".\($0)" }.joined(separator: ", "))",
        found: "another")
    }
  }

  /// Returns the classifier with its weights as open_clip's head.
  private func head(_ path: String) throws -> ClassifierFile {
    guard kind == LinearClassifier.kind, parts.count == 1, let weights = part("weights"), setting("normalizes") == 1
    else {
      throw TensorFileError.unexpected(
        path: path, object: "the classifier",
        expected: "one of cosines without a bias, which open_clip's head is; write the layout rows",
        found: "a \(kind) classifier with \(parts.map(\.name).joined(separator: ", "))")
    }
    let rows = weights.shape.dimensions[0]
    let lengths = weights.floats()
    let width = weights.shape.dimensions[1]
    for row in 0..<rows {
      let length = lengths[row * width..<(row + 1) * width].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      guard abs(length - 1) < 1e-3 else {
        throw TensorFileError.unexpected(
          path: path, object: "the weights of class \(row + 1)", expected: "of length one, as in open_clip's head",
          found: "of length \(length); write the layout rows")
      }
    }
    var file = self
    file.parts = [(Self.headName, try weights.permuted([1, 0], name: "weights"))]
    file.notes.append((Self.layoutNote, Layout.openCLIP.rawValue))
    return file
  }

  private func writeWeights(to path: String) throws {
    guard kind == LinearClassifier.kind, parts.count == 1, let weights = parts.first?.tensor else {
      let others = parts.map(\.name).filter { $0 != "weights" }.joined(separator: ", ")
      throw TensorFileError.unexpected(
        path: path, object: "the classifier",
        expected: "only weights, since .npy can't contain anything else; write .json, .h5 or .safetensors",
        found: "one with \(others)")
    }
    var members = JSON.Object()
    members["classifier"] = .object(attributes)
    try NumPyCompanion.write(weights, kind: Self.arrayKind, members, to: path)
  }

  private func writeSafeTensors(to path: String) throws {
    let metadata = [
      ("format", "pt"), ("kind", Self.arrayKind), ("classifier", JSON.object(attributes).serialized()),
    ]
    let tensors = Dictionary(parts.map { ($0.name, $0.tensor) }) { first, _ in first }
    let entries = parts.map {
      SafeTensorsWriter.Entry(name: $0.name, shape: $0.tensor.shape.dimensions, dtype: $0.tensor.dtype)
    }
    try SafeTensorsWriter.write(entries, metadata: metadata, to: path) { entry in
      guard let tensor = tensors[entry.name] else { throw TensorError.missing(name: entry.name, source: path) }
      return tensor
    }
  }

  private func writeHDF5(to path: String) throws {
    try HDF5Writer.write(to: path) { file in
      for (name, tensor) in parts { try file.write(tensor, to: name) }
      try file.write(classNames, to: "class_names")
      if let classIdentifiers { try file.write(classIdentifiers, to: "class_identifiers") }
      if !imageHashes.isEmpty { try file.write(imageHashes, to: "image_sha256") }
      try file.set("format", .string(Self.format))
      try file.set("format_version", .integer(Self.version))
      try file.set("kind", .string(kind))
      for (name, value) in settings {
        try file.set(name, Self.booleans.contains(name) ? .bool(value != 0) : .number(value))
      }
      for (name, text) in notes {
        switch Self.json(name, text) {
        case .integer(let value): try file.set(name, .integer(Int(value)))
        case .number(let value): try file.set(name, .number(value))
        default: try file.set(name, .string(text))
        }
      }
      if let modelFingerprint { try file.set("model_fingerprint", .string(modelFingerprint)) }
    }
  }
}
