import PromptLensFeatures
import Foundation

extension DataSource.Query {
  /// Divides a text into the body before the question mark and the query after it.
  ///
  /// - Throws: ``DatasetError/badSource(text:reason:)``.
  static func parted(_ text: String) throws(DatasetError) -> (body: Substring, query: DataSource.Query) {
    func bad(_ reason: String) -> DatasetError { .badSource(text: text, reason: reason) }
    var query = DataSource.Query()
    // A path may hold a question mark itself; a selection always holds an equals sign.
    guard let mark = text.lastIndex(of: "?"), text[mark...].contains("="), !DataSource.isPath(text) else {
      return (text[...], query)
    }
    for pair in text[text.index(after: mark)...].split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        .map { String($0).removingPercentEncoding ?? String($0) }
      guard parts.count == 2, !parts[0].isEmpty else { throw bad("\"\(pair)\" isn't of the form column=value") }
      func file(_ meaning: String) throws(DatasetError) -> String {
        guard !parts[1].isEmpty else { throw bad("there is no \(meaning) after \(parts[0])=") }
        return DataSource.expandingHome(parts[1])
      }
      switch parts[0] {
      case "root": query.root = try file("folder")
      case "classes": query.classes = try file("file")
      case "labels": query.labels = try file("file")
      case "hold-out": query.holdOut = try HoldOut(parts[1])
      case "split":
        guard let written = Split(written: parts[1]) else { throw bad("\"\(parts[1])\" isn't a split") }
        query.split = written
      default:
        if let offset = query.selection.firstIndex(where: { $0.column == parts[0] }) {
          query.selection[offset].values.append(parts[1])
        } else {
          query.selection.append(.init(column: parts[0], values: [parts[1]]))
        }
      }
    }
    return (text[..<mark], query)
  }
}

extension DataSource {
  /// Parts a text without its query into a kind and a path; the kind is recognized where it is left out.
  ///
  /// - Throws: ``DatasetError/badSource(text:reason:)``.
  static func parted(
    _ text: String, body: Substring
  ) throws(DatasetError) -> (kind: Kind, path: String, description: String) {
    func bad(_ reason: String) -> DatasetError { .badSource(text: text, reason: reason) }
    if let colon = body.firstIndex(of: ":") {
      let name = String(body[..<colon]).lowercased()
      if let kind = kind(name) {
        let path = body[body.index(after: colon)...]
        guard !path.isEmpty else { throw bad("there is no path after the colon") }
        return (kind, expandingHome(String(path)), text)
      }
      guard let (name, kind) = recognized(String(body)) else { throw bad("\"\(name)\" isn't a kind of data") }
      return (kind, expandingHome(String(body)), "\(name):\(text)")
    }
    guard let (name, kind) = recognized(String(body)) else {
      if KnownDataset.named(String(body)) != nil { throw bad("there is no folder after the data set's name") }
      throw bad("there is no folder of this name")
    }
    return (kind, expandingHome(String(body)), "\(name):\(text)")
  }

  /// Refuses a query that the kind has no use for.
  func check() throws(DatasetError) {
    func bad(_ reason: String) -> DatasetError { .badSource(text: description, reason: reason) }
    switch kind {
    case .csv: break
    case .named(let known) where query.selection.allSatisfy { known.isDomain($0.column) }: break
    case .folder, .split, .shards, .named:
      if let first = query.selection.first { throw bad("there are no columns to select \(first.column) by") }
    }
    let takesLabels =
      switch kind {
      case .folder: true
      case .named(let known): known.takesLabels
      case .csv, .split, .shards: false
      }
    if query.split != nil, kind != .folder, kind != .csv, kind != .shards {
      throw bad("it says itself what belongs to which split")
    }
    if query.root != nil, kind != .csv, kind != .split { throw bad("root= goes with csv: and split:") }
    if query.classes != nil, kind != .folder, kind != .csv, kind != .shards {
      throw bad("it names its classes itself")
    }
    if query.labels != nil, !takesLabels { throw bad("it says the classes of its images itself") }
  }

  /// Returns the kind of a name.
  private static func kind(_ name: String) -> Kind? {
    switch name {
    case "folder": .folder
    case "csv", "tsv": .csv
    case "split": .split
    case "wds": .shards
    default: KnownDataset.named(name).map { .named($0) }
    }
  }

  /// Returns the kind of a path that has none in front, where there is no doubt.
  private static func recognized(_ path: String) -> (name: String, kind: Kind)? {
    let ending = path.lowercased()
    if FolderListing.isFolder(expandingHome(path)) { return ("folder", .folder) }
    if ending.hasSuffix(".csv") || ending.hasSuffix(".tsv") { return ("csv", .csv) }
    if ending.hasSuffix(".json") { return ("split", .split) }
    if [".tar", ".tar.gz", ".tgz"].contains(where: ending.hasSuffix) { return ("wds", .shards) }
    return nil
  }

  /// Returns a Boolean value that indicates whether there is a file or a folder whose name holds the question mark of a
  /// text, with or without a kind in front, so that it begins no query.
  fileprivate static func isPath(_ text: String) -> Bool {
    let path = text.firstIndex(of: ":").map { text[text.index(after: $0)...] } ?? ""
    return [text, String(path)].contains {
      !$0.isEmpty && FileManager.default.fileExists(atPath: expandingHome($0))
    }
  }

  /// Returns a path with the user's folder in place of `~`, which a shell leaves as it is after `folder:`.
  fileprivate static func expandingHome(_ path: String) -> String {
    path == "~" || path.hasPrefix("~/") ? NSString(string: path).expandingTildeInPath : path
  }
}
