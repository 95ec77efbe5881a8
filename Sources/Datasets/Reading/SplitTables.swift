import PromptLensFeatures

/// A folder of lists, one for each split: tables `train.csv` and `test.csv`, or lines of a path and a label in
/// `train.txt` and `test.txt`.
enum SplitTables {
  private static let endings = ["csv", "tsv", "txt"]

  /// Reads the lists.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - root: the folder that paths start from; by default `folder`.
  ///   - attributes: the columns whose values are kept.
  ///   - takesSeveral: whether images may have several classes or none.
  ///   - name: the data set's name in results.
  /// - Returns: the data set, with the classes of all lists.
  /// - Throws: `FileError`, ``DatasetError``.
  static func read(
    _ folder: String, root: String?, attributes: [String] = [], takesSeveral: Bool = false, name: String
  ) throws -> Dataset {
    let entries = try FolderListing.contents(of: folder, expected: "lists called train.csv, test.csv and so on").entries
    let parts = try entries.compactMap { entry -> LabeledTable.Part? in
      let words = entry.name.split(separator: ".")
      guard words.count == 2, endings.contains(words[1].lowercased()), let split = Split(written: String(words[0]))
      else {
        return nil
      }
      return try LabeledTable.Part("\(folder)/\(entry.name)", as: split)
    }
    guard !parts.isEmpty else {
      throw DatasetError.badFolders(
        path: folder, reason: "there is no train.csv, test.csv, train.txt or test.txt in it")
    }
    for split in Split.allCases where parts.count(where: { $0.split == split }) > 1 {
      throw DatasetError.badFolders(path: folder, reason: "several lists are of the \(split) split; move others away")
    }
    return try LabeledTable.read(
      parts, path: folder, root: root, selection: [], attributes: attributes, takesSeveral: takesSeveral, name: name)
  }
}
