import PromptLensFeatures

/// ImageNet-C: a folder for each kind of corruption, in it one for each severity, in it the folders of ImageNet's classes.
enum CorruptionFolders {
  /// The columns that images can be selected and grouped by.
  static let columns = ["corruption", "severity"]

  /// Reads some kinds and severities.
  ///
  /// - Parameters:
  ///   - home: the data set's folder.
  ///   - wanted: the names of kinds and severities; all if there are none of either.
  ///   - name: the data set's name.
  ///   - attributes: the columns whose values are kept with each image.
  /// - Returns: the data set, whose images are all for testing.
  /// - Throws: `FileError`; ``DatasetError`` when nothing is there, or a class has no name.
  static func read(_ home: String, wanted: [String], name: String, attributes: [String]) throws -> Dataset {
    let kinds = try FolderListing.folders(in: home, expected: "a folder for each kind of corruption")
    let severities = wanted.filter { Int($0) != nil }
    let wantedKinds = wanted.filter { Int($0) == nil }
    if let unknown = wantedKinds.first(where: { !kinds.contains($0) }) {
      throw DatasetError.nothingSelected(path: home, selection: "corruption=\(unknown)", known: kinds)
    }
    var parts: [(kind: String, severity: String, dataset: Dataset)] = []
    for kind in kinds where wantedKinds.isEmpty || wantedKinds.contains(kind) {
      let found = try FolderListing.folders(in: "\(home)/\(kind)", expected: "a folder for each severity")
        .filter { Int($0) != nil }
      if let missing = severities.first(where: { !found.contains($0) }) {
        throw DatasetError.nothingSelected(path: "\(home)/\(kind)", selection: "severity=\(missing)", known: found)
      }
      for severity in found where severities.isEmpty || severities.contains(severity) {
        let part = try WordNetFolders.read(home, folders: [.test: "\(kind)/\(severity)"], name: name)
        parts.append((kind, severity, part))
      }
    }
    guard let first = parts.first else {
      throw DatasetError.nothingSelected(
        path: home, selection: "severity=\(severities.joined(separator: " or "))", known: [])
    }
    let counts = Dictionary(grouping: parts, by: \.severity).mapValues(\.count)
    if let short = counts.min(by: { $0.value < $1.value }), short.value != counts.values.max() {
      throw DatasetError.badFolders(
        path: home,
        reason: "severity \(short.key) is missing from some kinds of corruption; select severities that all have")
    }
    let others = parts.first { $0.dataset.classIdentifiers != first.dataset.classIdentifiers }
    if let others {
      throw DatasetError.badFolders(
        path: "\(home)/\(others.kind)/\(others.severity)",
        reason: "it has other classes than \(first.kind)/\(first.severity)")
    }
    let items = parts.flatMap { part in
      part.dataset[.test].map { item in
        Dataset.Item(
          path: item.path, label: item.label,
          attributes: attributes.map { $0 == "severity" ? part.severity : part.kind })
      }
    }
    return Dataset(
      name: name, root: home, classNames: first.dataset.classNames, classIdentifiers: first.dataset.classIdentifiers,
      splits: [.test: items], notes: parts.flatMap(\.dataset.notes))
  }
}
