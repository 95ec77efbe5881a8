import Foundation
import PromptLensFeatures

extension LabelNoise {
  /// Reads the labels that a table gives to images, where they differ from the data set's own.
  ///
  /// The table has a column `path` (or image, file) and a column `label` (or class, classname) of class names, written
  /// as the data set writes them, or with underscores. Images that it does not name keep their labels; it may name
  /// images that were not drawn, but none that the data set does not have. Where a column `split` says that an image is
  /// of another split, its row is passed over.
  ///
  /// - Parameters:
  ///   - path: a `.csv` or `.tsv` file.
  ///   - draw: the images, by their true labels.
  ///   - listed: all images that the data set has; by default those of the draw.
  /// - Throws: `FileError`, ``DatasetError`` with the line.
  package init(givenLabels path: String, on draw: LabeledDraw, among listed: Set<String>? = nil) throws {
    guard draw.split != .test else {
      throw DatasetError.badNoise(text: path, reason: "test images keep their labels")
    }
    let given = try LabeledTable.pairs(path)
    let classes = Dictionary(
      draw.classNames.enumerated().map { (promptName($0.element), $0.offset) }, uniquingKeysWith: { first, _ in first })
    let known = listed ?? Set(draw.paths)
    var labels: [String: Int] = [:]
    for row in given where row.split.map({ $0 == draw.split }) ?? true {
      guard known.contains(row.path) else {
        throw DatasetError.badLine(
          path: path, line: row.line, expected: "one of the \(known.count) \(draw.split) images",
          found: "of \(row.path), which is none")
      }
      guard let label = classes[promptName(row.label)] else {
        throw DatasetError.badLine(
          path: path, line: row.line, expected: "one of the \(draw.classCount) classes",
          found: "of the class \"\(row.label.prefix(60))\", which is none")
      }
      let before = labels.updateValue(label, forKey: row.path)
      guard before == nil || before == label else {
        throw DatasetError.badLine(
          path: path, line: row.line, expected: "one label for \(row.path)", found: "a second one")
      }
    }
    let changes = draw.rows.enumerated().compactMap { index, row -> Change? in
      guard let label = labels[draw.paths[row]], label != draw.labels[row] else { return nil }
      return Change(index: index, path: draw.paths[row], from: draw.labels[row], to: label)
    }
    self.init(draw, origin: URL(fileURLWithPath: path).lastPathComponent, seed: nil, changes: changes)
  }
}

extension LabeledTable {
  /// Returns each row's image and label as they are written, with the row's line.
  ///
  /// - Throws: `FileError`, ``DatasetError``.
  static func pairs(_ path: String) throws -> [(line: Int, path: String, label: String, split: Split?)] {
    let table = try DelimitedText(contentsOf: path)
    let file = try column(pathHeadings, of: table, path: path, expected: "path (or image, file)")
    let label = try column(
      nameHeadings + ["label"] + otherNameHeadings, of: table, path: path, expected: "label (or class, classname)")
    let split = table.columns.firstIndex { $0.trimming(while: \.isWhitespace).lowercased() == "split" }
    return table.rows.map { row in
      (
        row.line, row.fields[file].trimming(while: \.isWhitespace), row.fields[label].trimming(while: \.isWhitespace),
        split.flatMap { Split(written: row.fields[$0].trimming(while: \.isWhitespace)) }
      )
    }
  }

  /// Returns the first column of some headings.
  private static func column(
    _ names: [String], of table: DelimitedText, path: String, expected: String
  ) throws(DatasetError) -> Int {
    let headings = table.columns.map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
    guard let index = names.lazy.compactMap({ headings.firstIndex(of: $0) }).first else {
      throw .missingColumn(path: path, expected: expected, columns: table.columns)
    }
    return index
  }
}
