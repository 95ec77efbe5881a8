import PromptLensFeatures
import PromptLensFiles

/// A folder that holds one folder of images for each class, or one folder of such for each split.
package enum ImageFolder {
  /// Lists the images below a folder's class folders, in the order of their paths' bytes; names that begin with a dot
  /// are left out, links are followed, and each real folder and file is listed once.
  ///
  /// Where at least two folders are called `train`, `val` (or `valid`, `validation`) and `test`, they are splits that
  /// hold the class folders, whatever lies beside them; so is one alone that holds class folders. Otherwise all images
  /// count as one split. Class folders of several splits are one class when their names differ in case, blanks,
  /// underscores or Unicode form alone.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - classes: the classes' names; by default those of their folders, with underscores read as spaces.
  ///   - split: the split of images in a folder without splits.
  ///   - labels: the classes of images in a split that isn't sorted into class folders.
  /// - Returns: the data set, its images class folder by class folder.
  /// - Throws: `FileError` when the folder is missing; ``DatasetError`` when there aren't any classes or images, only
  ///   one class, or the class list does not fit.
  package static func read(
    _ path: String, classes: ClassList? = nil, as split: Split = .test, labels: ImageLabels? = nil
  ) throws -> Dataset {
    let layout = try FolderLayout(path, as: split)
    var parts = layout.parts
    let unsorted = parts.filter(\.isUnsorted)
    parts.removeAll(where: \.isUnsorted)
    var notes = layout.notes
    let (folders, joined) = try ClassFolders.joined(parts, in: path)
    guard !folders.isEmpty else { throw layout.noClasses(unsorted) }
    if !joined.isEmpty { notes.append(.joinedNames(joined)) }

    let match: ClassList.Match
    if let classes {
      match = try classes.match(folders.map(\.name))
    } else {
      match = try ClassFolders.names(folders, in: path)
    }
    notes += match.notes
    var listing = ClassFolders.Listing(root: path)
    for part in parts { try listing.list(part, folders, labels: match.labels) }
    var reasons: [Split: String] = [:]
    for part in unsorted {
      guard let labels else {
        notes.append(.unsortedSplit(part.folder, count: part.unsorted.count))
        reasons[part.split] = WordNetFolders.unsortedReason(part.folder, count: part.unsorted.count)
        continue
      }
      let found = try labels.labels(of: part.unsorted, among: folders.map(\.name))
      listing.lists[part.split] = zip(part.unsorted, found.labels).map { image, folder in
        Dataset.Item(path: image, label: match.labels[folder])
      }
      notes += found.notes
    }
    if let labels, unsorted.isEmpty { throw DatasetError.unneededLabels(path: labels.path, folder: path) }
    guard listing.lists.values.contains(where: { !$0.isEmpty }) else { throw DatasetError.noImages(path: path) }
    try layout.check(folders, classCount: match.names.count, listing)
    notes += try listing.notes + layout.nestedNotes(folders)
    // Labels are the folders' indices where no class list orders them otherwise.
    let names = folders.map(\.name)
    let areIdentifiers = names.allSatisfy(WordNetFolders.isIdentifier) && match.labels == Array(names.indices)
    return Dataset(
      name: "folder:\(path)", root: path, classNames: match.names, classIdentifiers: areIdentifiers ? names : nil,
      splits: listing.lists, notes: notes, reasons: reasons)
  }
}
