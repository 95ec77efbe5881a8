import PromptLensFeatures
import PromptLensTensors

/// The state of a data set on this machine: present files, missing files, and files with other contents than listed.
package struct DatasetCheck: Sendable {
  /// A file or folder of the layout.
  package struct Entry: Sendable, Equatable {
    /// The expected path.
    package let path: String
    /// A Boolean value that indicates whether it exists.
    package let isPresent: Bool
  }

  /// The counts of present and missing images of a split.
  package struct SplitCount: Sendable, Equatable {
    /// The split.
    package let split: Split
    /// The number of listed images.
    package let listed: Int
    /// The number of listed images whose files are missing.
    package let missing: Int
    /// The first of the missing images.
    package let firstMissing: String?
    /// The number of images compared with the list's hashes.
    package let compared: Int
    /// The files with other contents.
    package let changed: [String]
    /// The reference's number of images, if certain.
    package let expected: Int?
  }

  /// The published data set; nil for the user's own list.
  package let known: KnownDataset?
  /// The checked folder.
  package let home: String
  /// The files and folders of the layout.
  package let entries: [Entry]
  /// The splits, if the lists can be read.
  package let splits: [SplitCount]
  /// The number of classes.
  package let classCount: Int?
  /// The reason why the lists can't be read.
  package let problem: String?
  /// The notes made when the lists were read.
  package private(set) var notes: [DatasetNote] = []
  /// The findings of decoding the images; nil when they were only looked for.
  package var images: ImageCheck?

  /// Checks a published data set at a root, without opening images.
  package init(_ known: KnownDataset, root: String) {
    self.known = known
    let home = known.home(in: root)
    self.home = home
    entries = known.layoutPaths(in: home).map { entry in
      let path = entry.path.isEmpty ? home : "\(home)/\(entry.path)"
      return Entry(path: path, isPresent: FolderListing.exists(path))
    }
    do {
      let dataset = try known.read(root)
      let counts: [SplitCount] = try Split.allCases.compactMap { split in
        let expected = known.sizes[split]
        guard !dataset[split].isEmpty || expected != nil else { return nil }
        return try SplitCount(split, of: dataset, expected: expected, comparing: false)
      }
      classCount = dataset.classNames.count
      problem = nil
      splits = counts
      notes = dataset.notes
    } catch DatasetError.incomplete(_, let missing, _) {
      classCount = nil
      splits = []
      problem = "\(missing) is missing"
    } catch {
      classCount = nil
      splits = []
      problem = "\(error)"
    }
  }

  /// Checks the images of a list.
  ///
  /// - Parameters:
  ///   - dataset: the list.
  ///   - comparesHashes: whether images are read and compared with the content hashes that the list gives, where it
  ///     does.
  ///   - finished: called after each image that was compared; on any thread.
  /// - Throws: `FileError` for an image that is there and cannot be read.
  package init(
    listed dataset: Dataset, comparesHashes: Bool, finished: @escaping @Sendable () -> Void = {}
  ) throws {
    known = nil
    home = dataset.root
    notes = dataset.notes
    entries = []
    classCount = dataset.classNames.count
    problem = nil
    splits = try Split.allCases.compactMap { split in
      dataset[split].isEmpty
        ? nil : try SplitCount(split, of: dataset, expected: nil, comparing: comparesHashes, finished: finished)
    }
  }

  /// A Boolean value that indicates whether images or lists are missing, or counts differ from the reference's.
  package var lacksSomething: Bool {
    problem != nil || !entries.allSatisfy(\.isPresent) || (known.map { $0.classCount != classCount } ?? false)
      || !splits.allSatisfy { $0.missing == 0 && $0.expected ?? $0.listed == $0.listed }
  }

  /// A Boolean value that indicates whether everything is present as listed: all files and folders, all images, as many
  /// classes and images as the reference counts.
  package var isAsListed: Bool { !lacksSomething && splits.allSatisfy(\.changed.isEmpty) }

  /// A Boolean value that indicates whether everything is present as listed and every image could be decoded; nil when
  /// images were only looked for.
  package var isComplete: Bool? { images.map { isAsListed && $0.unreadable.isEmpty } }
}

extension DatasetCheck.SplitCount {
  fileprivate init(
    _ split: Split, of dataset: Dataset, expected: Int?, comparing: Bool,
    finished: @escaping @Sendable () -> Void = {}
  ) throws {
    let items = dataset[split]
    self.split = split
    self.expected = expected
    listed = items.count
    let isThere = items.map { ImageFile.exists(dataset.file(of: $0)) }
    missing = isThere.count { !$0 }
    firstMissing = isThere.firstIndex(of: false).map { dataset.file(of: items[$0]) }
    let hashed = items.indices.filter { comparing && isThere[$0] && items[$0].contentHash != nil }
    compared = hashed.count
    let isChanged = try Parallel.map(hashed.count) { index in
      defer { finished() }
      let item = items[hashed[index]]
      return try ImageFile.fingerprint(of: dataset.file(of: item)) != item.contentHash
    }
    changed = zip(hashed, isChanged).filter(\.1).map { dataset.file(of: items[$0.0]) }
  }
}
