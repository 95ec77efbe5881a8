import PromptLensFeatures
import PromptLensImages
import Foundation

/// The value of `--data`: a kind, a path, and a selection of rows.
///
/// - `folder:DIR`: class folders, or splits of class folders; see ``ImageFolder``.
/// - `csv:FILE`: a table, separated by commas, semicolons or tabs; `csv:pacs.csv?domain=photo` takes the rows with that
///   value, `&` joins columns, and a column given twice takes either value.
/// - `split:FILE.json`: CoOp's split file, or one of `promptlens data split`; a folder with `train.csv` and `test.csv`,
///   or lists of paths and labels called `train.txt` and `test.txt`.
/// - `wds:PETS-{000..009}.tar`: WebDataset shards.
/// - a data set's name: `oxford-pets:DIR`, `pacs:DIR?domain=sketch`.
///
/// The kind may be left out for a folder that is there, and for files that end in `.csv`, `.tsv`, `.json` or `.tar`.
///
/// `?split=train` states the split of the images in data that has no splits, `?root=DIR` the folder that the paths of a
/// table or split file start from, `?classes=FILE` the names of the classes, `?labels=FILE` the classes of images that
/// aren't sorted into class folders, and `?hold-out=20%+10%` sets parts of each class aside for testing and validation.
package struct DataSource: Sendable, Equatable, CustomStringConvertible {
  /// An arrangement of data.
  package enum Kind: Sendable, Equatable {
    case folder
    case csv
    case split
    case shards
    case named(KnownDataset)
  }

  /// The key of a known data set; nil for other sources.
  package var knownKey: String? {
    if case .named(let known) = kind { known.key } else { nil }
  }

  /// The values that a row must have in a column: any of them.
  struct Selection: Sendable, Equatable, CustomStringConvertible {
    let column: String
    var values: [String]
    var description: String { "\(column)=\(values.joined(separator: " or "))" }
  }

  /// The settings after the question mark.
  struct Query: Sendable, Equatable {
    /// The split of images without splits.
    var split: Split?
    /// The folder that paths start from.
    var root: String?
    /// A file of class names.
    var classes: String?
    /// A file of the classes of unsorted images.
    var labels: String?
    /// The part that is set aside for testing.
    package var holdOut: HoldOut?
    var selection: [Selection] = []
  }

  /// The arrangement of the data.
  package let kind: Kind
  /// The folder or file.
  package let path: String
  /// The text as it was given, with its kind.
  package private(set) var description: String
  private(set) var query = Query()

  /// Parses the value of `--data`, without opening files.
  ///
  /// - Throws: ``DatasetError/badSource(text:reason:)``.
  package init(_ text: String) throws(DatasetError) {
    guard let (corruption, data) = try Self.corrupted(text) else {
      try self.init(clean: text)
      return
    }
    try self.init(data)
    guard self.corruption == nil else {
      throw .badSource(text: text, reason: "images can be corrupted once")
    }
    self.corruption = corruption
    description = "\(Self.corruptPrefix)\(corruption):\(description)"
  }

  private init(clean text: String) throws(DatasetError) {
    let (body, query) = try Query.parted(text)
    (kind, path, description) = try Self.parted(text, body: body)
    self.query = query
    try check()
  }

  /// Creates a folder of class folders.
  package init(folder: String) {
    kind = .folder
    path = folder
    description = "folder:\(folder)"
  }

  /// The corruption of all images; nil for none.
  package private(set) var corruption: Corruption?

  /// The columns whose values are kept with each image, to group images by them.
  package var attributes: [String] = []

  /// The part that is set aside for testing.
  package var holdOut: HoldOut? { query.holdOut }

  /// Returns the same data with the values of columns.
  package func keeping(attributes: [String]) -> DataSource {
    var copy = self
    copy.attributes = attributes
    return copy
  }

  /// Returns the same data with a part set aside for testing.
  ///
  /// - Throws: ``DatasetError/badSource(text:reason:)`` when the source says another part itself.
  package func holding(out holdOut: HoldOut?) throws(DatasetError) -> DataSource {
    guard let holdOut, holdOut != query.holdOut else { return self }
    guard query.holdOut == nil else {
      throw .badSource(text: description, reason: "it says another hold-out than \(holdOut) itself")
    }
    return try DataSource("\(description)\(query == Query() ? "?" : "&")hold-out=\(holdOut)")
      .keeping(attributes: attributes)
  }

  /// A name independent of the machine: the file's or folder's last part, or the data set's key, with the
  /// selection. ``DataNames`` distinguishes data sets that have the same one.
  package var portableName: String {
    if case .named(let known) = kind { return withSelection(known.key) }
    return withSelection(URL(fileURLWithPath: path).lastPathComponent)
  }

  /// Returns the portable name with an end of the path, which distinguishes data sets with the same last part or key.
  func portableName(at end: String) -> String {
    if case .named(let known) = kind { return withSelection("\(known.key):\(end)") }
    return withSelection(end)
  }

  private func withSelection(_ name: String) -> String {
    var values = query.selection.flatMap { selection in selection.values.map { "\(selection.column)=\($0)" } }
    if let holdOut = query.holdOut { values.append("hold-out=\(holdOut)") }
    if let corruption {
      values = ["corruption=\(corruption.kind.rawValue)", "severity=\(corruption.severity)"] + values
    }
    return values.isEmpty ? name : "\(name)?\(values.joined(separator: "&"))"
  }
}
