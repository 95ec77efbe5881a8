import PromptLensFeatures

/// A data set, a split, or a draw that is invalid.
///
/// Files that are missing or cannot be written are a `FileError`, faults in JSON a `JSONError`.
package enum DatasetError: Error, Equatable, CustomStringConvertible {
  /// A folder without folders of images.
  case noClasses(path: String)
  /// A folder without images at any depth.
  case noImages(path: String)
  /// An invalid line of a text file, counted from 1.
  case badLine(path: String, line: Int, expected: String, found: String)
  /// A class list whose number of classes differs from the number of folders.
  case classCount(path: String, expected: Int, found: Int)
  /// A folder of images that the class list lacks.
  case unlistedFolder(path: String, folder: String)
  /// A text after `--data` that doesn't name data.
  case badSource(text: String, reason: String)
  /// A missing column of a table.
  case missingColumn(path: String, expected: String, columns: [String])
  /// A selection without any row of a table or image of a data set.
  case nothingSelected(path: String, selection: String, known: [String])
  /// A data set whose files aren't at its root.
  case incomplete(data: String, missing: String, source: String)
  /// A split without images.
  case emptySplit(data: String, split: Split, available: [Split])
  /// An impossible draw.
  case badDraw(reason: String)
  /// Impossible noise for a draw.
  case badNoise(text: String, reason: String)
  /// Noise that belongs to another draw, or a file without noise.
  case otherNoise(path: String, reason: String)
  /// An image's file that differs from its list.
  case changedImage(path: String, expected: String, found: String)

  /// Several images that cannot be read, of those that a computation needs; `problems` are sentences that begin with
  /// their paths.
  case unreadableImages(total: Int, problems: [String], areMissing: Bool)

  /// The images that an error lists.
  private static let listedImages = 20

  /// A sentence that names the location, the expectation, the finding and the way out.
  package var description: String {
    switch self {
    case .noClasses(let path): "\(path): there are no folders in it, expected one folder of images for each class"
    case .noImages(let path):
      "\(path): there are no images in it, expected files that end in .jpg, .png, .webp or another image format's ending"
    case .badLine(let path, let line, let expected, let found):
      "\(path): line \(line) is \(found), expected \(expected)"
    case .classCount(let path, let expected, let found):
      "\(path): \(found) class names for \(expected) folders; give one for each folder in alphabetical order, or lines of "
        + "folder, tab, class name"
    case .unlistedFolder(let path, let folder):
      "\(path): the folder \(folder) has no line; add \"\(folder)\", a tab and its class name, or move the folder away"
    case .badSource(let text, let reason):
      "\"\(text)\": \(reason); expected folder:DIR, csv:FILE, split:FILE.json or a data set's name and folder, as "
        + "oxford-pets:DIR (promptlens data list names them all)"
    case .missingColumn(let path, let expected, let columns):
      "\(path): there is no column \(expected); its columns are \(columns.joined(separator: ", "))"
    case .nothingSelected(let path, let selection, let known):
      "\(path): nothing has \(selection)"
        + (known.isEmpty ? "" : "; known are \(known.prefix(20).joined(separator: ", "))")
    case .incomplete(let data, let missing, let source): "\(data): \(missing) is missing; \(source)"
    case .emptySplit(let data, let split, let available):
      "\(data): there are no \(split) images, only \(available.map(\.rawValue).joined(separator: " and "))"
        + (available == [.test] ? "; a list without splits counts as test, unless it ends in ?split=\(split)" : "")
    case .unreadableImages(let total, let problems, _):
      "\(problems.count) of \(total) images cannot be read:\n"
        + problems.prefix(Self.listedImages).map { "  \($0)\n" }.joined()
        + (problems.count > Self.listedImages ? "  … and \(problems.count - Self.listedImages) more\n" : "")
        + "Leave them out with --skip-unreadable, or replace them; promptlens data check decodes every image"
    case .badDraw(let reason): "the few-shot draw cannot be made: \(reason)"
    case .badNoise(let text, let reason): "the noise \"\(text)\" cannot be made: \(reason)"
    case .otherNoise(let path, let reason): "\(path): this noise manifest doesn't match: \(reason)"
    case .changedImage(let path, let expected, let found):
      "\(path): its content has changed: its SHA-256 begins with \(found.prefix(12)), expected "
        + "\(expected.prefix(12)); put the file back, or write the list again with promptlens data split"
    }
  }
}
