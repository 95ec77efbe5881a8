import Foundation
import PromptLensCFiles

/// A writer of files and folders that uses a temporary name next to the final one, and renames them when complete.
///
/// After any error, the final name holds its previous content, and nothing else is left behind, by Ctrl-C either
/// where ``UnfinishedOutput`` watches. A process that is killed outright leaves its temporary name, which the next
/// process to write into the folder removes (``PartialOutput``).
package enum AtomicOutput {
  /// Writes a file.
  ///
  /// Symbolic links are followed, and devices and pipes written to, as by a shell's redirection.
  ///
  /// - Parameters:
  ///   - path: the final name; an existing file is replaced.
  ///   - isDurable: whether an existing file goes only when its successor is on the disk. What the same command makes
  ///     again after a power failure needn't wait for that.
  ///   - write: writes the whole file under the name that it is given, where an empty file stands.
  /// - Returns: the value that `write` returns.
  /// - Throws: ``FileError`` when it cannot be moved to its final name, and the errors of `write`.
  package static func file<Result>(
    at path: String, isDurable: Bool = true, write: (String) throws -> Result
  ) throws -> Result {
    guard case .path(let final) = try OutputDestination(path) else { return try stream(to: path, write: write) }
    let partial = try PartialOutput(for: final, isFolder: false)
    do {
      let result = try write(partial.path)
      let isReplaced = isDurable && access(final, F_OK) == 0
      if isReplaced { partial.synchronize() }
      try UnfinishedOutput.end(partial.path) {
        let problem = OutputCheck.move(partial.path, to: final)
        guard problem != EEXIST else { throw FileError.exists(path: path) }
        guard problem == 0 else { throw FileError.writing(path, code: problem) }
      }
      if isReplaced { PartialOutput.synchronize(folder(above: final)) }
      return result
    } catch {
      UnfinishedOutput.end(partial.path) { _ = unlink(partial.path) }
      throw named(error, path)
    }
  }

  /// Writes a file into a device or a pipe, by way of a temporary file, in which a writer may go back and forth.
  private static func stream<Result>(to path: String, write: (String) throws -> Result) throws -> Result {
    let partial: PartialOutput
    do {
      partial = try PartialOutput(for: "\(NSTemporaryDirectory())/promptlens-output", isFolder: false)
    } catch { throw named(error, path) }
    defer { UnfinishedOutput.end(partial.path) { _ = unlink(partial.path) } }
    do {
      let result = try write(partial.path)
      let file = try MappedFile(path: partial.path)
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      try OutputFile.use(descriptor, path) { try $0.write(file.bytes) }
      return result
    } catch { throw named(error, path) }
  }

  /// Writes a text file in UTF-8. All text files are written with this function.
  ///
  /// - Throws: ``FileError`` when it cannot be written or moved to its final name.
  package static func text(_ text: String, to path: String) throws {
    try file(at: path) { temporary in
      try OutputFile.create(temporary, named: path) { try $0.write(Array(text.utf8)) }
    }
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
    guard case .path(let final) = try OutputDestination(path) else {
      throw FileError.unwritable(path: path, reason: "it is a device or a pipe, and a folder is to be written")
    }
    let contents = try? FileManager.default.contentsOfDirectory(atPath: final)
    if let contents, !contents.isEmpty, !replace {
      throw FileError.unwritable(path: path, reason: "the folder exists and is not empty; choose another name")
    }
    var status = stat()
    if contents == nil, lstat(final, &status) == 0 {
      throw FileError.unwritable(path: path, reason: "something that isn't a readable folder stands there")
    }
    try makeFolder(at: folder(above: final), for: path)
    let partial = try PartialOutput(for: final, isFolder: true)
    do {
      let result = try fill(partial.path)
      let isReplaced = contents?.isEmpty == false
      if isReplaced { partial.synchronize() }
      try UnfinishedOutput.end(partial.path) {
        // Exchanged in one step, there is a whole folder under the name at every moment. Onto an empty folder, or
        // nothing, a plain rename does the same.
        let isDone =
          isReplaced ? cfiles_exchange(partial.path, final) == 0 : rename(partial.path, final) == 0
        guard isDone else { throw FileError.writing(path, code: errno) }
      }
      if isReplaced {
        PartialOutput.synchronize(folder(above: final))
        try? FileManager.default.removeItem(atPath: partial.path)
      }
      return result
    } catch {
      UnfinishedOutput.end(partial.path) { try? FileManager.default.removeItem(atPath: partial.path) }
      throw named(error, path)
    }
  }

  /// Makes a folder and its parents if they don't exist; ``MadeFolders`` knows those that were made.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - output: the path to name in errors; nil for the folder itself.
  /// - Throws: ``FileError`` when it cannot be made.
  package static func makeFolder(at path: String, for output: String? = nil) throws(FileError) {
    let problem = UnfinishedOutput.unlessInterrupted { make(path) }
    if problem != 0 { throw .writing(output ?? path, code: problem) }
  }

  /// Makes a folder, and those above it; returns 0 or the value of `errno`.
  private static func make(_ path: String) -> Int32 {
    if mkdir(path, 0o777) == 0 {
      MadeFolders.add(path)
      return 0
    }
    let problem = errno
    var status = stat()
    if problem == EEXIST { return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR ? 0 : ENOTDIR }
    let above = folder(above: path)
    guard problem == ENOENT, above != path, !path.isEmpty else { return problem }
    let found = make(above)
    if found != 0 { return found }
    guard mkdir(path, 0o777) == 0 else { return errno == EEXIST ? 0 : errno }
    MadeFolders.add(path)
    return 0
  }

  private static func folder(above path: String) -> String {
    URL(fileURLWithPath: path).deletingLastPathComponent().path
  }

  /// Returns an error that names the path that the user asked for, since Foundation's errors name the temporary file.
  private static func named(_ error: any Error, _ path: String) -> any Error {
    guard let error = error as? CocoaError else { return error }
    let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError
    guard let underlying else { return FileError.unwritable(path: path, reason: error.localizedDescription) }
    return FileError.writing(path, code: Int32(underlying.code))
  }
}
