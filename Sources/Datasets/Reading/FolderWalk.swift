import Foundation

/// A walk through folders that follows links and lists each real folder and file once.
struct FolderWalk {
  /// An image that was found.
  struct Image: Equatable {
    /// The path, seen from the root.
    let path: String
    /// A Boolean value that indicates whether it is a symbolic link.
    let isLink: Bool
  }

  /// A file's or folder's place on its disk, whatever its names.
  private struct Identity: Hashable {
    let device: UInt64
    let number: UInt64

    init?(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      (device, number) = (UInt64(status.st_dev), UInt64(status.st_ino))
    }
  }

  /// The depth of nested folders that is followed: deeper than real data sets nest them.
  private static let deepest = 64

  private let root: String
  private var folders: [Identity: String] = [:]
  private var endings: [String: (count: Int, example: String)] = [:]
  private var repeated: (count: Int, example: String) = (0, "")
  private var deep: (count: Int, example: String) = (0, "")
  private var undecodable: (count: Int, example: String) = (0, "")

  /// Creates a walk that begins in a folder, which isn't listed again.
  init(root: String) {
    self.root = root
    if let identity = Identity(root) { folders[identity] = "" }
  }

  /// Notes a folder that is listed on its own, so that links to it aren't followed.
  ///
  /// - Returns: the path under which the same folder was noted before; nil for a new one.
  mutating func begin(_ folder: String) -> String? {
    guard let identity = Identity("\(root)/\(folder)") else { return nil }
    if let known = folders[identity] { return known }
    folders[identity] = folder
    return nil
  }

  /// Returns all images below a folder, seen from the root.
  ///
  /// - Throws: `FileError` for a folder that can't be listed.
  mutating func images(below folder: String, depth: Int = 1) throws -> [Image] {
    let names = try FolderListing.contents(
      of: folder.isEmpty ? root : "\(root)/\(folder)", expected: "a folder of images")
    for name in names.undecodable { Self.count(&undecodable, "\(folder)/\(name.name)") }
    var images: [Image] = []
    for entry in names.entries {
      let path = folder.isEmpty ? entry.name : "\(folder)/\(entry.name)"
      guard entry.isFolder else {
        if FolderListing.isImage(entry.name) {
          images.append(Image(path: path, isLink: entry.isLink))
        } else if !FolderListing.isSystemFile(entry.name) {
          Self.count(&endings[Self.ending(of: entry.name), default: (0, "")], path)
        }
        continue
      }
      guard !FolderListing.isSystemFolder(entry.name) else { continue }
      if begin(path) != nil {
        Self.count(&repeated, path)
      } else if depth == Self.deepest {
        Self.count(&deep, path)
      } else {
        images += try self.images(below: path, depth: depth + 1)
      }
    }
    return images
  }

  /// Returns the paths of images without links to files that are among them.
  mutating func distinct(_ images: [Image]) -> [String] {
    guard images.contains(where: \.isLink) else { return images.map(\.path) }
    var known = Set(images.filter { !$0.isLink }.compactMap { Identity("\(root)/\($0.path)") })
    var kept: [String] = []
    for image in images {
      // A link that leads nowhere is listed: reading it is an error that names it.
      if image.isLink, let identity = Identity("\(root)/\(image.path)"), !known.insert(identity).inserted {
        Self.count(&repeated, image.path)
      } else {
        kept.append(image.path)
      }
    }
    return kept
  }

  /// Returns the ending of a name with its dot; empty for a name without one.
  static func ending(of name: String) -> String {
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
    return String(name[dot...])
  }

  /// Notes on the files and folders that were passed over.
  var notes: [DatasetNote] {
    var notes: [DatasetNote] = []
    if !endings.isEmpty {
      let found = endings.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
      notes.append(
        .passedOverFiles(found.map { .init(text: $0.key, count: $0.value.count, example: $0.value.example) }))
    }
    if repeated.count > 0 { notes.append(.repeatedLinks(count: repeated.count, example: repeated.example)) }
    if deep.count > 0 { notes.append(.deepFolders(count: deep.count, example: deep.example)) }
    if undecodable.count > 0 { notes.append(.undecodableNames(count: undecodable.count, example: undecodable.example)) }
    return notes
  }

  private static func count(_ tally: inout (count: Int, example: String), _ example: String) {
    if tally.count == 0 { tally.example = example }
    tally.count += 1
  }
}
