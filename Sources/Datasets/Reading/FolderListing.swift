import PromptLensFiles
import Foundation
import PromptLensImages

/// The contents of a folder: names in the order of their bytes, without those that begin with a dot; links are
/// followed.
enum FolderListing {
  /// Files with these endings are taken for images without opening them.
  private static let imageExtensions = ImageFormat.allEndings
  /// The depth of nested folders that counts as an error: deeper than real data sets nest them.
  private static let deepest = 16

  /// Returns the names in a folder.
  ///
  /// - Throws: `FileError` when it is missing or isn't a folder.
  static func names(in folder: String, expected: String) throws -> [String] {
    guard exists(folder) else {
      throw FileError.missing(path: folder, expected: expected)
    }
    guard isFolder(folder) else {
      throw FileError.unreadable(path: folder, reason: "it is a file; expected \(expected)")
    }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch {
      throw FileError.unreadable(path: folder, reason: "its names cannot be listed")
    }
  }

  /// Returns the names of the folders in a folder.
  static func folders(in folder: String, expected: String) throws -> [String] {
    try names(in: folder, expected: expected).filter { isFolder("\(folder)/\($0)") }
  }

  /// Returns the paths of all images below a folder, seen from `root`, which it lies in.
  static func images(below folder: String, in root: String, depth: Int = 1) throws -> [String] {
    try names(in: "\(root)/\(folder)", expected: "a folder of images").flatMap { name -> [String] in
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      if isFolder("\(root)/\(path)") {
        return depth < deepest ? try images(below: path, in: root, depth: depth + 1) : []
      }
      return isImage(name) ? [path] : []
    }
  }

  static func isImage(_ name: String) -> Bool {
    let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
    return name.contains(".") && imageExtensions.contains(ending)
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0
  }
}
