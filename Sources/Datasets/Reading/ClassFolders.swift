import PromptLensFeatures

/// The class folders of one or several splits.
enum ClassFolders {
  /// A class's folder under its spelling in each split.
  struct Folder {
    /// The spelling of the first split that has it.
    let name: String
    /// The spelling in each split's folder.
    var spellings: [String: String]
  }

  /// Returns the classes that any of the splits has, so that labels agree between them, in the order of their bytes.
  ///
  /// - Parameters:
  ///   - parts: the splits with their class folders.
  ///   - path: the folder, for errors.
  /// - Returns: the classes, and the spellings of those that have several.
  /// - Throws: ``DatasetError/badFolders(path:reason:)`` when two folders of one split name the same class.
  static func joined(
    _ parts: [FolderLayout.Part], in path: String
  ) throws(DatasetError) -> (folders: [Folder], joined: [[String]]) {
    var folders: [ClassKey: Folder] = [:]
    for part in parts {
      var own: [ClassKey: String] = [:]
      for name in part.classFolders {
        let key = ClassKey(name)
        guard !promptName(name).isEmpty else {
          throw .badFolders(
            path: path, reason: "the folder \"\(name)\" has no name that a prompt could use; give it one")
        }
        if let other = own.updateValue(name, forKey: key) {
          throw .badFolders(
            path: path,
            reason:
              "the folders \"\(other)\" and \"\(name)\" name the same class; put their images into one, or rename one")
        }
        folders[key, default: Folder(name: name, spellings: [:])].spellings[part.folder] = name
      }
    }
    let sorted = folders.values.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    let joined = sorted.compactMap { folder -> [String]? in
      var spellings: [String] = []
      for part in parts {
        guard let name = folder.spellings[part.folder],
          !spellings.contains(where: { $0.utf8.elementsEqual(name.utf8) })
        else { continue }
        spellings.append(name)
      }
      return spellings.count > 1 ? spellings : nil
    }
    return (sorted, joined)
  }

  /// Returns the classes that are called as their folders.
  static func names(_ folders: [Folder], in path: String) throws(DatasetError) -> ClassList.Match {
    let names = folders.map { promptName($0.name) }
    let areNumbers = names.allSatisfy { Int($0) != nil }
    return ClassList.Match(
      names: names, labels: Array(folders.indices), notes: areNumbers ? [.numberedClasses(count: names.count)] : [])
  }

  /// The images of class folders, split by split.
  struct Listing {
    private let root: String
    var lists: [Split: [Dataset.Item]] = [:]
    private(set) var notes: [DatasetNote] = []
    /// The folders with an image in any split.
    private(set) var filledFolders: Set<String> = []

    init(root: String) { self.root = root }

    /// Lists the images of a split.
    ///
    /// - Throws: `FileError` for a folder that can't be listed; ``DatasetError/badFolders(path:reason:)`` when two class
    ///   folders are the same.
    mutating func list(_ part: FolderLayout.Part, _ folders: [Folder], labels: [Int]) throws {
      var walk = FolderWalk(root: root)
      if !part.folder.isEmpty { _ = walk.begin(part.folder) }
      let present = folders.enumerated().compactMap { index, folder in
        folder.spellings[part.folder].map { name in
          (name: folder.name, path: part.folder.isEmpty ? name : "\(part.folder)/\(name)", label: labels[index])
        }
      }
      for folder in present {
        guard let other = walk.begin(folder.path) else { continue }
        throw DatasetError.badFolders(
          path: root,
          reason:
            "\(folder.path) is a link to \(other.isEmpty ? "this folder" : other); remove it, or its images would count twice"
        )
      }
      let images = try present.map { try walk.images(below: $0.path) }
      let kept = Set(walk.distinct(images.flatMap { $0 }).map { Array($0.utf8) })
      var empty: [String] = []
      for (folder, images) in zip(present, images) {
        let items = images.filter { kept.contains(Array($0.path.utf8)) }
          .map { Dataset.Item(path: $0.path, label: folder.label) }
        if items.isEmpty { empty.append(folder.name) } else { filledFolders.insert(folder.name) }
        lists[part.split, default: []] += items
      }
      if !empty.isEmpty { notes.append(.emptyClasses(part: part.folder, names: empty)) }
      notes += walk.notes
    }
  }
}
