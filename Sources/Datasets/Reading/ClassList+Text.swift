import PromptLensFiles

extension ClassList {
  /// Words that head a column of folders or numbers, or one of names.
  private static let headings: Set<String> = [
    "id", "index", "label", "folder", "wnid", "synset", "class", "class_id", "key", "name", "classname", "class_name",
  ]

  /// Reads lines: names, or folders and names.
  static func readings(ofLines path: String) throws -> [Reading] {
    let lines = try TextLines.read(path, expected: "a list of class names, one a line")
    let isMapping = lines.contains { $0.contains("\t") }
    for (index, line) in lines.enumerated() {
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard parts.count == (isMapping ? 2 : 1), parts.allSatisfy({ !promptName($0).isEmpty }) else {
        throw DatasetError.badLine(
          path: path, line: index + 1,
          expected: isMapping ? "a folder, a tab and a class name as in other lines" : "a class name",
          found: line.allSatisfy(\.isWhitespace) ? "empty" : "\"\(line.prefix(60))\"")
      }
    }
    let rows = lines.map { $0.trimming(while: \.isWhitespace) }
    if isMapping { return [.folders(rows.compactMap { pair($0, at: { $0 == "\t" }) }, isCertain: true)] }

    let spaced = rows.compactMap { pair($0, at: { $0 == " " }) }
    if spaced.count == rows.count, spaced.allSatisfy({ WordNetFolders.isIdentifier($0.folder) }) {
      // Kaggle's list has all of a class's names.
      let pairs = spaced.map { Pair(folder: $0.folder, name: promptName($0.name.prefix { $0 != "," })) }
      return [.folders(pairs, isCertain: true), .places(pairs.map(\.name))]
    }
    let numbered = rows.compactMap { pair($0, at: { " ,:;)".contains($0) }) }.filter { Int($0.folder) != nil }
    let candidates =
      [numbered]
      + [",", ";", ":"].map { separator in
        rows.compactMap { pair($0, at: { $0 == separator }) }
      }
    return candidates.filter { $0.count == rows.count }.map { .folders(withoutHeading($0), isCertain: false) }
      + [.places(rows.map { promptName($0) })]
  }

  /// Reads a table of one column, names, or of two, folders and names.
  static func readings(ofTable path: String) throws -> [Reading] {
    let table = try DelimitedText(contentsOf: path)
    var rows = [table.columns] + table.rows.map(\.fields)
    if headings.contains(table.columns[0].lowercased()) { rows.removeFirst() }
    if let row = rows.firstIndex(where: { $0.prefix(2).contains { promptName($0).isEmpty } }) {
      throw DatasetError.badLine(path: path, line: row + 1, expected: "a class name", found: "empty")
    }
    guard table.columns.count > 1 else { return [.places(rows.map { promptName($0[0]) })] }
    return [
      .folders(
        rows.map { Pair(folder: $0[0].trimming(while: \.isWhitespace), name: promptName($0[1])) }, isCertain: true)
    ]
  }

  /// Parts a line at the first separator; nil when there is nothing before or after it.
  private static func pair(_ line: String, at isSeparator: (Character) -> Bool) -> Pair? {
    guard let place = line.firstIndex(where: isSeparator) else { return nil }
    let folder = line[..<place].trimming(while: \.isWhitespace)
    let name = promptName(
      line[line.index(after: place)...].drop { isSeparator($0) || $0 == "\"" }.trimming { $0 == "\"" })
    return folder.isEmpty || name.isEmpty ? nil : Pair(folder: folder, name: name)
  }

  private static func withoutHeading(_ pairs: [Pair]) -> [Pair] {
    guard let first = pairs.first, headings.contains(first.folder.lowercased()) else { return pairs }
    return Array(pairs.dropFirst())
  }
}
