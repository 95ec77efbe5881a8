import Foundation
import PromptLensFeatures
import PromptLensTensorFiles

/// Labels that people or programs gave to images: a table by paths, or an array in the order of the images.
///
/// A table has a column `path` (or image, file) and a column `label` (or class, classname) of class names, written as the data
/// set writes them, or with underscores. Images that it does not name keep their labels; it may name images that were not
/// drawn, but none that the data set does not have. Where a column `split` says that an image is of another split, its row is
/// passed over.
///
/// An array is a `.npy` file of whole numbers, or one in a PyTorch file, as CIFAR-N's are: `CIFAR-10_human.pt?worse_label`. It
/// has the number of a class for each image of the data set, in the order of its list. Where the file has an array
/// `clean_label`, too, it must be the data set's own labels, so that labels of another order are noticed.
package struct GivenLabels: Sendable {
  private enum Content: Sendable {
    case table([LabeledTable.Pair])
    case numbers([Int], clean: [Int]?)
  }

  /// The file and the name of the array, as they were given.
  package let text: String
  private let path: String
  private let content: Content

  /// The name of the data set's own labels in CIFAR-N's files.
  private static let clean = "clean_label"

  /// Reads the labels.
  ///
  /// - Parameter text: the file; `FILE?NAME` chooses one of several arrays.
  /// - Throws: the errors of reading; `DatasetError` when the array isn't known or holds no labels.
  package init(_ text: String) throws {
    self.text = text
    var (path, name) = (text, String?.none)
    if !FileManager.default.fileExists(atPath: text), let mark = text.lastIndex(of: "?") {
      (path, name) = (String(text[..<mark]), String(text[text.index(after: mark)...]))
    }
    self.path = path
    switch URL(fileURLWithPath: path).pathExtension.lowercased() {
    case "npy":
      let file = try NumPyFile(path: path)
      guard file.shape.count == 1, name == nil else {
        throw DatasetError.badGivenLabels(text: text, reason: "expected an array with one axis, a label for each image")
      }
      content = .numbers(try file.integers(), clean: nil)
    case "pt", "pth":
      let root = try TorchArchive(path: path).root
      let arrays = (root.entries ?? []).compactMap { entry in
        entry.key.string.flatMap { key in entry.value.wholeNumbers.map { (name: key, numbers: $0) } }
      }
      let chosen = arrays.filter { array in name.map { $0 == array.name } ?? (array.name != Self.clean) }
      guard let first = chosen.first, chosen.count == 1 else {
        let names = arrays.map(\.name).joined(separator: ", ")
        throw DatasetError.badGivenLabels(
          text: text,
          reason: arrays.isEmpty
            ? "it has no array of whole numbers, a label for each image"
            : name == nil
              ? "it has several arrays; name one of \(names), as in \(path)?\(arrays.last?.name ?? "")"
              : "it has no such array; it has \(names)")
      }
      content = .numbers(first.numbers, clean: arrays.first { $0.name == Self.clean }?.numbers)
    default:
      guard name == nil else {
        throw DatasetError.badGivenLabels(
          text: text, reason: "?NAME chooses an array of a PyTorch file, and this is a table")
      }
      content = .table(try LabeledTable.pairs(path))
    }
  }

  /// Returns the labels of images.
  ///
  /// - Parameters:
  ///   - images: all images to label, by their own labels.
  ///   - split: the split whose rows of a table count; nil for all.
  ///   - listed: the paths of all images that the data set has; by default those of `images`.
  /// - Returns: the label of each image.
  /// - Throws: ``DatasetError`` with the line of a table, or with what doesn't go together.
  func labels(of images: LabeledDraw, split: Split?, among listed: [String]? = nil) throws -> [Int] {
    switch content {
    case .table(let pairs): try labels(of: images, split: split, among: listed, pairs)
    case .numbers(let numbers, let clean): try labels(of: images, among: listed, numbers, clean)
    }
  }

  private func labels(
    of images: LabeledDraw, split: Split?, among listed: [String]?, _ pairs: [LabeledTable.Pair]
  ) throws -> [Int] {
    let classes = Dictionary(
      images.classNames.enumerated().map { (promptName($0.element), $0.offset) },
      uniquingKeysWith: { first, _ in first })
    let known = Set(listed ?? images.paths)
    let kind = split.map { "\($0) " } ?? ""
    var labels: [String: Int] = [:]
    for row in pairs where split == nil || row.split == nil || row.split == split {
      guard known.contains(row.path) else {
        throw DatasetError.badLine(
          path: path, line: row.line, expected: "one of the \(known.count) \(kind)images",
          found: "of \(row.path), which is none")
      }
      guard let label = classes[promptName(row.label)] else {
        throw DatasetError.badLine(
          path: path, line: row.line, expected: "one of the \(images.classCount) classes",
          found: "of the class \"\(row.label.prefix(60))\", which is none")
      }
      let before = labels.updateValue(label, forKey: row.path)
      guard before == nil || before == label else {
        throw DatasetError.badLine(
          path: path, line: row.line, expected: "one label for \(row.path)", found: "a second one")
      }
    }
    return zip(images.paths, images.labels).map { labels[$0] ?? $1 }
  }

  private func labels(
    of images: LabeledDraw, among listed: [String]?, _ numbers: [Int], _ clean: [Int]?
  ) throws -> [Int] {
    let all = listed ?? images.paths
    guard numbers.count == all.count, clean.map({ $0.count == numbers.count }) ?? true else {
      throw DatasetError.badGivenLabels(
        text: text,
        reason:
          "it has \(numbers.count) labels, one for each image of a data set in its order, and this one has \(all.count) "
          + "images; give a table of path and label for these")
    }
    let places = Dictionary(zip(all, all.indices), uniquingKeysWith: { first, _ in first })
    return try zip(images.paths, images.labels).map { path, label in
      guard let place = places[path], images.classNames.indices.contains(numbers[place]) else {
        throw DatasetError.badGivenLabels(
          text: text,
          reason: "\(places[path].map { "label \($0 + 1) is \(numbers[$0])" } ?? "\(path) isn't listed"), and the "
            + "\(images.classCount) classes have the numbers 0 to \(images.classCount - 1)")
      }
      guard clean.map({ $0[place] == label }) ?? true else {
        throw DatasetError.badGivenLabels(
          text: text,
          reason:
            "by its \(Self.clean), image \(place + 1) is of class \(clean?[place] ?? 0), and in the data set it is \(path), "
            + "of class \(label), \(images.classNames[label]): the order is not the same; give a table of path and label"
        )
      }
      return numbers[place]
    }
  }
}

extension Dataset {
  /// Returns the same images of all splits with other labels.
  ///
  /// - Parameter given: the labels, an array's in the order of ``pooledSplits``.
  /// - Returns: the images with these labels.
  /// - Throws: ``DatasetError`` when they don't go with the images.
  package func giving(_ given: GivenLabels) throws -> Dataset {
    let items = pooledSplits.flatMap { self[$0] }
    let labels = try given.labels(
      of: LabeledDraw(paths: items.map(\.path), labels: items.map(\.label), classNames: classNames), split: nil)
    var splits: [Split: [Item]] = [:]
    var start = 0
    for split in pooledSplits {
      splits[split] = self[split].enumerated().map { offset, item in
        Item(
          path: item.path, label: labels[start + offset], contentHash: item.contentHash, attributes: item.attributes,
          classes: item.classes)
      }
      start += self[split].count
    }
    if validatesOnTest { splits[.val] = splits[.test] }
    return replacing(splits: splits)
  }
}
