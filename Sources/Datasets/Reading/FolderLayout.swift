import PromptLensFeatures
import PromptLensFiles
import Foundation

/// The meaning of the folders in a folder of images: splits or classes.
struct FolderLayout {
  /// A split's folder, or the folder itself where it has no splits.
  struct Part {
    let split: Split
    /// The folder, seen from the root; empty for the root itself.
    let folder: String
    /// The class folders in it.
    var classFolders: [String]
    /// Its images where they aren't sorted into class folders, seen from the root.
    var unsorted: [String] = []

    var isUnsorted: Bool { !unsorted.isEmpty }
  }

  let path: String
  private(set) var parts: [Part] = []
  private(set) var notes: [DatasetNote] = []
  /// The folders in the root that aren't left there by systems.
  private let folders: [String]
  /// A Boolean value that indicates whether the root's folders are splits.
  private var hasSplits: Bool { parts.contains { !$0.folder.isEmpty } }

  /// Names of folders of images, as Tiny ImageNet's `val/images`, that don't represent a class.
  private static let plainNames: Set<String> = ["images", "image", "imgs", "img", "jpegimages", "pictures", "photos"]
  private static let expected = "a folder with one folder of images for each class"

  /// Looks at the folders in a folder.
  ///
  /// - Throws: `FileError` when it is missing; ``DatasetError`` when two folders name one split, or it holds no folders.
  init(_ path: String, as split: Split) throws {
    self.path = path
    folders = try FolderListing.folders(in: path, expected: Self.expected)
    let all = try FolderListing.contents(of: path, expected: Self.expected).entries
    let named = folders.compactMap { folder in Split(written: folder).map { (split: $0, folder: folder) } }
    if try Set(named.map(\.split)).count > 1 || isLoneSplit(named.map(\.folder)) {
      for part in Split.allCases {
        let same = named.filter { $0.split == part }.map(\.folder)
        guard same.count < 2 else {
          throw DatasetError.badFolders(
            path: path, reason: "\(same.joined(separator: " and ")) both name the \(part) split; move one of them away")
        }
        guard let folder = same.first else { continue }
        parts.append(
          Part(
            split: part, folder: folder,
            classFolders: try FolderListing.folders(in: "\(path)/\(folder)", expected: Self.expected)))
      }
      try findUnsorted()
    } else {
      parts = [Part(split: split, folder: "", classFolders: folders)]
    }
    let used = Set(hasSplits ? parts.map(\.folder) : folders)
    let passedOver = all.filter { $0.isFolder && !used.contains($0.name) }.map(\.name)
    if !passedOver.isEmpty { notes.append(.passedOverFolders(passedOver)) }
    try noteImagesOutside()
  }

  /// Returns a Boolean value that indicates whether the only split's folder holds class folders, and no other folder
  /// holds images.
  private func isLoneSplit(_ named: [String]) throws -> Bool {
    guard named.count == 1, let only = named.first else { return false }
    let entries = try FolderListing.contents(of: "\(path)/\(only)", expected: Self.expected).entries
    guard entries.contains(where: \.isFolder), !entries.contains(where: { FolderListing.isImage($0.name) }) else {
      return false
    }
    return try folders.allSatisfy { try $0 == only || FolderListing.images(below: $0, in: path).isEmpty }
  }

  /// Marks splits whose images lie in them directly, or in one folder of images that is no class of the other splits.
  private mutating func findUnsorted() throws {
    for index in parts.indices {
      let part = parts[index]
      let others = parts.indices.filter { $0 != index }.flatMap { parts[$0].classFolders.map { ClassKey($0) } }
      let isOneFolder =
        part.classFolders.count == 1 && Set(others).count > 1
        && part.classFolders.allSatisfy { !others.contains(ClassKey($0)) && Self.plainNames.contains($0.lowercased()) }
      guard part.classFolders.isEmpty || isOneFolder else { continue }
      parts[index].unsorted = try FolderListing.images(below: part.folder, in: path)
    }
  }

