import PromptLensFeatures
import PromptLensImages

/// The labeled images of a data set, in splits.
package struct Dataset: Sendable, Equatable {
  /// An image and its class.
  package struct Item: Sendable, Equatable {
    /// The image's path, relative to ``Dataset/root``.
    package let path: String
    /// The index of its class in ``Dataset/classNames``.
    package let label: Int
    /// The expected SHA-256 of the image's file; nil if the list doesn't contain it.
    package let contentHash: String?
    /// The values of the columns that images are grouped by; empty where none are.
    package let attributes: [String]
    /// All its classes, which can be several or none; nil in data with one class for each image.
    package let classes: [Int]?

    /// Creates an image of a class.
    package init(
      path: String, label: Int, contentHash: String? = nil, attributes: [String] = [], classes: [Int]? = nil
    ) {
      self.path = path
      self.label = label
      self.contentHash = contentHash
      self.attributes = attributes
      self.classes = classes
    }

    /// The name of the image's group: its attributes, joined by commas; empty where images aren't grouped.
    package var group: String { attributes.joined(separator: ", ") }
  }

  /// The name of the data set as requested: `oxford-pets`, `csv:pacs.csv?domain=photo`.
  package let name: String
  /// The folder that the items' paths are relative to.
  package let root: String
  /// The class names by label, with spaces instead of underscores.
  package let classNames: [String]
  /// The WordNet ids of the classes by label, if they name the data set's folders.
  package let classIdentifiers: [String]?
  /// The usual template for the data set, with `{}` for the class name; nil if there is none.
  package let template: String?
  /// A Boolean value that indicates whether the validation images are the test images, as in ImageNet, so that shots
  /// can't be drawn from them.
  package let validatesOnTest: Bool
  /// Notes on the lists, for people.
  package let notes: [DatasetNote]
  /// The part that was set aside for testing; nil where the data has splits of its own.
  package let holdOut: HoldOut?
  /// The corruption of all images; nil for none.
  package internal(set) var corruption: Corruption?
  /// The reasons why splits that could have images are empty.
  private let reasons: [Split: String]
  private let lists: [Split: [Item]]

  /// Creates a data set; an absent split is empty.
  package init(
    name: String, root: String, classNames: [String], classIdentifiers: [String]? = nil, template: String? = nil,
    splits: [Split: [Item]], validatesOnTest: Bool = false, notes: [DatasetNote] = [], reasons: [Split: String] = [:],
    holdOut: HoldOut? = nil
  ) {
    self.name = name
    self.root = root
    self.classNames = classNames
    self.classIdentifiers = classIdentifiers
    self.template = template
    self.validatesOnTest = validatesOnTest
    self.notes = notes
    self.reasons = reasons
    self.holdOut = holdOut
    lists = splits.filter { !$0.value.isEmpty }
  }

  /// Returns the images of a split, in the data set's own order.
  package subscript(split: Split) -> [Item] { lists[split] ?? [] }

  /// Returns the images of a split, which must not be empty.
  ///
  /// - Throws: ``DatasetError/emptySplit(data:split:available:reason:)``.
  package func items(of split: Split) throws(DatasetError) -> [Item] {
    guard let items = lists[split] else {
      throw .emptySplit(
        data: name, split: split, available: Split.allCases.filter { lists[$0] != nil },
        reason: reasons[split] ?? holdOut?.wayOut(of: split))
    }
    return items
  }

  /// Returns the path of an image's file.
  package func file(of item: Item) -> String {
    item.path.hasPrefix("/") || root.isEmpty ? item.path : "\(root)/\(item.path)"
  }

  /// The splits, without one that serves as another, too.
  package var pooledSplits: [Split] { Split.allCases.filter { !(validatesOnTest && $0 == .val) } }

  /// Returns the same data set with the images of all splits in one, in the order of ``pooledSplits``.
  package func pooled(as split: Split) -> Dataset {
    replacing(splits: [split: pooledSplits.flatMap { self[$0] }])
  }

  /// Returns the same data set with other images.
  func replacing(
    name: String? = nil, keeping kept: [Int]? = nil, template: String? = nil, splits: [Split: [Item]]? = nil,
    adding notes: [DatasetNote] = [], holdOut: HoldOut? = nil
  ) -> Dataset {
    var copy = Dataset(
      name: name ?? self.name, root: root, classNames: kept?.map { classNames[$0] } ?? classNames,
      classIdentifiers: kept.flatMap { kept in classIdentifiers.map { ids in kept.map { ids[$0] } } }
        ?? classIdentifiers,
      template: template ?? self.template, splits: splits ?? lists, validatesOnTest: validatesOnTest,
      notes: self.notes + notes, reasons: reasons, holdOut: holdOut ?? self.holdOut)
    copy.corruption = corruption
    return copy
  }
}
