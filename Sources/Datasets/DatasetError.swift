/// A data set that does not hold what it should.
public enum DatasetError: Error, Equatable, CustomStringConvertible {
  /// A folder holds no folders of images.
  case noClasses(path: String)
  /// A folder and everything in it hold no images.
  case noImages(path: String)
  /// A line of a class list, from 1, is not what it should be.
  case badClassLine(path: String, line: Int, expected: String, found: String)
  /// A class list has another number of classes than there are folders.
  case classCount(path: String, expected: Int, found: Int)
  /// A folder of images is in no class of the class list.
  case unlistedFolder(path: String, folder: String)

  /// One sentence: where, what was expected, what was found, the way out.
  public var description: String {
    switch self {
    case .noClasses(let path): "\(path): there are no folders in it, expected one folder of images for each class"
    case .noImages(let path): "\(path): there are no images in it, expected .jpg, .jpeg, .png or .webp files"
    case .badClassLine(let path, let line, let expected, let found):
      "\(path): line \(line) is \(found), expected \(expected)"
    case .classCount(let path, let expected, let found):
      "\(path): \(found) class names for \(expected) folders; give one for each folder in alphabetical order, or lines of "
        + "folder, tab, class name"
    case .unlistedFolder(let path, let folder):
      "\(path): the folder \(folder) has no line; add \"\(folder)\", a tab and its class name, or move the folder away"
    }
  }
}
