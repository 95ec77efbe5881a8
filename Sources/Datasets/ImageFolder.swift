import Files
import Foundation

/// A folder that holds one folder of images for each class.
public enum ImageFolder {
  /// Files with these endings are taken for images, whatever they turn out to be.
  static let imageExtensions: Set<String> = [
    "jpg", "jpeg", "jpe", "png", "webp", "gif", "bmp", "tif", "tiff", "ppm", "pgm", "avif", "heic",
  ]

  /// Lists the images below a folder's class folders, in the order of their paths' bytes; names that begin with a dot are
  /// left out, links are followed.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - classes: what the classes are called; by default as their folders, with underscores read as spaces.
  /// - Returns: the images, class folder by class folder.
  /// - Throws: `FileError` when the folder is missing; ``DatasetError`` when there are no classes or no images, or the class
  ///   list does not fit.
  public static func read(_ path: String, classes: ClassList? = nil) throws -> LabelledImages {
    let folders = try visibleNames(in: path, expected: "a folder with one folder of images for each class")
      .filter { isFolder("\(path)/\($0)") }
    guard !folders.isEmpty else { throw DatasetError.noClasses(path: path) }
    let (classNames, labels) = try (classes ?? ClassList(folders: folders)).labels(of: folders)
    var items: [LabelledImages.Item] = []
    for (folder, label) in zip(folders, labels) {
      items += try images(below: "\(path)/\(folder)").map { LabelledImages.Item(path: $0, label: label) }
    }
    guard !items.isEmpty else { throw DatasetError.noImages(path: path) }
    return LabelledImages(classNames: classNames, items: items)
  }

  /// A folder inside a folder inside a folder …: deeper than anybody's pictures.
  private static let deepest = 16

  private static func images(below folder: String, depth: Int = 1) throws -> [String] {
    try visibleNames(in: folder, expected: "a folder of images").flatMap { name -> [String] in
      let path = "\(folder)/\(name)"
      if isFolder(path) { return depth < deepest ? try images(below: path, depth: depth + 1) : [] }
      let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
      return name.contains(".") && imageExtensions.contains(ending) ? [path] : []
    }
  }

  private static func visibleNames(in folder: String, expected: String) throws -> [String] {
    guard FileManager.default.fileExists(atPath: folder) else {
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

  private static func isFolder(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
  }
}
