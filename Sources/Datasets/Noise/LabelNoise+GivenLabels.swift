import Foundation
import PromptLensFeatures

extension LabelNoise {
  /// Reads the labels that a file gives to images, where they differ from the data set's own; see ``GivenLabels``.
  ///
  /// - Parameters:
  ///   - text: a `.csv` or `.tsv` file, or an array, as `FILE` or `FILE?NAME`.
  ///   - draw: the images, by their true labels.
  ///   - listed: the paths of all images that the data set has, in its order; by default those of the draw.
  /// - Throws: the errors of reading, ``DatasetError`` with the line.
  package init(givenLabels text: String, on draw: LabeledDraw, among listed: [String]? = nil) throws {
    guard draw.split != .test else {
      throw DatasetError.badNoise(text: text, reason: "test images keep their labels")
    }
    let labels = try GivenLabels(text).labels(of: draw, split: draw.split, among: listed)
    let changes = draw.rows.enumerated().compactMap { index, row -> Change? in
      guard labels[row] != draw.labels[row] else { return nil }
      return Change(index: index, path: draw.paths[row], from: draw.labels[row], to: labels[row])
    }
    self.init(draw, origin: URL(fileURLWithPath: text).lastPathComponent, seed: nil, changes: changes)
  }
}

extension LabeledTable {
  /// An image and its label as they are written, with the row's line.
  typealias Pair = (line: Int, path: String, label: String, split: Split?)

  /// Returns each row's image and label as they are written, with the row's line.
  ///
  /// - Throws: `FileError`, ``DatasetError``.
  static func pairs(_ path: String) throws -> [Pair] {
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
