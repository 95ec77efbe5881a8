import PromptLensFeatures

extension DataSource {
  /// Reads the data set's lists without opening images.
  ///
  /// - Parameters:
  ///   - root: the folder that paths start from, for tables and split files; by default the file's own.
  ///   - classes: the names of the classes of a `folder:`, a `csv:` or `wds:`.
  ///   - takesSeveral: whether images may have several classes or none, as tables with a column `labels` and COCO's
  ///     annotations say. Without it such data are refused by name.
  /// - Returns: the data set.
  /// - Throws: `FileError`, `JSONError`, ``DatasetError``.
  package func dataset(
    root: String? = nil, classes: ClassList? = nil, takesSeveral: Bool = false
  ) throws -> Dataset {
    if let own = query.root, let root, root != own {
      throw DatasetError.badSource(text: description, reason: "it says root=\(own), and --root says \(root)")
    }
    let root = root ?? query.root
    if root != nil, kind == .folder || kind == .shards {
      throw DatasetError.badSource(text: description, reason: "a folder of images has no other root")
    }
    if classes != nil, query.classes != nil {
      throw DatasetError.badSource(text: description, reason: "it says classes= itself")
    }
    let classes = try classes ?? query.classes.map { try ClassList(contentsOf: $0) }
    if classes != nil, kind != .folder, kind != .csv, kind != .shards {
      throw DatasetError.badSource(text: description, reason: "a class list goes with folder:, csv: and wds: only")
    }
    var dataset = try lists(root: root, classes: classes, takesSeveral: takesSeveral)
    if let corruption {
      dataset = dataset.replacing(name: description)
      dataset.corruption = corruption
    }
    return try query.holdOut.map { try $0.parted(dataset) } ?? dataset
  }

  private func lists(root: String?, classes: ClassList?, takesSeveral: Bool) throws -> Dataset {
    if let column = attributes.first, kind == .folder || kind == .shards {
      throw DatasetError.badSource(
        text: description, reason: "there are no columns to group images by \(column); a table (csv:FILE) has some")
    }
    let labels = try query.labels.map { try ImageLabels(contentsOf: $0) }
    let split = query.split ?? .test
    switch kind {
    case .folder:
      let dataset = try ImageFolder.read(path, classes: classes, as: split, labels: labels)
      return try checkSplits(dataset).replacing(name: description)
    case .csv:
      let dataset = try LabeledTable.read(
        [LabeledTable.Part(path, as: split)], path: path, root: root, selection: query.selection, classes: classes,
        attributes: attributes, takesSeveral: takesSeveral, name: description)
      return try checkSplits(dataset)
    case .shards: return try checkSplits(ShardedDataset.read(path, classes: classes, as: split, name: description))
    case .split:
      guard FolderListing.isFolder(path) else {
        if let column = attributes.first {
          throw DatasetError.badSource(
            text: description,
            reason: "a split file has no columns to group images by \(column); a table (csv:FILE) has")
        }
        return try SplitFile.read(path, root: root, takesSeveral: takesSeveral)
      }
      return try SplitTables.read(
        path, root: root, attributes: attributes, takesSeveral: takesSeveral, name: description)
    case .named(let known):
      let dataset = try known.read(
        root ?? path, domains: query.selection.flatMap(\.values), labels: labels, attributes: attributes)
      return query.selection.isEmpty ? dataset : dataset.replacing(name: description)
    }
  }

  /// Refuses a `?split=` where the data themselves define the splits.
  private func checkSplits(_ dataset: Dataset) throws(DatasetError) -> Dataset {
    guard let split = query.split, Split.allCases.contains(where: { $0 != split && !dataset[$0].isEmpty }) else {
      return dataset
    }
    throw .badSource(
      text: description, reason: "?split=\(split) is for data without splits, and these have some; use --split \(split)"
    )
  }
}
