/// The classes of tables: the index of each value of the label's column, and their names.
struct TableClasses {
  private var indices: [ClassKey: Int] = [:]
  private(set) var names: [String] = []
  private(set) var notes: [DatasetNote] = []

  /// A class under its spellings.
  private struct Found {
    var className: String
    /// How often each spelling occurs, in the order in which they are first found.
    var spellings: [(text: String, count: Int)] = []

    /// The most frequent spelling.
    var text: String { spellings.max { $0.count < $1.count }?.text ?? className }

    mutating func add(_ text: String) {
      // By bytes: to Swift, two Unicode forms of a name are equal.
      if let index = spellings.firstIndex(where: { $0.text.utf8.elementsEqual(text.utf8) }) {
        spellings[index].count += 1
      } else {
        spellings.append((text, 1))
      }
    }
  }

  /// Reads the classes of all rows.
  ///
  /// - Parameters:
  ///   - tables: the tables with their columns.
  ///   - list: the names of what labels stand for.
  /// - Throws: ``DatasetError`` for a row without a class, or a label with two names.
  init(_ tables: some Sequence<(LabeledTable.Part, LabeledTable.Columns)>, names list: ClassList?) throws(DatasetError)
  {
    var found: [ClassKey: Found] = [:]
    var first: (path: String, line: Int)?
    for (part, columns) in tables {
      if first == nil { first = part.table.rows.first.map { (part.path, $0.line) } }
      for (row, value) in part.table.rows.lazy.flatMap({ row in columns.labels(of: row).map { (row, $0) } }) {
        let className = columns.className.map { row.fields[$0] } ?? value
        guard !promptName(value).isEmpty, !promptName(className).isEmpty else {
          throw .badLine(path: part.path, line: row.line, expected: "a class", found: "without one")
        }
        let key = ClassKey(value)
        if let known = found[key], ClassKey(known.className) != ClassKey(className) {
          throw .badLine(
            path: part.path, line: row.line,
            expected: "the class \"\(known.className)\" for the label \(value), as before",
            found: "of the class \"\(className)\"")
        }
        found[key, default: Found(className: className)].add(value)
      }
    }
    if found.isEmpty, let first {
      throw .badLine(
        path: first.path, line: first.line, expected: "a class of at least one image", found: "without one")
    }
    let classes = found.map { (key: $0.key, text: $0.value.text.trimming(while: \.isWhitespace), found: $0.value) }
    let areNumbers = classes.allSatisfy { Int($0.text) != nil }
    let sorted = classes.sorted { left, right in
      if areNumbers, let first = Int(left.text), let second = Int(right.text), first != second { return first < second }
      return left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
    let joined = sorted.filter { $0.found.spellings.count > 1 }.map { $0.found.spellings.map(\.text) }
    if !joined.isEmpty { notes.append(.joinedNames(joined)) }
    if let list {
      let match = try list.match(sorted.map(\.text))
      names = match.names
      notes += match.notes
      for (place, label) in zip(sorted, match.labels) { indices[place.key] = label }
      return
    }
    for (index, place) in sorted.enumerated() {
      indices[place.key] = index
      let isNamedApart = ClassKey(place.found.className) != place.key
      names.append(promptName(isNamedApart ? place.found.className : place.text))
    }
    if !names.isEmpty, names.allSatisfy({ Int($0) != nil }) { notes.append(.numberedClasses(count: names.count)) }
  }

  /// Returns the index of a label's class.
  func index(of label: String) -> Int { indices[ClassKey(label)] ?? 0 }
}
