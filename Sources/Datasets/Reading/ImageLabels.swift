import Foundation

/// The classes of images that aren't sorted into class folders, from a list beside them.
///
/// A line or row for each image: its name and its class, as Kaggle's `LOC_val_solution.csv` and Tiny ImageNet's
/// `val_annotations.txt` have it; or the class alone, for the images in alphabetical order. A class is a folder's name,
/// or, beside an image's name, its place in the alphabetical order of the class folders, from 0.
package struct ImageLabels: Sendable, Equatable {
  let path: String
  /// Names of images without endings, empty where the list has none, and classes.
  private let rows: [Row]

  private struct Row: Sendable, Equatable {
    let line: Int
    let image: String
    let label: String
  }

  /// Reads a list.
  ///
  /// - Throws: `FileError`; ``DatasetError/badLine(path:line:expected:found:)`` for a line that says no class.
  package init(contentsOf path: String) throws {
    self.path = path
    let lines = try TextLines.read(path, expected: "lines of an image's name and its class", limit: 256 << 20)
    rows = try lines.enumerated().compactMap { index, line in
      guard !line.allSatisfy(\.isWhitespace) else { return nil }
      let separator: Character = line.contains("\t") ? "\t" : line.contains(",") ? "," : " "
      let fields = line.split(separator: separator).map { field in
        field.trimming { $0.isWhitespace || $0 == "\"" }
      }
      guard let first = fields.first(where: { !$0.isEmpty }) else {
        throw DatasetError.badLine(
          path: path, line: index + 1, expected: "an image's name and its class", found: "\"\(line.prefix(60))\"")
      }
      return fields.count > 1
        ? Row(line: index + 1, image: Self.stem(first), label: fields[1])
        : Row(line: index + 1, image: "", label: first)
    }
  }

  /// Returns the class folder of each image.
  ///
  /// - Parameters:
  ///   - images: the images' paths.
  ///   - folders: the class folders in alphabetical order.
  /// - Returns: the index of each image's folder, and notes for the user.
  /// - Throws: ``DatasetError`` for an image that the list lacks, or a class that has no folder.
  package func labels(
    of images: [String], among folders: [String]
  ) throws(DatasetError) -> (labels: [Int], notes: [DatasetNote]) {
    let places = Dictionary(folders.enumerated().map { (ClassKey($0.element), $0.offset) }) { first, _ in first }
    func place(_ label: String) -> Int? {
      places[ClassKey(label)] ?? label.split(separator: " ").first.flatMap { places[ClassKey($0)] }
    }
    if rows.allSatisfy(\.image.isEmpty) {
      guard rows.count == images.count else {
        throw .badLine(
          path: path, line: rows.count, expected: "a class for each of \(images.count) images in alphabetical order",
          found: "the last")
      }
      var labels: [Int] = []
      for row in rows {
        guard let found = place(row.label) else {
          let reason =
            Int(row.label) == nil
            ? "" : "; the numbers of ImageNet's development kit stand for no folder: give a list with names"
          throw .badLine(
            path: path, line: row.line, expected: "the name of a class folder\(reason)",
            found: "\"\(NameList.short(row.label))\"")
        }
        labels.append(found)
      }
      return (labels, [])
    }
    var known: [String: Row] = [:]
    for row in rows { known[row.image] = row }
    var labels: [Int] = []
    var usesNumbers = false
    for image in images {
      guard let row = known[Self.stem(image)] else { throw .unlabeledImage(path: path, image: image) }
      if let found = place(row.label) {
        labels.append(found)
      } else if let number = Int(row.label), folders.indices.contains(number) {
        labels.append(number)
        usesNumbers = true
      } else {
        throw .badLine(
          path: path, line: row.line, expected: "the name of a class folder, or its place",
          found: "of the class \"\(NameList.short(row.label))\"")
      }
    }
    return (labels, usesNumbers ? [.numberedLabels(path: path)] : [])
  }

  /// Returns a file's name without its folders and its ending.
  private static func stem(_ path: String) -> String {
    URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
  }
}
