import Foundation
import PromptLensFiles

/// The sorting of image files into a folder for each class. Nothing is ever replaced.
package struct ImagePlacement: Sendable, Equatable {
  /// The way in which a file enters its class folder.
  package enum Manner: Sendable {
    /// The file goes into the folder.
    case move
    /// A symbolic link to the file is made in the folder.
    case link
  }

  /// The folder of the class folders.
  package let folder: String
  /// The way in which files enter their class folders.
  package let manner: Manner

  /// Creates a placement.
  package init(folder: String, manner: Manner) {
    self.folder = folder
    self.manner = manner
  }

  /// Puts a file, or a link to it, into the folder of a class.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - name: the class.
  /// - Returns: the new path; with a number before its ending where another file has the name.
  /// - Throws: `FileError` when it cannot be written.
  package func place(_ path: String, in name: String) throws -> String {
    let target = "\(folder)/\(Self.folderName(of: name))"
    try AtomicOutput.makeFolder(at: target)
    let file = URL(fileURLWithPath: path)
    let (stem, ending) = (file.deletingPathExtension().lastPathComponent, file.pathExtension)
    let whole = file.standardizedFileURL.path
    var number = 1
    while true {
      let suffix = number == 1 ? "" : "-\(number)"
      let place = "\(target)/\(stem)\(suffix)\(ending.isEmpty ? "" : ".\(ending)")"
      let problem = manner == .link ? Self.link(whole, at: place) : Self.move(path, to: place)
      if problem == 0 { return place }
      guard problem == EEXIST else { throw FileError.writing(place, code: problem) }
      // A link to the same file is there from an earlier time.
      if manner == .link, (try? FileManager.default.destinationOfSymbolicLink(atPath: place)) == whole { return place }
      number += 1
    }
  }

  /// Returns a class's name as that of a folder.
  static func folderName(of name: String) -> String {
    let kept = String(name.map { $0 == "/" || $0 == "\0" ? "-" : $0 })
    return kept.isEmpty || kept.hasPrefix(".") ? "_\(kept)" : kept
  }

  private static func link(_ path: String, at place: String) -> Int32 {
    symlink(path, place) == 0 ? 0 : errno
  }

  /// Moves a file without replacing another; returns 0 or the value of `errno`.
  private static func move(_ path: String, to place: String) -> Int32 {
    // A second name, and then without the first, since a plain rename would replace a file.
    if Foundation.link(path, place) == 0 { return unlink(path) == 0 ? 0 : errno }
    guard [EXDEV, EPERM, EMLINK, ENOTSUP, ENOSYS].contains(errno) else { return errno }
    var status = stat()
    guard lstat(place, &status) != 0 else { return EEXIST }
    do {
      try FileManager.default.moveItem(atPath: path, toPath: place)
      return 0
    } catch {
      return EIO
    }
  }
}
