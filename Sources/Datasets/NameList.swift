/// Lists of names in messages.
enum NameList {
  /// The number of characters that a list may take.
  private static let limit = 160

  /// Returns as many names as a line holds, and how many there are besides.
  static func line(_ names: [String]) -> String {
    var text = ""
    for (index, name) in names.enumerated() {
      let shown = short(name)
      guard index == 0 || text.count + shown.count <= limit else {
        return "\(text) … and \(names.count - index) more"
      }
      text += index == 0 ? shown : ", \(shown)"
    }
    return text
  }

  /// Returns the beginning of a name that may be long.
  static func short(_ name: String) -> String { name.count <= 60 ? name : "\(name.prefix(60))…" }
}
