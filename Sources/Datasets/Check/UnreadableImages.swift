import PromptLensFiles
import PromptLensImages

/// The images that a quick look finds unreadable, gathered when one of them stops a computation.
package enum UnreadableImages {
  /// Runs a computation on images, and replaces the error of one unreadable image by an error that names all of them.
  ///
  /// - Parameters:
  ///   - files: the images that `body` reads.
  ///   - body: a computation that stops at an image that it cannot read.
  /// - Returns: the result of `body`.
  /// - Throws: ``DatasetError/unreadableImages(total:problems:areMissing:)`` in place of the error of one image when a
  ///   quick look finds others; else the errors of `body`.
  package static func gathering<Result>(among files: [String], _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as ImageError {
      throw all(among: files, first: error)
    } catch let error as FileError {
      throw all(among: files, first: error)
    }
  }

  private static func all(among files: [String], first: any Error) -> any Error {
    let text = "\(first)"
    // The error is that of one image, whose path it begins with, or of something else.
    guard let place = files.firstIndex(where: { text.hasPrefix("\($0): ") }) else { return first }
    var problems: [String] = []
    var missing = 0
    for (index, file) in files.enumerated() {
      let error = problem(of: file) ?? (index == place ? first : nil)
      guard let error else { continue }
      problems.append((error as? ImageError).map { "\(file): \($0.finding)" } ?? "\(error)")
      if case FileError.missing = error { missing += 1 }
    }
    guard problems.count > 1 else { return first }
    return DatasetError.unreadableImages(
      total: files.count, problems: problems, areMissing: missing == problems.count)
  }

  private static func problem(of path: String) -> (any Error)? {
    do {
      let file = try MappedFile(path: path, expected: "an image")
      try withExtendedLifetime(file) { try ImageDecoder.lookQuickly(at: file.bytes, name: path) }
      return nil
    } catch {
      return error
    }
  }
}
