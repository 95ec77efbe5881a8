import PromptLensFeatures

/// A data set, a split, or a draw that is invalid.
///
/// Files that are missing or cannot be written are a `FileError`, faults in JSON a `JSONError`.
package enum DatasetError: Error, Equatable, CustomStringConvertible {
  /// A folder that doesn't hold folders of images, the number of images in it, and the one that was probably meant.
  case noClasses(path: String, images: Int = 0, meant: String? = nil)
  /// A folder with one class, and the one that was probably meant.
  case oneClass(path: String, name: String, meant: String?)
  /// Folders that cannot be the classes or splits of a data set.
  case badFolders(path: String, reason: String)
  /// A folder whose name isn't UTF-8.
  case undecodableName(path: String, name: String)
  /// An image that a list of labels lacks.
  case unlabeledImage(path: String, image: String)
  /// A list of labels for a folder that is sorted into class folders.
  case unneededLabels(path: String, folder: String)
  /// A folder without images at any depth.
  case noImages(path: String)
  /// An invalid line of a text file, counted from 1.
  case badLine(path: String, line: Int, expected: String, found: String)
  /// A class list whose number of classes differs from the number of folders.
  case classCount(path: String, expected: Int, found: Int)
  /// A line of a class list that names another folder than the one in its place.
  case misplacedName(path: String, line: Int, name: String, folder: String)
  /// A folder of images that the class list lacks.
  case unlistedFolder(path: String, folder: String)
  /// A text after `--data` that doesn't name data.
  case badSource(text: String, reason: String)
  /// A missing column of a table.
  case missingColumn(path: String, expected: String, columns: [String])
  /// A column that a known data set doesn't have.
  case noColumn(data: String, column: String, columns: [String])
  /// A selection without any row of a table or image of a data set.
  case nothingSelected(path: String, selection: String, known: [String])
  /// A data set whose files aren't at its root.
  case incomplete(data: String, missing: String, source: String)
  /// A split without images.
  case emptySplit(data: String, split: Split, available: [Split], reason: String? = nil)
  /// A part of the images that cannot be set aside for testing.
  case badHoldOut(text: String, reason: String)
  /// A shard, or an entry of one, that cannot be read.
  case badShard(path: String, reason: String)
  /// An impossible draw.
  case badDraw(reason: String)
  /// Impossible noise for a draw.
  case badNoise(text: String, reason: String)
  /// Given labels that don't go with the images.
  case badGivenLabels(text: String, reason: String)
  /// Noise that belongs to another draw, or a file without noise.
  case otherNoise(path: String, reason: String)
  /// An image's file that differs from its list.
  case changedImage(path: String, expected: String, found: String)

  /// Several images that cannot be read, of those that a computation needs; `problems` are sentences that begin with
  /// their paths.
  case unreadableImages(total: Int, problems: [String], areMissing: Bool)

  /// The images that an error lists.
  private static let listedImages = 20

  /// A sentence with the location, the expected and the found value, and a remedy.
  package var description: String {
    switch self {
    case .noClasses(let path, let images, let meant):
      "\(path): expected a folder of images for each class, found "
        + (images == 0 ? "no folders" : "\(images) \(images == 1 ? "image" : "images") and no folders")
        + (meant.map { "; if this is the folder of one class, give the one above it, \($0)" } ?? "")
    case .oneClass(let path, let name, let meant):
      "\(path): expected folders of at least two classes, found one, \"\(NameList.short(name))\""
        + (meant.map { "; did you mean \($0)?" } ?? "")
    case .badFolders(let path, let reason): "\(path): \(reason)"
    case .undecodableName(let path, let name):
      "\(path): the name of the folder \(name) is not UTF-8; rename it, or convert all names with convmv"
    case .unlabeledImage(let path, let image): "\(path): there is no line for \(image)"
    case .unneededLabels(let path, let folder):
      "\(path): the images of \(folder) are sorted into class folders already; leave out ?labels="
    case .noImages(let path):
      "\(path): there are no images in it, expected files that end in .jpg, .png, .webp or another image format's ending"
    case .badLine(let path, let line, let expected, let found):
      "\(path): line \(line) is \(found), expected \(expected)"
    case .classCount(let path, let expected, let found):
      "\(path): \(found) class names for \(expected) folders; give one for each folder in alphabetical order, or lines of "
        + "folder, tab, class name"
    case .misplacedName(let path, let line, let name, let folder):
      "\(path): line \(line) is \"\(NameList.short(name))\", in the place of the folder \(NameList.short(folder)), and there is a "
        + "folder of that name; write lines of folder, tab, class name"
    case .unlistedFolder(let path, let folder):
      "\(path): the folder \(folder) has no line; add \"\(folder)\", a tab and its class name, or move the folder away"
    case .badSource(let text, let reason):
      "\"\(text)\": \(reason); expected folder:DIR, csv:FILE, split:FILE.json, wds:FILE.tar or a data set's name and "
        + "folder, as oxford-pets:DIR (promptlens data list names them all)"
    case .missingColumn(let path, let expected, let columns):
      "\(path): there is no column \(expected); its columns are \(NameList.line(columns))"
    case .noColumn(let data, let column, let columns):
      "\(data): there is no column \(column) to group images by; "
        + (columns.isEmpty
          ? "it has none: give a table with one (csv:FILE)" : "its columns are \(NameList.line(columns))")
    case .nothingSelected(let path, let selection, let known):
      "\(path): nothing has \(selection)"
        + (known.isEmpty ? "" : "; known are \(NameList.line(known))")
    case .incomplete(let data, let missing, let source): "\(data): \(missing) is missing; \(source)"
    case .emptySplit(let data, let split, let available, let reason):
      "\(data): there are no \(split) images, only \(available.map(\.rawValue).joined(separator: " and "))"
        + (reason.map { "; \($0)" } ?? Self.wayOut(of: split, available))
    case .unreadableImages(let total, let problems, _):
      "\(problems.count) of \(total) images cannot be read:\n"
        + problems.prefix(Self.listedImages).map { "  \($0)\n" }.joined()
        + (problems.count > Self.listedImages ? "  … and \(problems.count - Self.listedImages) more\n" : "")
        + "Leave them out with --skip-unreadable, or replace them; promptlens data check decodes every image"
    case .badHoldOut(let text, let reason): "the hold-out \"\(NameList.short(text))\" cannot be made: \(reason)"
    case .badShard(let path, let reason): "\(path): \(reason)"
    case .badDraw(let reason): "the few-shot draw cannot be made: \(reason)"
    case .badGivenLabels(let text, let reason): "\(text): \(reason)"
    case .badNoise(let text, let reason): "the noise \"\(text)\" cannot be made: \(reason)"
    case .otherNoise(let path, let reason): "\(path): this noise manifest doesn't match: \(reason)"
    case .changedImage(let path, let expected, let found):
      "\(path): its content has changed: its SHA-256 begins with \(found.prefix(12)), expected "
        + "\(expected.prefix(12)); put the file back, or write the list again with promptlens data split"
    }
  }

  /// Returns the remedy for an empty split of data that has other splits.
  private static func wayOut(of split: Split, _ available: [Split]) -> String {
    if split == .val, available.contains(.train) {
      let parts = available.contains(.test) ? "+10%" : "20%+10%"
      return
        "; ?hold-out=\(parts) at its end (or --hold-out \(parts) of a command that learns) sets a tenth of each class aside for validation"
        + (available.contains(.test) ? "" : ", and a fifth for testing")
    }
    guard available.count == 1 || available == [.train, .val], let only = available.first else { return "" }
    let holdOut =
      "?hold-out=20% at its end (or --hold-out 20% of a command that learns) sets a fifth of each class aside for testing"
    switch (only, split) {
    case (.test, .train): return "; a list without splits counts as test, unless it ends in ?split=train; \(holdOut)"
    case (.test, _): return "; a list without splits counts as test, unless it ends in ?split=\(split)"
    case (_, .test): return "; \(holdOut), and --split \(only) takes those that are there"
    default: return ""
    }
  }
}
