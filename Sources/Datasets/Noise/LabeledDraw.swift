import PromptLensFeatures
import PromptLensTensorFiles

/// A draw of training images, and the images from which they were drawn.
package struct LabeledDraw: Sendable, Equatable {
  /// The split; test images never have noise.
  package let split: Split
  /// All images.
  package let paths: [String]
  /// The class of each.
  package let labels: [Int]
  /// The names of the classes.
  package let classNames: [String]
  /// The drawn images, as indices into ``paths``, in order.
  package let rows: [Int]

  /// Creates a draw.
  ///
  /// - Parameters:
  ///   - split: the images' split.
  ///   - paths: all images.
  ///   - labels: the class of each.
  ///   - classNames: the names of the classes.
  ///   - rows: the drawn images; all of them by default.
  package init(split: Split = .train, paths: [String], labels: [Int], classNames: [String], rows: [Int]? = nil) {
    self.split = split
    self.paths = paths
    self.labels = labels
    self.classNames = classNames
    self.rows = rows ?? Array(paths.indices)
  }

  /// Creates the training images of a data set.
  ///
  /// - Parameters:
  ///   - dataset: the data set.
  ///   - draw: the shots; nil for all images.
  /// - Throws: ``DatasetError`` when there aren't any training images.
  package init(_ dataset: Dataset, draw: FewShotDraw?) throws(DatasetError) {
    let items = try dataset.items(of: .train)
    self.init(
      paths: items.map(\.path), labels: items.map(\.label), classNames: dataset.classNames, rows: draw?.train)
  }

  /// The number of classes.
  package var classCount: Int { classNames.count }
  /// The class of each drawn image.
  package var drawnLabels: [Int] { rows.map { labels[$0] } }

  /// The SHA-256 of the drawn images, their classes, and the class names; lengths precede texts, so that different
  /// draws have different bytes.
  package var fingerprint: String {
    let hash = Fingerprint()
    for name in classNames { hash.add("\(name.utf8.count):\(name)") }
    for row in rows { hash.add("\(paths[row].utf8.count):\(paths[row])\(labels[row]);") }
    return hash.finish()
  }
}

extension LabeledFeatures {
  /// Returns a draw among the images, with their labels.
  ///
  /// - Parameters:
  ///   - split: the split that the images belong to.
  ///   - rows: the drawn images; all of them by default.
  /// - Returns: the draw.
  package func draw(_ split: Split, rows: [Int]? = nil) -> LabeledDraw {
    LabeledDraw(split: split, paths: paths, labels: labels, classNames: classNames, rows: rows)
  }
}
