import PromptLensFeatures
import Foundation
import PromptLensJSONDocuments

/// CoOp's split files: a JSON object with `train`, `val` and `test`, each a list of `[path, label, class name]`.
///
/// PromptLens writes the same form with a few members more (`data split`), so its manifests serve CoOp's own reader
/// too: `format`, `format_version`, `name`, `template`, and `sha256` with a list of content hashes for each split; every reader of an
/// image of such a list refuses one that was changed. COCO's annotations are read instead of such a list, too, as test
/// images.
package enum SplitFile {
  static let format = "promptlens-split"
  /// The version that is written; CoOp's files state none.
  static let version = 1

  /// The largest size in bytes of a split file: ImageNet's, with hashes, has about 300 MB.
  static let limit = 512 << 20

  /// Reads a split file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - root: the folder that paths are relative to; by default the file's own.
  ///   - takesSeveral: whether images may have several classes or none.
  ///   - name: the data set's name in results.
  /// - Returns: the data set.
  /// - Throws: `FileError`, `JSONError`; ``DatasetError`` when no split has an image.
  package static func read(
    _ path: String, root: String? = nil, takesSeveral: Bool = false, name: String? = nil
  ) throws -> Dataset {
    let document = try JSONNode(contentsOf: path, limit: limit)
    if ObjectAnnotations.isStated(in: document) {
      return try ObjectAnnotations.read(
        document, root: root, takesSeveral: takesSeveral, name: name ?? "split:\(path)")
    }
    _ = try document.formatVersion(atMost: version)
    // PromptLens' own files also list classes without images.
    let listed = try document["class_names"]?.array().map { try $0.string() } ?? []
    var names = Dictionary(uniqueKeysWithValues: listed.enumerated().map { ($0.offset, $0.element) })
    let listedHashes = document["sha256"]
    _ = try listedHashes?.object()
    var splits: [Split: [Dataset.Item]] = [:]
    for split in Split.allCases {
      guard let list = document[split.rawValue] else { continue }
      let entries = try list.array()
      let hashes = try listedHashes?[split.rawValue].map { try contentHashes($0, of: entries.count) } ?? []
      splits[split] = try entries.enumerated().map { index, entry in
        try item(entry, names: &names, contentHash: hashes.isEmpty ? nil : hashes[index])
      }
    }
    let folder = root ?? URL(fileURLWithPath: path).deletingLastPathComponent().relativePath
    var backslashes = 0
    splits = splits.mapValues { items in
      let written = WrittenPaths.read(items.map(\.path), from: folder)
      backslashes += written.backslashes
      return zip(items, written.paths).map {
        Dataset.Item(path: $1, label: $0.label, contentHash: $0.contentHash)
      }
    }
    guard splits.values.contains(where: { !$0.isEmpty }) else {
      throw document.unexpected(
        expected: "an object with train, val and test, each a list of [path, label, class name]",
        found: "without images"
      )
    }
    for label in 0..<names.count where names[label] == nil {
      throw document.unexpected(
        expected: "labels from 0 to \(names.count - 1) for \(names.count) classes", found: "without the label \(label)")
    }
    return Dataset(
      name: try name ?? document.optionalString("name") ?? "split:\(path)", root: folder,
      classNames: (0..<names.count).map { promptName(names[$0] ?? "") },
      template: try document.optionalString("template"), splits: splits,
      validatesOnTest: try document.optionalBool("validates_on_test") ?? false,
      notes: backslashes > 0 ? [.backslashes(count: backslashes)] : [])
  }

  private static func item(
    _ node: JSONNode, names: inout [Int: String], contentHash: String?
  ) throws -> Dataset.Item {
    let fields = try self.fields(node)
    guard fields.count == 3 else {
      throw node.unexpected(expected: "[path, label, class name]", found: "an array of \(fields.count)")
    }
    let path = try fields[0].string()
    guard !path.isEmpty, !path.utf8.contains(0) else { throw fields[0].unexpected(expected: "an image's path") }
    // Some of CoOp's files have labels as text.
    var label: Int
    if case .string(let text) = fields[1].value {
      guard let number = Int(text) else {
        throw fields[1].unexpected(expected: "a whole number", found: "\"\(text.prefix(40))\"")
      }
      label = number
    } else {
      label = try fields[1].integer()
    }
    guard label >= 0 else { throw fields[1].unexpected(expected: "a label of 0 or more", found: "\(label)") }
    let name = try fields[2].string()
    let known = names.updateValue(name, forKey: label)
    guard known.map({ ClassKey($0) == ClassKey(name) }) ?? true else {
      throw fields[2].unexpected(
        expected: "\"\(known ?? "")\", which other images with the label \(label) show", found: "\"\(name)\"")
    }
    return Dataset.Item(path: path, label: label, contentHash: contentHash)
  }

  /// Returns an entry's path, label and class name; some files name them.
  private static func fields(_ node: JSONNode) throws -> [JSONNode] {
    guard case .object = node.value else { return try node.array() }
    func member(_ names: [String], _ expected: String) throws -> JSONNode {
      guard let found = names.lazy.compactMap({ node[$0] }).first else {
        throw node.unexpected(expected: expected, found: "without one")
      }
      return found
    }
    return [
      try member(LabeledTable.pathHeadings, "an image's path"), try member(["label"], "a label"),
      try member(LabeledTable.nameHeadings + LabeledTable.otherNameHeadings, "a class name"),
    ]
  }

  /// Returns the content hashes of a split, one for each of its images.
  private static func contentHashes(_ node: JSONNode, of count: Int) throws -> [String] {
    let hashes = try node.array()
    guard hashes.count == count || hashes.isEmpty else {
      throw node.unexpected(expected: "\(count) content hashes, one for each image", found: "\(hashes.count)")
    }
    return try hashes.map { hash in
      let text = try hash.string()
      guard text.utf8.count == 64, text.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) else {
        throw hash.unexpected(expected: "a SHA-256 of 64 hexadecimal digits", found: "\"\(text.prefix(80))\"")
      }
      return text
    }
  }

  /// Returns a data set as a split file.
  ///
  /// - Parameters:
  ///   - dataset: the data set to write.
  ///   - name: its name, independent of the machine.
  ///   - hashes: the SHA-256 of each image's file, by split; nil to omit them.
  /// - Returns: the document.
  package static func document(_ dataset: Dataset, name: String, hashes: [Split: [String]]?) -> JSON {
    var document = JSON.Object()
    document["format"] = .string(format)
    document["format_version"] = JSON(version)
    document["name"] = .string(name)
    if let template = dataset.template { document["template"] = .string(template) }
    if dataset.validatesOnTest { document["validates_on_test"] = true }
    document["class_names"] = .array(dataset.classNames.map { .string($0) })
    for split in Split.allCases {
      document[split.rawValue] = .array(
        dataset[split].map { [.string($0.path), JSON($0.label), .string(dataset.classNames[$0.label])] })
    }
    if let hashes {
      var lists = JSON.Object()
      for split in Split.allCases { lists[split.rawValue] = .array((hashes[split] ?? []).map { .string($0) }) }
      document["sha256"] = .object(lists)
    }
    return .object(document)
  }
}
