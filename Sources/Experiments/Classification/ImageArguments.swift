import PromptLensDatasets
import PromptLensFiles

/// The image files that a user names: files, folders, and a list on standard input.
package enum ImageArguments {
  /// Lists the files.
  ///
  /// - Parameters:
  ///   - paths: files, folders, and `-` for a list on standard input, one path a line.
  ///   - observer: the receiver of notes on what was passed over.
  /// - Returns: the files, each once.
  /// - Throws: `FileError` for a path that isn't there; `DatasetError` for a folder without images. Missing files of
  ///   the list are reported when they are read.
  package static func files(_ paths: [String], observer: ExperimentObserver = .silent) throws -> [String] {
    var all: [String] = []
    for path in paths {
      guard path == "-" else {
        // A link that leads nowhere is a missing file, too.
        guard ImageFiles.exists(path) else {
          throw FileError.missing(path: path, expected: "an image, a folder of images, or - for a list")
        }
        all.append(path)
        continue
      }
      all += try TextFile.read("-").filter { !$0.isEmpty }
    }
    let (files, notes) = try ImageFiles.all(at: all)
    for note in notes { observer.note("note: \(note)") }
    guard !files.isEmpty else { throw DatasetError.noImages(path: paths.joined(separator: ", ")) }
    return files
  }
}
