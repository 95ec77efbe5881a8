import Foundation
import PromptLensFiles
import PromptLensTensorFiles
import PromptLensTensors

// A linear classifier as a table: a row for each class, with the formula's numbers beside its weights.

extension ClassifierFile {
  private static let columns = ["kind", "class_name", "model_fingerprint", "scale", "normalizes", "bias"]

  /// Returns the table.
  ///
  /// - Throws: `TensorFileError` when the classifier isn't linear.
  func commaSeparated(_ path: String) throws -> String {
    guard kind == LinearClassifier.kind, let weights = part("weights"), let scale = setting("scale"),
      let normalizes = setting("normalizes")
    else {
      throw TensorFileError.unexpected(
        path: path, object: "the classifier", expected: "a linear one; write .json, .h5 or .safetensors",
        found: "a \(kind) classifier")
    }
    let width = weights.shape.dimensions[1]
    let numbers = weights.floats()
    let bias = part("bias")?.floats()
    var text = CommaSeparated.line(Self.columns + (1...max(width, 1)).map { "w\($0)" })
    for (row, name) in classNames.enumerated() {
      var fields = [kind, name, modelFingerprint ?? "", "\(scale)", normalizes == 0 ? "false" : "true"]
      fields.append(bias.map { "\($0[row])" } ?? "")
      for number in numbers[row * width..<(row + 1) * width] { fields.append("\(number)") }
      text += CommaSeparated.line(fields)
    }
    return text
  }

  /// Returns a Boolean value that indicates whether bytes begin as such a table.
  static func isTable(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.starts(with: Array((columns.joined(separator: ",") + ",w1").utf8))
  }

  /// Reads a table.
  ///
  /// - Throws: `FileError`; `EvaluationError/badClassifier(path:reason:)` when a row is damaged or rows disagree.
  init(table path: String) throws {
    func bad(_ reason: String) -> EvaluationError { .badClassifier(path: path, reason: reason) }
    let bytes = try MappedFile.contents(of: path, limit: 1 << 30, expected: "a table of class weights")
    guard String(validating: bytes, as: UTF8.self) != nil else { throw bad("it isn't UTF-8") }
    let rows: [CommaSeparated.Row]
    do {
      rows = try CommaSeparated.rows(of: bytes)
    } catch { throw bad("line \(error.line) has \(error.found), expected \(error.expected)") }
    guard rows.count > 1 else { throw bad("it has no classes") }
    let count = Self.columns.count
    let width = rows[0].fields.count - count
    guard width > 0 else { throw bad("it has no weights") }
    var names: [String] = []
    var (weights, bias): ([Float], [Float]) = ([], [])
    var shared: [String]?
    for row in rows.dropFirst() {
      let fields = row.fields
      guard fields.count == count + width else {
        throw bad("line \(row.line) has \(fields.count) fields, expected \(count + width)")
      }
      let common = [fields[0], fields[2], fields[3], fields[4]]
      guard shared ?? common == common else {
        throw bad("line \(row.line) differs in kind, model, scale or normalizes")
      }
      shared = common
      names.append(CommaSeparated.restored(fields[1]))
      if !fields[5].isEmpty {
        guard let number = Float(fields[5]) else { throw bad("line \(row.line): the bias isn't a number") }
        bias.append(number)
      }
      for field in fields[count...] {
        guard let number = Float(field) else { throw bad("line \(row.line): a weight isn't a number") }
        weights.append(number)
      }
    }
    guard let shared, let scale = Double(shared[2]), ["true", "false"].contains(shared[3]) else {
      throw bad("scale isn't a number, or normalizes isn't true or false")
    }
    guard bias.isEmpty || bias.count == names.count else { throw bad("some classes have a bias and some have none") }
    var parts = [("weights", try Tensor(weights, shape: [names.count, width], name: "weights"))]
    if !bias.isEmpty { parts.append(("bias", try Tensor(bias, shape: [names.count], name: "bias"))) }
    self.init(
      kind: shared[0], parts: parts.map { (name: $0.0, tensor: $0.1) },
      settings: [("scale", scale), ("normalizes", shared[3] == "true" ? 1 : 0)], classNames: names,
      modelFingerprint: shared[1].isEmpty ? nil : shared[1])
  }
}
