import PromptLensFeatures
import PromptLensFiles

/// A folder that holds one folder of images for each class, or one folder of such for each split.
package enum ImageFolder {
  /// Lists the images below a folder's class folders, in the order of their paths' bytes; names that begin with a dot
  /// are left out, links are followed.
  ///
  /// Where all folders are called `train`, `val` (or `valid`, `validation`) and `test`, and there are at least two,
  /// they are splits that hold the class folders; otherwise all images count as one split.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - classes: the classes' names; by default those of their folders, with underscores read as spaces.
  ///   - split: the split of images in a folder without splits.
  /// - Returns: the data set, its images class folder by class folder.
  /// - Throws: `FileError` when the folder is missing; ``DatasetError`` when there aren't any classes or images, or
  ///   the class list does not fit.
  package static func read(_ path: String, classes: ClassList? = nil, as split: Split = .test) throws -> Dataset {
    let expected = "a folder with one folder of images for each class"
    let folders = try FolderListing.folders(in: path, expected: expected)
    guard !folders.isEmpty else { throw DatasetError.noClasses(path: path) }
    let splits = folders.compactMap { Split(written: $0) }
    let hasSplits = folders.count > 1 && splits.count == folders.count && Set(splits).count == splits.count
    let parts = hasSplits ? Array(zip(splits, folders)) : [(split, "")]

    let classFolders = try hasSplits ? folderUnion(of: folders, in: path) : folders
    guard !classFolders.isEmpty else { throw DatasetError.noClasses(path: path) }
    let (classNames, labels) = try (classes ?? ClassList(folders: classFolders)).labels(of: classFolders)
    var lists: [Split: [Dataset.Item]] = [:]
    for (split, part) in parts {
      lists[split] = try zip(classFolders, labels).flatMap { folder, label -> [Dataset.Item] in
        let subfolder = part.isEmpty ? folder : "\(part)/\(folder)"
        guard FolderListing.isFolder("\(path)/\(subfolder)") else { return [] }
        return try FolderListing.images(below: subfolder, in: path).map { Dataset.Item(path: $0, label: label) }
      }
    }
    guard lists.values.contains(where: { !$0.isEmpty }) else { throw DatasetError.noImages(path: path) }
    // Labels are the folders' indices where no class list orders them otherwise.
    let areIdentifiers = classFolders.allSatisfy(WordNetFolders.isIdentifier) && labels == Array(classFolders.indices)
    return Dataset(
      name: "folder:\(path)", root: path, classNames: classNames, classIdentifiers: areIdentifiers ? classFolders : nil,
      splits: lists)
  }

  /// Returns the class folders that any of the splits has, so that labels agree between them.
  private static func folderUnion(of splits: [String], in path: String) throws -> [String] {
    let all = try splits.flatMap {
      try FolderListing.folders(in: "\(path)/\($0)", expected: "one folder of images for each class")
    }
    return Set(all.map { Array($0.utf8) }).sorted { $0.lexicographicallyPrecedes($1) }
      .map { String(decoding: $0, as: UTF8.self) }
  }
}
