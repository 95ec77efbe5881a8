import Foundation
import PromptLensFiles
import PromptLensJSONDocuments
import PromptLensTensors

/// The JSON beside a `.npy` file, `ctx.npy.json`, that says what the array is, since the array itself can't.
///
/// It records the fingerprint of the array, so that it isn't taken for the description of another one that replaced it.
package enum NumPyCompanion {
  private static let format = "promptlens-array"
  private static let version = 1

  /// Returns the path of the JSON beside an array.
  package static func path(of array: String) -> String { "\(array).json" }

  /// Writes an array and the JSON beside it; only the array where the output is a device or a pipe.
  ///
  /// - Parameters:
  ///   - tensor: the array, written as f4.
  ///   - kind: what the array is, such as `context`.
  ///   - members: its properties.
  ///   - path: the `.npy` file.
  /// - Throws: `FileError` when a file can't be written.
  package static func write(_ tensor: Tensor, kind: String, _ members: JSON.Object, to path: String) throws {
    let stored = tensor.converted(to: .float32)
    try NumPyFile.write(stored, to: path)
    guard try !OutputCheck.isStream(path) else { return }
    var document = JSON.Object()
    document["format"] = .string(format)
    document["format_version"] = JSON(version)
    document["kind"] = .string(kind)
    document["array_fingerprint"] = .string(try Self.fingerprint(of: stored))
    for (name, value) in members { document[name] = value }
    try AtomicOutput.text(JSON.object(document).serialized(pretty: true) + "\n", to: Self.path(of: path))
  }

  /// Returns the JSON beside an array, and the kind that it states; nil if there is none.
  ///
  /// - Parameters:
  ///   - path: the `.npy` file.
  ///   - tensor: reads the array; not called without a JSON beside it.
  /// - Returns: the kind and the document.
  /// - Throws: `JSONError` when it is damaged or of a newer version; ``TensorFileError`` when it describes another
  ///   array.
  package static func read(
    beside path: String, tensor: () throws -> Tensor
  ) throws -> (kind: String, document: JSONNode)? {
    let companion = Self.path(of: path)
    guard FileManager.default.fileExists(atPath: companion) else { return nil }
    let root = try JSONNode(contentsOf: companion, limit: 64 << 20)
    let found = try root.string("format")
    guard found == format else { throw try root.node("format").unexpected(expected: format, found: found) }
    let number = try root.integer("format_version")
    guard number <= version else {
      throw try root.node("format_version").unexpected(
        expected: "at most \(version), the newest that this version of promptlens reads", found: "\(number)")
    }
    let fingerprint = try Self.fingerprint(of: try tensor().converted(to: .float32))
    guard try root.string("array_fingerprint") == fingerprint else {
      throw TensorFileError.unexpected(
        path: companion, object: "array_fingerprint",
        expected: "that of \(path); write both again, or remove this file if the array is another one",
        found: "the fingerprint of another array")
    }
    return (try root.string("kind"), root)
  }

  /// Returns the SHA-256 of an array's shape, as text such as `[2, 3]`, and its numbers.
  private static func fingerprint(of tensor: Tensor) throws -> String {
    let hash = Fingerprint()
    hash.add("\(tensor.shape.dimensions)")
    try hash.add(tensor)
    return hash.finish()
  }
}
