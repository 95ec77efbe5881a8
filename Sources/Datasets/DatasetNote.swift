/// A reader's note about the data, on which results may depend.
package enum DatasetNote: Sendable, Equatable, CustomStringConvertible {
  /// Files in class folders that don't end like images: their number and an example, by ending.
  case passedOverFiles([Ending])
  /// Images beside the class folders, in none of them.
  case imagesOutsideClasses(count: Int, example: String)
  /// Folders that hold neither classes nor splits.
  case passedOverFolders([String])
  /// Links to folders and files that are listed already.
  case repeatedLinks(count: Int, example: String)
  /// Folders that lie deeper than any data set nests them.
  case deepFolders(count: Int, example: String)
  /// Files whose names aren't UTF-8.
  case undecodableNames(count: Int, example: String)
  /// Classes without images, in the part of the data that is named.
  case emptyClasses(part: String, names: [String])
  /// Names that differ in case, blanks, underscores or Unicode form alone, and that were read as one class.
  case joinedNames([[String]])
  /// Names of classes that only have numbers.
  case numberedClasses(count: Int)
  /// A list of names in another order than the folders.
  case listMatchedByName(path: String)
  /// A list of names for folders that are numbers.
  case listMatchedByNumber(path: String)
  /// A split whose images aren't sorted into class folders, and that was left out.
  case unsortedSplit(String, count: Int)
  /// Numbers in a list of labels, which were taken for places in the alphabetical order of the class folders.
  case numberedLabels(path: String)
  /// Class folders that hold the same folders each and no image of their own.
  case nestedClasses(names: [String])
  /// Paths that are written with backslashes.
  case backslashes(count: Int)
  /// Images that were set aside for testing and for validation.
  case heldOut(HoldOut, test: Int, validation: Int = 0, train: Int, single: [String])
  /// Members of shards without an image or without a label.
  case passedOverMembers(count: Int, example: String)

  /// The files with an ending.
  package struct Ending: Sendable, Equatable {
    /// The ending with its dot; empty for names without one.
    package let text: String
    /// The number of files.
    package let count: Int
    /// One of the files.
    package let example: String
  }

  /// A sentence for people.
  package var description: String {
    switch self {
    case .passedOverFiles(let endings):
      let total = endings.reduce(0) { $0 + $1.count }
      let kinds = endings.map { ending in
        "\(ending.count) \(ending.text.isEmpty ? "without an ending" : ending.text)"
      }
      return "\(total) \(total == 1 ? "file was" : "files were") passed over for not ending like an image: "
        + NameList.line(kinds) + (endings.first.map { ", as \($0.example)" } ?? "")
    case .imagesOutsideClasses(let count, let example):
      return
        "\(count) \(count == 1 ? "image lies" : "images lie") in no class folder and \(count == 1 ? "was" : "were") "
        + "passed over, as \(example)"
    case .passedOverFolders(let names):
      return "\(names.count == 1 ? "a folder was" : "folders were") passed over: \(NameList.line(names))"
    case .repeatedLinks(let count, let example):
      return "\(count) \(count == 1 ? "link leads" : "links lead") to what is listed already and "
        + "\(count == 1 ? "was" : "were") not followed, as \(example)"
    case .deepFolders(let count, let example):
      return
        "\(count) \(count == 1 ? "folder lies" : "folders lie") too deep and \(count == 1 ? "was" : "were") passed "
        + "over, as \(example)"
    case .undecodableNames(let count, let example):
      return "\(count) \(count == 1 ? "file was" : "files were") passed over for \(count == 1 ? "a name" : "names") in "
        + "another encoding than UTF-8, as \(example)"
    case .emptyClasses(let part, let names):
      return
        "\(names.count) \(names.count == 1 ? "class has" : "classes have") no images\(part.isEmpty ? "" : " in \(part)"): "
        + NameList.line(names)
    case .joinedNames(let groups):
      return "names that differ in case, blanks or the form of their letters were read as one class: "
        + NameList.line(groups.map { $0.map { "\"\($0)\"" }.joined(separator: " = ") })
    case .numberedClasses(let count):
      return "the \(count) classes are called by numbers; prompts need names: give a list of them with ?classes=FILE"
    case .listMatchedByName(let path):
      return "\(path) names the folders in another order; names were matched, not places"
    case .listMatchedByNumber(let path): return "\(path): lines were matched with the folders' numbers"
    case .unsortedSplit(let part, let count):
      return "\(part) holds \(count) images that aren't sorted into class folders, and was left out; "
        + "?labels=FILE says their classes"
    case .numberedLabels(let path):
      return "\(path): numbers were taken for places in the alphabetical order of the class folders, from 0"
    case .nestedClasses(let names):
      return "every class folder holds folders of the same names and no image of its own (\(NameList.line(names))); "
        + "if those are the classes, give the folder around them"
    case .backslashes(let count):
      return "backslashes in \(count) \(count == 1 ? "path was" : "paths were") read as slashes"
    case .heldOut(let holdOut, let test, let validation, let train, let single):
      let parts = [
        holdOut.test.map { _ in "\(test) test images" },
        holdOut.validation.map { _ in "\(validation) validation images" },
      ]
      return "held out \(holdOut): \(parts.compactMap(\.self).joined(separator: ", ")), \(train) to learn from"
        + (single.isEmpty
          ? "" : "; classes with too few images have none held out: \(NameList.line(single))")
    case .passedOverMembers(let count, let example):
      return
        "\(count) \(count == 1 ? "entry" : "entries") of shards without an image or a label \(count == 1 ? "was" : "were") "
        + "passed over, as \(example)"
    }
  }
}
