import PromptLensFeatures
import Foundation

/// A table with a row for each image: its path, its class, its split.
///
/// The columns are found by their headings: `path`, `image` or `file`; `label`, `class` or `classname`; `split`. With
/// both a `label` and a `classname` the first tells the classes apart and the second names them. All other columns can
/// select rows.
enum LabeledTable {
  static let pathHeadings = ["path", "image", "file", "filename", "filepath", "image_path", "impath"]
  static let nameHeadings = ["classname", "class_name", "class"]

  /// Reads a table.
  ///
  /// The classes are those of the whole table, regardless of the selection, so that labels agree between selections:
  /// numbered labels in their order, others in alphabetical order.
  ///
  /// - Parameters:
  ///   - path: a `.csv` or `.tsv` file.
  ///   - root: the folder that paths start from; by default the table's own.
  ///   - selection: the values that a row must have in some columns.
  ///   - split: the split of all rows when there isn't a column of that name.
  ///   - name: the data set's name in results.
  /// - Returns: the data set.
  /// - Throws: `FileError`, ``DatasetError``.
  static func read(
    _ path: String, root: String?, selection: [DataSource.Selection], as split: Split, name: String
  ) throws -> Dataset {
    let table = try DelimitedText(contentsOf: path)
    let headings = table.columns.map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
    func column(_ names: [String]) -> Int? { names.lazy.compactMap { headings.firstIndex(of: $0) }.first }
    func require(_ index: Int?, _ expected: String) throws -> Int {
      guard let index else {
        throw DatasetError.missingColumn(path: path, expected: expected, columns: table.columns)
      }
      return index
    }
    let file = try require(column(pathHeadings), "path (or image, file)")
    let classNameColumn = column(nameHeadings)
    let label = try require(column(["label"]) ?? classNameColumn, "label (or class, classname)")
    let splitColumn = headings.firstIndex(of: "split")
    let filters = try selection.map { selection in
      let index = try require(
        headings.firstIndex(of: selection.column.lowercased()), "\(selection.column), which is to select rows")
      return (index: index, values: Set(selection.values), selection)
    }

    let classes = try TableClasses(table, label: label, name: classNameColumn ?? label, path: path)
    var splits: [Split: [Dataset.Item]] = [:]
    for row in table.rows {
      guard filters.allSatisfy({ $0.values.contains(row.fields[$0.index]) }) else { continue }
      guard !row.fields[file].isEmpty, !row.fields[file].utf8.contains(0) else {
        throw DatasetError.badLine(path: path, line: row.line, expected: "an image's path", found: "without one")
      }
      var part = split
      if let splitColumn {
        guard let written = Split(written: row.fields[splitColumn]) else {
          throw DatasetError.badLine(
            path: path, line: row.line, expected: "train, val or test in the column split",
            found: "\"\(row.fields[splitColumn].prefix(60))\" there")
        }
        part = written
      }
      splits[part, default: []].append(
        Dataset.Item(path: row.fields[file], label: classes.indices[row.fields[label], default: 0]))
    }
    guard !splits.isEmpty else {
      let known = filters.first.map { filter in Set(table.rows.map { $0.fields[filter.index] }).sorted() } ?? []
      throw DatasetError.nothingSelected(
        path: path, selection: selection.map(\.description).joined(separator: " and "), known: known)
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().relativePath
    return Dataset(name: name, root: root ?? folder, classNames: classes.names, splits: splits)
  }
}

/// The classes of a table: the index of each value of the label's column, and their names.
private struct TableClasses {
  var indices: [String: Int] = [:]
  var names: [String] = []

  init(_ table: DelimitedText, label: Int, name: Int, path: String) throws {
    var found: [String: String] = [:]
    for row in table.rows {
      let (value, className) = (row.fields[label], row.fields[name])
      guard !value.isEmpty, !className.isEmpty else {
        throw DatasetError.badLine(path: path, line: row.line, expected: "a class", found: "without one")
      }
      let known = found.updateValue(className, forKey: value)
      guard known == nil || known == className else {
        throw DatasetError.badLine(
          path: path, line: row.line, expected: "the class \"\(known ?? "")\" for the label \(value), as before",
          found: "of the class \"\(className)\"")
      }
    }
    let areNumbers = found.keys.allSatisfy { Int($0) != nil }
    let values = found.keys.sorted { left, right in
      areNumbers ? Int(left) ?? 0 < Int(right) ?? 0 : left.utf8.lexicographicallyPrecedes(right.utf8)
    }
    for (index, value) in values.enumerated() {
      indices[value] = index
      names.append(promptName(found[value, default: value]))
    }
  }
}
