import Foundation

/// The writing of files and folders under a temporary name beside their final one; complete ones are renamed.
///
/// After any error, the final name holds its previous content, and nothing else is left behind, by Ctrl-C either
/// where ``UnfinishedOutput`` watches; only a process that is killed outright leaves its temporary name,
/// `.NAME.XXXXXXXX.partial`, which anybody may remove.
package enum AtomicOutput {
  /// Writes a file.
  ///
  /// - Parameters:
  ///   - path: the final name; an existing file is replaced.
  ///   - write: writes the whole file under the name that it is given.
  /// - Returns: the value that `write` returns.
  /// - Throws: ``FileError`` when it cannot be moved to its final name, and the errors of `write`.
  package static func file<Result>(at path: String, write: (String) throws -> Result) throws -> Result {
    let temporary = try sibling(of: path)
    UnfinishedOutput.begin(temporary)
    do {
      let result = try write(temporary)
      try UnfinishedOutput.end(temporary) {
        guard rename(temporary, path) == 0 else { throw unwritable(path) }
      }
      return result
    } catch {
      UnfinishedOutput.end(temporary) { _ = unlink(temporary) }
      throw named(error, path)
    }
  }

  /// Writes a text file in UTF-8. All text files are written by this function.
  ///
  /// - Throws: ``FileError`` when it cannot be written or moved to its final name.
  package static func text(_ text: String, to path: String) throws {
    try file(at: path) { try Data(text.utf8).write(to: URL(fileURLWithPath: $0)) }
  }

  /// Writes a folder.
  ///
  /// - Parameters:
  ///   - path: the final name; an existing folder is replaced only when it is empty or `replace` is true.
  ///   - replace: whether a folder that is not empty may be replaced.
  ///   - fill: writes the contents into the new folder that it is given.
  /// - Returns: the value that `fill` returns.
  /// - Throws: ``FileError`` when it cannot be moved to its final name, and the errors of `fill`.
  package static func folder<Result>(
    at path: String, replacing replace: Bool, fill: (String) throws -> Result
  ) throws -> Result {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    let contents = try? FileManager.default.contentsOfDirectory(atPath: path)
    if let contents, !contents.isEmpty, !replace {
      throw FileError.unwritable(path: path, reason: "the folder exists and is not empty; choose another name")
    }
    var status = stat()
    if contents == nil, lstat(path, &status) == 0 {
      throw FileError.unwritable(path: path, reason: "something that isn't a readable folder stands there")
    }
    let temporary = try sibling(of: path)
    try UnfinishedOutput.begin(temporary) {
      guard mkdir(temporary, 0o777) == 0 else { throw unwritable(path) }
    }
    do {
      let result = try fill(temporary)
      try UnfinishedOutput.end(temporary) { try place(temporary, at: path, replacing: contents?.isEmpty == false) }
      return result
    } catch {
      UnfinishedOutput.end(temporary) { try? FileManager.default.removeItem(atPath: temporary) }
      throw named(error, path)
    }
  }

  /// Gives a complete folder its final name.
  ///
  /// Renaming onto an empty folder replaces it; a full one is first moved aside, and moved back if that was in vain.
  private static func place(_ temporary: String, at path: String, replacing isFull: Bool) throws {
    guard isFull else {
      guard rename(temporary, path) == 0 else { throw unwritable(path) }
      return
    }
    let old = try sibling(of: path)
    guard rename(path, old) == 0 else { throw unwritable(path) }
    guard rename(temporary, path) == 0 else {
      let error = unwritable(path)
      rename(old, path)
      throw error
    }
    try? FileManager.default.removeItem(atPath: old)
  }

  /// Makes a folder, and those above it, unless it is there.
  ///
  /// - Throws: ``FileError`` when it cannot be made.
  package static func makeFolder(at path: String) throws(FileError) {
    do {
      try UnfinishedOutput.unlessInterrupted {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      }
    } catch {
      let underlying = (error as? CocoaError)?.userInfo[NSUnderlyingErrorKey] as? NSError
      let reason = underlying.map { String(cString: strerror(Int32($0.code))) } ?? "the folder cannot be made"
      throw .unwritable(path: path, reason: reason)
    }
  }

  /// Returns a new, hidden name in the same folder that states its owner.
  private static func sibling(of path: String) throws -> String {
    let url = URL(fileURLWithPath: path)
    let folder = url.deletingLastPathComponent().path
    var status = stat()
    if stat(folder, &status) != 0, errno == ENOENT {
      do {
        try makeFolder(at: folder)
      } catch {
        throw FileError.unwritable(path: path, reason: "there is no folder \(folder), and it cannot be made")
      }
    }
    guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw FileError.unwritable(path: path, reason: "\(folder) is no folder")
    }
    return "\(folder)/.\(url.lastPathComponent).\(UUID().uuidString.prefix(8)).partial"
  }

  private static func unwritable(_ path: String) -> FileError {
    .unwritable(path: path, reason: String(cString: strerror(errno)))
  }

  /// Returns an error that names the path that the user asked for, since Foundation's errors name the temporary file.
  private static func named(_ error: any Error, _ path: String) -> any Error {
    guard let error = error as? CocoaError else { return error }
    let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError
    let reason = underlying.map { String(cString: strerror(Int32($0.code))) } ?? "the system refused it"
    return FileError.unwritable(path: path, reason: reason)
  }
}