  /// Notes images beside the class folders.
  private mutating func noteImagesOutside() throws {
    var outside: [String] = []
    for part in parts where !part.isUnsorted {
      let folder = part.folder.isEmpty ? path : "\(path)/\(part.folder)"
      outside += try FolderListing.contents(of: folder, expected: Self.expected).entries
        .filter { !$0.isFolder && FolderListing.isImage($0.name) }
        .map { part.folder.isEmpty ? $0.name : "\(part.folder)/\($0.name)" }
    }
    if let first = outside.first { notes.append(.imagesOutsideClasses(count: outside.count, example: first)) }
  }

  // MARK: - Refusals

  /// Returns the error of a folder without class folders, with the path that was probably meant.
  func noClasses(_ unsorted: [Part]) -> DatasetError {
    if let part = unsorted.first {
      return .badFolders(
        path: path,
        reason:
          "\(unsorted.map(\.folder).joined(separator: " and ")) holds \(part.unsorted.count) images that aren't sorted "
          + "into class folders; sort them, or list them in a table for csv:FILE")
    }
    let entries = (try? FolderListing.contents(of: path, expected: Self.expected).entries) ?? []
    return .noClasses(path: path, images: entries.count { FolderListing.isImage($0.name) }, meant: parent)
  }

  /// Refuses a data set of one class, and folders that hold data sets in place of classes.
  func check(_ folders: [ClassFolders.Folder], classCount: Int, _ listing: ClassFolders.Listing) throws {
    guard !hasSplits else {
      guard classCount > 1 else { throw DatasetError.oneClass(path: path, name: folders.first?.name ?? "", meant: nil) }
      return
    }
    let filled = folders.map(\.name).filter { listing.filledFolders.contains($0) }
    let holdsImages = try filled.contains { try !inner($0).images.isEmpty }
    if let only = filled.first, filled.count == 1, let meant = try firstFolderOfSeveral(in: only) {
      throw DatasetError.oneClass(path: path, name: only, meant: "\(path)/\(meant)")
    }
    guard classCount > 1 else {
      throw DatasetError.oneClass(path: path, name: folders.first?.name ?? "", meant: parent)
    }
    guard !holdsImages, let first = filled.first,
      try filled.allSatisfy({ try Set(inner($0).folders.compactMap { Split(written: $0) }).count > 1 })
    else { return }
    throw DatasetError.badFolders(
      path: path,
      reason:
        "\(NameList.line(filled)) hold splits of their own, so they are data sets and no classes; give one of them, "
        + "\(path)/\(first)")
  }

  /// Returns the first folder that holds several, from a class folder downward; nil where one on the way holds images, or
  /// none.
  private func firstFolderOfSeveral(in folder: String) throws -> String? {
    var folder = folder
    // Links may lead in a circle.
    for _ in 0..<8 {
      let (folders, images) = try inner(folder)
      guard images.isEmpty, let next = folders.first else { return nil }
      guard folders.count == 1 else { return folder }
      folder += "/\(next)"
    }
    return nil
  }

  /// Returns the folders and the images in a class folder.
  private func inner(_ folder: String) throws -> (folders: [String], images: [String]) {
    let entries = try FolderListing.contents(of: "\(path)/\(folder)", expected: Self.expected).entries
    return (
      entries.filter(\.isFolder).map(\.name), entries.map(\.name).filter { FolderListing.isImage($0) }
    )
  }

  /// Notes class folders that all hold the same folders and no images of their own.
  func nestedNotes(_ folders: [ClassFolders.Folder]) throws -> [DatasetNote] {
    guard !hasSplits, let first = folders.first, case let names = try inner(first.name).folders, names.count > 1,
      try folders.allSatisfy({ folder in
        let (folders, images) = try inner(folder.name)
        return folders == names && images.isEmpty
      })
    else { return [] }
    return [.nestedClasses(names: names)]
  }

  /// The folder above this one, if this and another folder in it hold images directly: the data set that was probably
  /// meant when a class's folder is given.
  private var parent: String? {
    func holdsImages(_ folder: String) -> Bool {
      let entries = try? FolderListing.contents(of: folder, expected: Self.expected).entries
      return entries?.contains { !$0.isFolder && FolderListing.isImage($0.name) } ?? false
    }
    let folder = URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent().relativePath
    guard holdsImages(path), let folders = try? FolderListing.folders(in: folder, expected: Self.expected),
      folders.count(where: { holdsImages("\(folder)/\($0)") }) > 1
    else { return nil }
    return folder
  }
}
