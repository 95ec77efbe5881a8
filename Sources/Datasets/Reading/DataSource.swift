import PromptLensFeatures
import Foundation

/// The value of `--data`: a kind, a path, and a selection of rows.
///
/// - `folder:DIR`: class folders, or splits of class folders; see ``ImageFolder``.
/// - `csv:FILE`: a table, comma- or tab-separated; `csv:pacs.csv?domain=photo` takes the rows with that value, `&`
///   joins columns, and a column given twice takes either value.
/// - `split:FILE.json`: CoOp's split file, or one of `promptlens data split`.
/// - a data set's name: `oxford-pets:DIR`, `pacs:DIR?domain=sketch`.
///
/// `?split=train` states the split of the images in a folder or table that has no splits, `?root=DIR` the folder that
/// the paths of a table or split file start from.
package struct DataSource: Sendable, Equatable, CustomStringConvertible {
  /// An arrangement of data.
  package enum Kind: Sendable, Equatable {
    case folder
    case csv
    case split
    case named(KnownDataset)
  }

  /// The values that a row must have in a column: any of them.
  struct Selection: Sendable, Equatable, CustomStringConvertible {
    let column: String
    var values: [String]
    var description: String { "\(column)=\(values.joined(separator: " or "))" }
  }

  /// The arrangement of the data.
  package let kind: Kind
  /// The folder or file.
  package let path: String
  /// The text as given.
  package let description: String
  /// The split of images without splits, if given.
  let split: Split?
  /// The folder that paths are relative to, if given.
  let root: String?
  let selection: [Selection]

  /// Parses the value of `--data`, without opening files.
  ///
  /// - Throws: ``DatasetError/badSource(text:reason:)``.
  package init(_ text: String) throws(DatasetError) {
    func bad(_ reason: String) -> DatasetError { .badSource(text: text, reason: reason) }
    guard let colon = text.firstIndex(of: ":") else { throw bad("there is no colon after a kind of data") }
    let kindName = String(text[..<colon]).lowercased()
    switch kindName {
    case "folder": kind = .folder
    case "csv", "tsv": kind = .csv
    case "split": kind = .split
    default:
      guard let known = KnownDataset.named(kindName) else { throw bad("\"\(kindName)\" isn't a kind of data") }
      kind = .named(known)
    }
    var rest = text[text.index(after: colon)...]
    var selection: [Selection] = []
    var split: Split?
    var root: String?
    // A path may contain a question mark; a selection always contains an equals sign.
    if let mark = rest.lastIndex(of: "?"), rest[mark...].contains("=") {
      for pair in rest[rest.index(after: mark)...].split(separator: "&") {
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
          .map { String($0).removingPercentEncoding ?? String($0) }
        guard parts.count == 2, !parts[0].isEmpty else { throw bad("\"\(pair)\" isn't of the form column=value") }
        if parts[0] == "root" {
          guard !parts[1].isEmpty else { throw bad("there is no folder after root=") }
          root = parts[1]
        } else if parts[0] == "split" {
          guard let written = Split(written: parts[1]) else { throw bad("\"\(parts[1])\" isn't a split") }
          split = written
        } else if let offset = selection.firstIndex(where: { $0.column == parts[0] }) {
          selection[offset].values.append(parts[1])
        } else {
          selection.append(Selection(column: parts[0], values: [parts[1]]))
        }
      }
      rest = rest[..<mark]
    }
    guard !rest.isEmpty else { throw bad("there is no path after the colon") }
    switch kind {
    case .csv: break
    case .named(let known) where selection.allSatisfy { known.isDomain($0.column) }: break
    case .folder, .split, .named:
      if let first = selection.first { throw bad("there are no columns to select \(first.column) by") }
    }
    if split != nil, kind != .folder, kind != .csv { throw bad("it says itself what belongs to which split") }
    if root != nil, kind != .csv, kind != .split { throw bad("root= goes with csv: and split:") }
    path = String(rest)
    self.root = root
    self.split = split
    self.selection = selection
    description = text
  }

  /// Creates a folder of class folders.
  package init(folder: String) {
    kind = .folder
    path = folder
    description = "folder:\(folder)"
    split = nil
    root = nil
    selection = []
  }

  /// A name independent of the machine: the file's or folder's last part, or the data set's key, with the
  /// selection.
  package var portableName: String {
    let name =
      if case .named(let known) = kind { known.key } else { URL(fileURLWithPath: path).lastPathComponent }
    let values = selection.flatMap { selection in selection.values.map { "\(selection.column)=\($0)" } }
    return values.isEmpty ? name : "\(name)?\(values.joined(separator: "&"))"
  }

  /// Reads the data set's lists without opening images.
  ///
  /// - Parameters:
  ///   - root: the folder that paths are relative to, for tables and split files; by default the file's own.
  ///   - classes: the names of the folders of a `folder:`.
  /// - Returns: the data set.
  /// - Throws: `FileError`, `JSONError`, ``DatasetError``.
  package func dataset(root: String? = nil, classes: ClassList? = nil) throws -> Dataset {
    if let own = self.root, let root, root != own {
      throw DatasetError.badSource(text: description, reason: "it says root=\(own), and --root says \(root)")
    }
    let root = root ?? self.root
    if root != nil, kind == .folder {
      throw DatasetError.badSource(text: description, reason: "a folder of images has no other root")
    }
    if classes != nil, kind != .folder {
      throw DatasetError.badSource(text: description, reason: "a class list goes with folder: only")
    }
    switch kind {
    case .folder:
      let dataset = try ImageFolder.read(path, classes: classes, as: split ?? .test)
      return try checkSplits(dataset).replacing(name: description)
    case .csv:
      let dataset = try LabeledTable.read(
        path, root: root, selection: selection, as: split ?? .test, name: description)
      return try checkSplits(dataset)
    case .split: return try SplitFile.read(path, root: root)
    case .named(let known):
      let dataset = try known.read(root ?? path, domains: selection.flatMap(\.values))
      return selection.isEmpty ? dataset : dataset.replacing(name: description)
    }
  }

  /// Checks that `?split=` is only used for data without splits.
  private func checkSplits(_ dataset: Dataset) throws(DatasetError) -> Dataset {
    guard let split, Split.allCases.contains(where: { $0 != split && !dataset[$0].isEmpty }) else { return dataset }
    throw .badSource(
      text: description, reason: "?split=\(split) is for data without splits, and these have some; use --split \(split)"
    )
  }
}
