import PromptLensFeatures

/// A set of changed labels, generated or given.
package struct LabelNoise: Sendable, Equatable {
  /// A changed label.
  package struct Change: Sendable, Equatable {
    /// The image's index in the draw.
    package let index: Int
    /// The image.
    package let path: String
    /// Its true class.
    package let from: Int
    /// Its given class.
    package let to: Int
    /// The replaced image at this index; nil if only the label changed.
    package let replaces: String?

    /// Creates a change.
    package init(index: Int, path: String, from: Int, to: Int, replaces: String? = nil) {
      self.index = index
      self.path = path
      self.from = from
      self.to = to
      self.replaces = replaces
    }
  }

  /// The request, such as `symmetric:0.5`, or the file of given labels.
  package let origin: String
  /// The seed; nil for labels from a file.
  package let seed: Int?
  /// The split of the draw.
  package let split: Split
  /// The fingerprint of the draw; see ``LabeledDraw/fingerprint``.
  package let drawFingerprint: String
  /// The names of the classes.
  package let classNames: [String]
  /// The images of each class in the draw, by their true labels.
  package let imageCounts: [Int]
  /// The changes, in the draw's order.
  package let changes: [Change]

  init(_ draw: LabeledDraw, origin: String, seed: Int?, changes: [Change]) {
    self.origin = origin
    self.seed = seed
    split = draw.split
    drawFingerprint = draw.fingerprint
    classNames = draw.classNames
    var counts = [Int](repeating: 0, count: draw.classCount)
    for label in draw.drawnLabels { counts[label] += 1 }
    imageCounts = counts
    self.changes = changes.sorted { $0.index < $1.index }
  }

  /// Creates noise from the parts of a manifest.
  init(
    origin: String, seed: Int?, split: Split, drawFingerprint: String, classNames: [String], imageCounts: [Int],
    changes: [Change]
  ) {
    self.origin = origin
    self.seed = seed
    self.split = split
    self.drawFingerprint = drawFingerprint
    self.classNames = classNames
    self.imageCounts = imageCounts
    self.changes = changes
  }

  /// The fraction of changed labels in the draw, after rounding.
  package var rate: Double {
    let total = imageCounts.reduce(0, +)
    return total == 0 ? 0 : Double(changes.count) / Double(total)
  }

  /// The number of images of each class with another class's label.
  package var changedCounts: [Int] {
    var counts = [Int](repeating: 0, count: classNames.count)
    for change in changes { counts[change.from] += 1 }
    return counts
  }

  /// Returns the draw with this noise: the images in order, as indices into ``LabeledDraw/paths``, and the label that
  /// each is given.
  ///
  /// - Throws: ``DatasetError/otherNoise(path:reason:)`` when the noise belongs to another draw.
  package func applied(to draw: LabeledDraw, source: String = "the noise") throws(DatasetError) -> (
    rows: [Int], labels: [Int]
  ) {
    func other(_ reason: String) -> DatasetError { .otherNoise(path: source, reason: reason) }
    guard split == draw.split else { throw other("it belongs to \(split) images, expected \(draw.split) images") }
    guard classNames == draw.classNames else {
      throw other(
        "its \(classNames.count) classes differ from the \(draw.classCount) requested, or are in another order")
    }
    let count = imageCounts.reduce(0, +)
    guard count == draw.rows.count else {
      throw other("it belongs to \(count) images, but \(draw.rows.count) are drawn")
    }
    guard drawFingerprint == draw.fingerprint else {
      throw other("it belongs to other images than are drawn; give the data, shots and seed that it was made with")
    }
    var (rows, labels) = (draw.rows, draw.drawnLabels)
    var indices: [String: Int] = [:]
    if changes.contains(where: { $0.replaces != nil }) {
      indices = Dictionary(
        draw.paths.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }
    for change in changes {
      guard rows.indices.contains(change.index), draw.classNames.indices.contains(change.to) else {
        throw other("a change has an index or a class outside the draw")
      }
      if change.replaces != nil {
        guard let row = indices[change.path], draw.labels[row] == change.from else {
          throw other("\(change.path) isn't one of the images, or is of another class")
        }
        rows[change.index] = row
      } else if draw.paths[rows[change.index]] != change.path || labels[change.index] != change.from {
        throw other("\(change.path) is not the image at index \(change.index), or of another class")
      }
      labels[change.index] = change.to
    }
    return (rows, labels)
  }
}
