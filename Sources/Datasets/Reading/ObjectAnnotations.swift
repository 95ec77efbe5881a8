import Foundation
import PromptLensFeatures
import PromptLensJSONDocuments

/// COCO's annotations of objects, `instances_val2017.json`: which categories occur in each image.
///
/// Source: the format of data at cocodataset.org: `images` with `id` and `file_name`, `categories` with `id` and `name`,
/// `annotations` with `image_id` and `category_id`. Places of objects are passed over.
enum ObjectAnnotations {
  /// The members that only this form has.
  private static let members = ["images", "annotations", "categories"]

  /// Returns whether a document has this form rather than a split file's.
  static func isStated(in document: JSONNode) -> Bool { members.allSatisfy { document[$0] != nil } }

  /// Reads the images with the categories of their objects, in the order of the categories' ids.
  ///
  /// - Parameters:
  ///   - document: the file's contents.
  ///   - root: the folder of the images; by default the file's own.
  ///   - takesSeveral: whether images may have several classes; without it the file is refused.
  ///   - name: the data set's name in results.
  /// - Returns: the data set, whose images are test images.
  /// - Throws: `JSONError`; ``DatasetError`` where one class for each image is needed.
  static func read(
    _ document: JSONNode, root: String?, takesSeveral: Bool, name: String
  ) throws -> Dataset {
    guard takesSeveral else {
      throw DatasetError.badSource(
        text: name,
        reason: "its images have several classes each, which promptlens zero-shot --scores sigmoid alone measures")
    }
    var names: [Int: String] = [:]
    for node in try document.array("categories") {
      let id = try node.integer("id")
      guard names.updateValue(try node.string("name"), forKey: id) == nil else {
        throw try node.node("id").unexpected(expected: "an id for each category", found: "\(id) again")
      }
    }
    let ids = names.keys.sorted()
    guard !ids.isEmpty else { throw try document.node("categories").unexpected(expected: "categories", found: "none") }
    let labels = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($0.element, $0.offset) })
    var files: [(id: Int, file: String)] = []
    var found: [Int: Set<Int>] = [:]
    for node in try document.array("images") {
      let (id, file) = (try node.integer("id"), try node.string("file_name"))
      guard !file.isEmpty, !file.utf8.contains(0) else {
        throw try node.node("file_name").unexpected(expected: "an image's path")
      }
      guard found.updateValue([], forKey: id) == nil else {
        throw try node.node("id").unexpected(expected: "an id for each image", found: "\(id) again")
      }
      files.append((id, file))
    }
    guard !files.isEmpty else { throw try document.node("images").unexpected(expected: "images", found: "none") }
    for node in try document.array("annotations") {
      let (image, category) = (try node.integer("image_id"), try node.integer("category_id"))
      guard found[image] != nil else {
        throw try node.node("image_id").unexpected(expected: "the id of one of images", found: "\(image)")
      }
      guard let label = labels[category] else {
        throw try node.node("category_id").unexpected(expected: "the id of one of categories", found: "\(category)")
      }
      found[image]?.insert(label)
    }
    let folder = root ?? URL(fileURLWithPath: document.source).deletingLastPathComponent().relativePath
    let items = files.map { file in
      let classes = (found[file.id] ?? []).sorted()
      return Dataset.Item(path: file.file, label: classes.first ?? 0, classes: classes)
    }
    return Dataset(
      name: name, root: folder, classNames: ids.map { promptName(names[$0] ?? "") }, splits: [.test: items])
  }
}
