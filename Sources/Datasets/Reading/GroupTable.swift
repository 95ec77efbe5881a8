/// A table of the groups of images whose features are given without a list: a row for each image, in their order or by
/// its path.
package struct GroupTable {
  /// The path of each row's image; nil in a table without paths.
  package let paths: [String]?
  /// The group of each row: the values of the columns, joined by commas.
  package let groups: [String]

  /// Reads a table, `.csv` or `.tsv`.
  ///
  /// - Parameters:
  ///   - path: the table's file.
  ///   - columns: the headings of the columns to group by.
  /// - Throws: `FileError`; ``DatasetError`` for a row with too few fields, or a missing column.
  package init(contentsOf path: String, columns: [String]) throws {
    let table = try DelimitedText(contentsOf: path)
    let headings = table.columns.map { $0.trimming(while: \.isWhitespace).lowercased() }
    let places = try columns.map { column in
      guard let place = headings.firstIndex(of: column.trimming(while: \.isWhitespace).lowercased()) else {
        throw DatasetError.missingColumn(
          path: path, expected: "\(column), which is to group images", columns: table.columns)
      }
      return place
    }
    groups = table.rows.map { row in
      places.map { row.fields[$0].trimming(while: \.isWhitespace) }.joined(separator: ", ")
    }
    let pathPlace = LabeledTable.pathHeadings.lazy.compactMap { headings.firstIndex(of: $0) }.first
    paths = pathPlace.map { place in table.rows.map { $0.fields[place] } }
  }
}
