import PromptLensJSONDocuments

extension StoredClassifier {
  /// The notes with numeric values.
  private static let numbers: Set = ["shots", "seed", "epochs", "c", "learning_rate"]

  /// The settings that `probe` recorded, in the format of runs, for grouping; nil for other classifiers.
  package var settings: JSON.Object? {
    guard file.note("seed") != nil, file.note("method") != nil else { return nil }
    var settings = JSON.Object()
    for (name, text) in file.notes where !["tool_version", Self.modelNote].contains(name) {
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
