import PromptLensFeatures
import Foundation

/// A table with a row for each image: its path, its class, its split.
///
/// The columns are found by their headings: `path`, `image`, `file`, `file_name` or `filepath`; `label`, `class`,
/// `classname`, `category` or `title`; `split`. With both a `label` and a `classname` the first tells the classes apart
/// and the second names them. Where images may have several classes, they stand in a column `labels`, with `|` or `;` between
/// them. All other columns can select rows.
enum LabeledTable {
  static let pathHeadings = [
    "path", "image", "file", "filename", "file_name", "filepath", "file_path", "image_path", "img_path", "impath",
    "img",
  ]
  static let nameHeadings = ["classname", "class_name", "class"]
  static let otherNameHeadings = ["category", "title"]
  static let severalHeading = "labels"

  /// A table and the split of its rows where it has no column for that.
  struct Part {
    let path: String
    let table: DelimitedText
    let split: Split

    init(_ path: String, table: DelimitedText, as split: Split) {
      self.path = path
      self.table = table
      self.split = split
    }

    init(_ path: String, as split: Split) throws {
      self.path = path
      self.split = split
      table =
        path.lowercased().hasSuffix(".txt")
        ? try LabeledTable.pathsAndLabels(path) : try DelimitedText(contentsOf: path)
    }
  }

  /// Reads tables of one data set.
  ///
  /// The classes are those of all tables, regardless of the selection, so that labels agree between selections:
  /// numbered labels in their order, others in alphabetical order. Labels that differ in case, blanks or Unicode form
  /// alone are one class.
  ///
  /// - Parameters:
  ///   - parts: the tables.
  ///   - path: the file or folder that they are of.
  ///   - root: the folder that paths start from; by default that of the first table.
  ///   - selection: the values that a row must have in some columns.
  ///   - list: the names of the classes that labels stand for; by default the labels or the class names' column.
  ///   - attributes: the columns whose values are kept with each image.
  ///   - takesSeveral: whether images may have several classes or none.
  ///   - name: the data set's name in results.
  /// - Returns: the data set.
  /// - Throws: `FileError`, ``DatasetError``.
  static func read(
    _ parts: [Part], path: String, root: String?, selection: [DataSource.Selection], classes list: ClassList? = nil,
    attributes: [String] = [], takesSeveral: Bool = false, name: String
  ) throws -> Dataset {
    let folder = URL(fileURLWithPath: parts.first?.path ?? path).deletingLastPathComponent().relativePath
    let root = root ?? folder
    let columns = try parts.map {
      try Columns($0, selection: selection, attributes: attributes, takesSeveral: takesSeveral)
    }
    let classes = try TableClasses(zip(parts, columns), names: list)
    var notes = classes.notes
    var splits: [Split: [Dataset.Item]] = [:]
    var backslashes = 0
    for (part, columns) in zip(parts, columns) {
      let rows = part.table.rows.filter { row in
        columns.filters.allSatisfy { $0.values.contains(row.fields[$0.index]) }
      }
      let written = WrittenPaths.read(rows.map { $0.fields[columns.file] }, from: root)
      backslashes += written.backslashes
      for (row, file) in zip(rows, written.paths) {
        guard !file.isEmpty, !file.utf8.contains(0) else {
          throw DatasetError.badLine(path: part.path, line: row.line, expected: "an image's path", found: "without one")
        }
        var split = part.split
        if let column = columns.split {
          let text = row.fields[column].trimming(while: \.isWhitespace)
          guard let written = Split(written: text) else {
            throw DatasetError.badLine(
              path: part.path, line: row.line, expected: "train, val or test in the column split",
              found: "\"\(text.prefix(60))\" there")
          }
          split = written
        }
        let labels = columns.labels(of: row).map { classes.index(of: $0) }
        splits[split, default: []].append(
          Dataset.Item(
            path: file, label: labels.first ?? 0,
            attributes: columns.attributes.map { row.fields[$0].trimming(while: \.isWhitespace) },
            classes: columns.hasSeveral ? Set(labels).sorted() : nil))
      }
    }
    guard !splits.isEmpty else {
      let known = columns.first?.filters.first.map { filter in
        Set((parts.first?.table.rows ?? []).map { $0.fields[filter.index] }).sorted()
      }
      throw DatasetError.nothingSelected(
        path: path, selection: selection.map(\.description).joined(separator: " and "), known: known ?? [])
    }
    if backslashes > 0 { notes.append(.backslashes(count: backslashes)) }
    return Dataset(name: name, root: root, classNames: classes.names, splits: splits, notes: notes)
  }

