import PromptLensJSONDocuments

/// What a classifier was fitted with, as its file records it: classifiers that differ by the seed alone are pooled.
struct ProbeProvenance {
  /// The file's notes.
  let notes: [(name: String, text: String)]

  /// Those that are whole numbers or numbers when they are read again.
  private static let numbers: Set = ["shots", "seed", "epochs", "c", "learning_rate"]

  /// Of a probe.
  init(_ command: ProbeCommand, data: String) {
    let given: [(String, String?)] = [
      ("method", command.method.rawValue), ("data", data), ("shots", command.shots.map { "\($0)" } ?? "all"),
      ("seed", "\(command.seed)"),
      ("templates", command.templateOptions.given), ("c", command.inverseRegularization.map { "\($0)" }),
      ("learning_rate", command.learningRate.map { "\($0)" }), ("epochs", command.epochs.map { "\($0)" }),
    ]
    notes = given.compactMap { name, text in text.map { (name, $0) } }
  }

  /// The settings as runs have them, to be grouped; nil for a classifier that no probe fitted.
  static func settings(of stored: StoredClassifier) -> JSON.Object? {
    guard stored.file.note("seed") != nil, stored.file.note("method") != nil else { return nil }
    var settings = JSON.Object()
    for (name, text) in stored.file.notes where name != "tool_version" {
      if Self.numbers.contains(name), let number = Int(text) {
        settings[name] = JSON(number)
      } else if name == "shots" {
        settings[name] = .null
      } else {
        settings[name] = .string(text)
      }
    }
    return settings
  }
}
