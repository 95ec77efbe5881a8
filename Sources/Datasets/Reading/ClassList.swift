import PromptLensFiles
import PromptLensJSONDocuments

/// The names of a folder's classes.
///
/// A class list is a text file with a line for each class: either its name, for the folders in alphabetical order, or
/// the folder, a tab and the name. In the second form a class may have no folder: then it is only another wrong answer.
/// A file that is called `.json` holds an array of the names, for the folders in alphabetical order.
package struct ClassList: Sendable, Equatable {
  /// A class: its folder, if the list says, and its name.
  struct Entry: Sendable, Equatable {
    let folder: String?
    let name: String
  }

  let path: String
  let entries: [Entry]

  /// Creates the classes that are called as their folders, with underscores read as spaces.
  init(folders: [String]) {
    path = ""
    entries = folders.map { Entry(folder: $0, name: promptName($0)) }
  }

  /// Reads a class list.
  ///
  /// - Throws: `FileError` when the file is missing, ``DatasetError/badLine(path:line:expected:found:)``, `JSONError`.
  package init(contentsOf path: String) throws {
    guard !path.lowercased().hasSuffix(".json") else {
      self.path = path
      entries = try JSONNode(contentsOf: path).array().map { node in
        let name = try node.string()
        guard !name.isEmpty else { throw node.unexpected(expected: "a class name", found: "empty") }
        return Entry(folder: nil, name: name)
      }
      return
    }
    let lines = try TextLines.read(path, expected: "a list of class names, one a line")
    let isMapping = lines.contains { $0.contains("\t") }
    self.path = path
    entries = try lines.enumerated().map { index, line in
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == (isMapping ? 2 : 1), parts.allSatisfy({ !$0.isEmpty }) else {
        throw DatasetError.badLine(
          path: path, line: index + 1,
          expected: isMapping ? "a folder, a tab and a class name as in other lines" : "a class name",
          found: line.isEmpty ? "empty" : "\"\(line.prefix(60))\"")
      }
      return Entry(folder: isMapping ? parts[0] : nil, name: parts[parts.count - 1])
    }
  }

  /// Returns the names of all classes, and the label of each folder.
  func labels(of folders: [String]) throws(DatasetError) -> (classNames: [String], labels: [Int]) {
    let names = entries.map(\.name)
    if entries.allSatisfy({ $0.folder == nil }) {
      guard entries.count == folders.count else {
        throw .classCount(path: path, expected: folders.count, found: entries.count)
      }
      return (names, Array(folders.indices))
    }
    var offsets: [[UInt8]: Int] = [:]
    for (offset, entry) in entries.enumerated() {
      guard let folder = entry.folder else { continue }
      guard offsets.updateValue(offset, forKey: Array(folder.utf8)) == nil else {
        throw .badLine(
          path: path, line: offset + 1, expected: "each folder once", found: "the folder \(folder) again")
      }
    }
    var labels: [Int] = []
    for folder in folders {
      guard let label = offsets[Array(folder.utf8)] else { throw .unlistedFolder(path: path, folder: folder) }
      labels.append(label)
    }
    return (names, labels)
  }
}