  /// Reads lines of a path, a blank or a tab, and a label.
  private static func pathsAndLabels(_ path: String) throws -> DelimitedText {
    let lines = try TextLines.read(path, expected: "lines of an image's path and its label", limit: 256 << 20)
    let rows = try lines.enumerated().compactMap { index, line -> DelimitedText.Row? in
      let line = line.trimming(while: \.isWhitespace)
      guard !line.isEmpty else { return nil }
      guard let place = line.lastIndex(where: { $0 == "\t" }) ?? line.lastIndex(of: " ") else {
        throw DatasetError.badLine(
          path: path, line: index + 1, expected: "an image's path, a blank and its label",
          found: "\"\(line.prefix(60))\"")
      }
      return DelimitedText.Row(
        line: index + 1, fields: [String(line[..<place]), String(line[line.index(after: place)...])])
    }
    return DelimitedText(columns: ["path", "label"], rows: rows)
  }

  /// The columns of a table that count.
  struct Columns {
    let file: Int
    let label: Int
    /// Whether the label's column has several classes, or none, for each image.
    let hasSeveral: Bool
    let className: Int?
    let split: Int?
    let filters: [(index: Int, values: Set<String>)]
    let attributes: [Int]

    init(
      _ part: Part, selection: [DataSource.Selection], attributes: [String] = [], takesSeveral: Bool = false
    ) throws(DatasetError) {
      let headings = part.table.columns.map { $0.trimming(while: \.isWhitespace).lowercased() }
      func column(_ names: [String]) -> Int? { names.lazy.compactMap { headings.firstIndex(of: $0) }.first }
      func require(_ index: Int?, _ expected: String) throws(DatasetError) -> Int {
        guard let index else {
          throw .missingColumn(path: part.path, expected: expected, columns: part.table.columns)
        }
        return index
      }
      file = try require(column(pathHeadings), "path (or image, file, file_name, filepath)")
      let several = headings.firstIndex(of: LabeledTable.severalHeading)
      hasSeveral = takesSeveral && several != nil
      let names = column(nameHeadings)
      className = hasSeveral ? nil : names
      var expected = "label (or class, classname, category, title)"
      if several != nil {
        expected +=
          " with one class for each image; \(LabeledTable.severalHeading), with several, are for "
          + "promptlens zero-shot --scores sigmoid alone"
      }
      label = try require(
        hasSeveral ? several : column(["label"]) ?? names ?? column(otherNameHeadings), expected)
      split = headings.firstIndex(of: "split")
      var filters: [(index: Int, values: Set<String>)] = []
      for selection in selection {
        let index = try require(
          headings.firstIndex(of: selection.column.lowercased()), "\(selection.column), which is to select rows")
        filters.append((index, Set(selection.values)))
      }
      self.filters = filters
      var kept: [Int] = []
      for column in attributes {
        kept.append(
          try require(
            headings.firstIndex(of: column.trimming(while: \.isWhitespace).lowercased()),
            "\(column), which is to group images"))
      }
      self.attributes = kept
    }

    /// Returns the labels of a row: one, or those between separators.
    func labels(of row: DelimitedText.Row) -> [String] {
      guard hasSeveral else { return [row.fields[label]] }
      return row.fields[label].split { $0 == "|" || $0 == ";" }.map { $0.trimming(while: \.isWhitespace) }
        .filter { !$0.isEmpty }
    }
  }
}
