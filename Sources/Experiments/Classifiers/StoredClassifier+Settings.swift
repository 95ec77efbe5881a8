import PromptLensJSONDocuments

extension StoredClassifier {
  /// The notes that are numbers when they are read again.
  private static let numbers: Set = ["shots", "seed", "epochs", "c", "learning_rate"]

  /// The settings that `probe` recorded, in the form that runs have, to be grouped; nil for a classifier that `probe`
  /// didn't fit.
  package var settings: JSON.Object? {
    guard file.note("seed") != nil, file.note("method") != nil else { return nil }
    var settings = JSON.Object()
    for (name, text) in file.notes where name != "tool_version" {
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
