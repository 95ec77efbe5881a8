import PromptLensFeatures

/// ImageNet and the test sets made after it: folders of images, and `classnames.txt` with a line for each class, its
/// WordNet id, a space and its name.
enum WordNetFolders {
  /// Reads folders that are named by WordNet ids; labels are the indices of the ids in alphabetical order.
  ///
  /// The reference uses the file system's order, and so draws different shots on different machines; here images are
  /// ordered by name.
  ///
  /// - Parameters:
  ///   - home: the data set's folder.
  ///   - folders: the folder of each split.
  ///   - name: the data set's name.
  ///   - labels: the classes of images that aren't sorted into class folders, as those of ImageNet's `val` are
  ///     published.
  /// - Returns: the data set.
  /// - Throws: `FileError`; ``DatasetError`` for a folder without a name, or without any image.
  static func read(
    _ home: String, folders: [Split: String], name: String, labels: ImageLabels? = nil
  ) throws -> Dataset {
    let names = try Dictionary(classNames(home).map { ($0.id, $0.name) }) { first, _ in first }
    var lists: [String: [String: [String]]] = [:]
    var unsorted: [String: [String]] = [:]
    var notes: [DatasetNote] = []
    for folder in Set(folders.values).sorted() where FolderListing.isFolder("\(home)/\(folder)") {
      var walk = FolderWalk(root: home)
      _ = walk.begin(folder)
      let ids = try FolderListing.folders(in: "\(home)/\(folder)", expected: "a folder for each WordNet id")
      for id in ids {
        _ = walk.begin("\(folder)/\(id)")
        lists[folder, default: [:]][id] = walk.distinct(try walk.images(below: "\(folder)/\(id)"))
      }
      if ids.isEmpty {
        let images = walk.distinct(try walk.images(below: folder))
        if !images.isEmpty { unsorted[folder] = images }
      }
      notes += walk.notes
    }
    let ids = Set(lists.values.flatMap(\.keys)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    guard !ids.isEmpty else { throw DatasetError.noClasses(path: "\(home)/\(folders[.test] ?? "")") }
    let classNames = try ids.map { id in
      guard let name = names[id] else { throw DatasetError.unlistedFolder(path: "\(home)/classnames.txt", folder: id) }
      return promptName(name)
    }
    var splits = folders.mapValues { folder in
      ids.enumerated().flatMap { label, id in
        (lists[folder]?[id] ?? []).map { Dataset.Item(path: $0, label: label) }
      }
    }
    var reasons: [Split: String] = [:]
    for (folder, images) in unsorted.sorted(by: { $0.key < $1.key }) {
      let found = try labels?.labels(of: images, among: ids)
      if found == nil { notes.append(.unsortedSplit(folder, count: images.count)) }
      notes += found?.notes ?? []
      for (split, part) in folders where part == folder {
        splits[split] = found.map { found in zip(images, found.labels).map { Dataset.Item(path: $0, label: $1) } }
        if found == nil { reasons[split] = unsortedReason(folder, count: images.count) }
      }
    }
    if let labels, unsorted.isEmpty { throw DatasetError.unneededLabels(path: labels.path, folder: home) }
    guard splits.values.contains(where: { !$0.isEmpty }) else { throw DatasetError.noImages(path: home) }
    return Dataset(
      name: name, root: home, classNames: classNames, classIdentifiers: ids, splits: splits,
      validatesOnTest: folders[.val] != nil && folders[.val] == folders[.test], notes: notes, reasons: reasons)
  }

  /// Returns the reason why a split is empty, with the remedy.
  static func unsortedReason(_ folder: String, count: Int) -> String {
    "\(folder) holds \(count) images that aren't sorted into class folders; ?labels=FILE after the path says their "
      + "classes, as Kaggle's LOC_val_solution.csv does"
  }

  /// Reads folders that are named by labels, indices into `classnames.txt`: ImageNetV2.
  static func readNumbered(_ home: String, folder: String, name: String) throws -> Dataset {
    let names = try classNames(home)
    var walk = FolderWalk(root: home)
    let items = try names.indices.flatMap { label -> [Dataset.Item] in
      let folder = "\(folder)/\(label)"
      guard FolderListing.isFolder("\(home)/\(folder)") else { return [] }
      _ = walk.begin(folder)
      return walk.distinct(try walk.images(below: folder)).map { Dataset.Item(path: $0, label: label) }
    }
    guard !items.isEmpty else { throw DatasetError.noImages(path: "\(home)/\(folder)") }
    return Dataset(
      name: name, root: home, classNames: names.map { promptName($0.name) }, classIdentifiers: names.map(\.id),
      splits: [.test: items], notes: walk.notes)
  }

  /// Returns a Boolean value that indicates whether a folder's name is a WordNet id: `n01440764`.
  static func isIdentifier(_ folder: String) -> Bool {
    folder.utf8.count == 9 && folder.hasPrefix("n") && folder.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
  }

  private static func classNames(_ home: String) throws -> [(id: String, name: String)] {
    let path = "\(home)/classnames.txt"
    return try TextLines.read(path, expected: "lines of a WordNet id and a class name").enumerated().map {
      index, line in
      let parts = line.trimming(while: \.isWhitespace).split(separator: " ", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw DatasetError.badLine(
          path: path, line: index + 1, expected: "a WordNet id, a space and a class name",
          found: line.isEmpty ? "empty" : "\"\(line.prefix(60))\"")
      }
      return (parts[0], parts[1])
    }
  }
}
