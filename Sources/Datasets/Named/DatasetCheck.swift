/// What of a data set is at a root, and what is missing.
public struct DatasetCheck: Sendable {
  /// A file or folder of the layout.
  public struct Part: Sendable, Equatable {
    /// Where it should be.
    public let path: String
    /// Whether it is there.
    public let isPresent: Bool
  }

  /// A split and how much of it is there.
  public struct SplitCount: Sendable, Equatable {
    /// The split.
    public let split: Split
    /// Images that the lists name.
    public let listed: Int
    /// Images of those whose files are missing.
    public let missing: Int
    /// The first of those.
    public let firstMissing: String?
    /// Images that the reference counts, where it is certain.
    public let expected: Int?
  }

  /// The data set.
  public let known: KnownDataset
  /// The folder that was looked at.
  public let home: String
  /// The files and folders of the layout.
  public let parts: [Part]
  /// The splits, where the lists can be read.
  public let splits: [SplitCount]
  /// The classes that were found.
  public let classCount: Int?
  /// Why the lists cannot be read.
  public let problem: String?

  /// Looks at a root; images are looked for, not opened.
  public init(_ known: KnownDataset, root: String) {
    self.known = known
    let home = known.home(in: root)
    self.home = home
    parts = known.parts(in: home).map { part in
      let path = part.path.isEmpty ? home : "\(home)/\(part.path)"
      return Part(path: path, isPresent: FolderListing.exists(path))
    }
    do {
      let dataset = try known.read(root)
      classCount = dataset.classNames.count
      problem = nil
      splits = Split.allCases.compactMap { split in
        let items = dataset[split]
        guard !items.isEmpty || known.sizes[split] != nil else { return nil }
        let missing = items.filter { !FolderListing.exists(dataset.file(of: $0)) }
        return SplitCount(
          split: split, listed: items.count, missing: missing.count,
          firstMissing: missing.first.map { dataset.file(of: $0) }, expected: known.sizes[split])
      }
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

  /// Whether everything is there: all parts, all images, as many classes and images as the reference counts.
  public var isComplete: Bool {
    problem == nil && parts.allSatisfy(\.isPresent) && classCount == known.classCount
      && splits.allSatisfy { $0.missing == 0 && $0.expected ?? $0.listed == $0.listed }
  }
}
