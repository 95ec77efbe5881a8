import PromptLensFiles
import PromptLensJSONDocuments

/// The names of classes, from the lists that people have.
///
/// A text file has a line for each class: its name; or its folder, a tab and the name; or its WordNet id or number, a
/// blank and the name, as CoOp's `classnames.txt` and Kaggle's `LOC_synset_mapping.txt` have it. A table has one or two
/// columns. A `.json` file holds an array of the names; an object of folders and names, of numbers and names, or of
/// names and numbers; or Keras' `imagenet_class_index.json`. Where folders are named, a class may have none: it has no
/// images, and is only another class to choose from.
package struct ClassList: Sendable, Equatable {
  /// A class: its folder and its name.
  struct Pair: Sendable, Equatable {
    let folder: String
    let name: String
  }

  /// A meaning that a list may have.
  enum Reading: Sendable, Equatable {
    /// Names of folders. A list that says nothing but this must name every folder.
    case folders([Pair], isCertain: Bool)
    /// Names in order.
    case places([String])
  }

  let path: String
  /// The meanings, the first that fits the folders counts.
  let readings: [Reading]

  /// Reads a class list.
  ///
  /// - Throws: `FileError` when the file is missing, ``DatasetError/badLine(path:line:expected:found:)``, `JSONError`.
  package init(contentsOf path: String) throws {
    self.path = path
    let ending = path.lowercased()
    if ending.hasSuffix(".json") {
      readings = try Self.readings(of: JSONNode(contentsOf: path))
    } else if ending.hasSuffix(".csv") || ending.hasSuffix(".tsv") {
      readings = try Self.readings(ofTable: path)
    } else {
      readings = try Self.readings(ofLines: path)
    }
  }

  /// The names alone, where there are no folders to match: in the list's order.
  package var names: [String] {
    if let folderNames { return folderNames }
    for case .places(let names) in readings { return names }
    return []
  }

  /// The names beside folders, WordNet ids, or numbers in order; nil for a list that holds names alone.
  package var folderNames: [String]? {
    for case .folders(let pairs, let isCertain) in readings {
      let numbers = pairs.compactMap { Int($0.folder) }
      let first = numbers.first ?? -1
      let areInOrder =
        numbers.count == pairs.count && (first == 0 || first == 1)
        && numbers.enumerated().allSatisfy { $0.element == first + $0.offset }
      if isCertain || areInOrder { return pairs.map(\.name) }
    }
    return nil
  }

  // MARK: - Matching

  /// The classes of some folders.
  struct Match: Equatable {
    /// The names of all classes.
    let names: [String]
    /// The class of each folder.
    let labels: [Int]
    let notes: [DatasetNote]
  }

  /// Returns the names of all classes, and the class of each folder.
  ///
  /// - Parameter folders: the folders' names in alphabetical order, or the values of a label.
  /// - Returns: the classes, and notes for the user.
  /// - Throws: ``DatasetError`` when the list doesn't name the folders, or names them in doubt.
  func match(_ folders: [String]) throws(DatasetError) -> Match {
    var isNamed = false
    for case .folders(let pairs, let isCertain) in readings {
      let offsets = try offsets(of: pairs)
      let labels = folders.map { offsets[$0] ?? Int($0).flatMap { offsets["\($0)"] } }
      let found = labels.compactMap(\.self)
      if found.count == folders.count { return Match(names: pairs.map(\.name), labels: found, notes: []) }
      if isCertain, !found.isEmpty, let missing = labels.firstIndex(of: nil) {
        throw .unlistedFolder(path: path, folder: folders[missing])
      }
      isNamed = isNamed || isCertain
    }
    for case .places(let names) in readings {
      if let match = try match(folders, inOrder: names) { return match }
      guard !isNamed else { break }
      throw .classCount(path: path, expected: folders.count, found: names.count)
    }
    throw .unlistedFolder(path: path, folder: folders.first ?? "")
  }

  private func offsets(of pairs: [Pair]) throws(DatasetError) -> [String: Int] {
    var offsets: [String: Int] = [:]
    for (offset, pair) in pairs.enumerated() where offsets.updateValue(offset, forKey: pair.folder) != nil {
      throw .badLine(
        path: path, line: offset + 1, expected: "each folder once", found: "the folder \(pair.folder) again")
    }
    return offsets
  }

  /// Matches names that have an order alone; nil when there is another number of folders.
  private func match(_ folders: [String], inOrder names: [String]) throws(DatasetError) -> Match? {
    let keys = names.map { ClassKey($0) }
    let places = Dictionary(keys.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    let byName = folders.map { places[ClassKey($0)] }
    if names.count == folders.count, places.count == names.count, !byName.contains(nil) {
      let labels = byName.compactMap(\.self)
      return Match(
        names: names, labels: labels, notes: labels == Array(labels.indices) ? [] : [.listMatchedByName(path: path)])
    }
    let numbers = folders.compactMap { Int($0) }
    if numbers.count == folders.count, Set(numbers).count == numbers.count {
      let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
      var labels = numbers
      if names.count == folders.count {
        for (rank, index) in order.enumerated() { labels[index] = rank }
      } else if numbers.min() != 0 || numbers.max() ?? 0 >= names.count {
        return nil
      }
      let isPlain = labels == Array(labels.indices)
      return Match(names: names, labels: labels, notes: isPlain ? [] : [.listMatchedByNumber(path: path)])
    }
    guard names.count == folders.count else { return nil }
    if let (folder, place) = byName.enumerated().first(where: { $0.element != nil && $0.element != $0.offset }) {
      throw .misplacedName(path: path, line: (place ?? 0) + 1, name: folders[folder], folder: folders[place ?? 0])
    }
    return Match(names: names, labels: Array(folders.indices), notes: [])
  }
}
