import PromptLensJSONDocuments

/// A warning of a doubtful number of one run among several, as documents about several runs hold it.
package struct RunWarning: Sendable, Equatable, CustomStringConvertible {
  /// The run: its folder, or its name in the document.
  package let run: String
  /// The run in a few words, such as its method and seed; empty where its name says enough.
  package let about: String
  /// The warning, a sentence without a period.
  package let sentence: String

  /// Creates a warning.
  package init(run: String, about: String = "", sentence: String) {
    self.run = run
    self.about = about
    self.sentence = sentence
  }

  /// The run and its warning on a line.
  package var description: String { "\(run)\(about.isEmpty ? "" : " (\(about))"): \(sentence)" }

  /// The warning in a document.
  package var json: JSON {
    var object = JSON.Object()
    object["run"] = .string(run)
    if !about.isEmpty { object["about"] = .string(about) }
    object["warning"] = .string(sentence)
    return .object(object)
  }

  /// Reads the warnings of a document, under `warnings`; earlier ones have none.
  ///
  /// - Throws: `JSONError` naming the member that is missing or of another kind.
  static func all(in document: JSONNode) throws -> [RunWarning] {
    try document["warnings"]?.array().map {
      RunWarning(
        run: try $0.string("run"), about: try $0.optionalString("about") ?? "", sentence: try $0.string("warning"))
    } ?? []
  }
}
