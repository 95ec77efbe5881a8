/// The images that a few-shot draw found, beside the number that was asked for.
package struct ShotCount: Sendable, Equatable, CustomStringConvertible {
  /// The number of images of each class that were asked for.
  package let asked: Int
  /// The number of images that were found in all.
  package let images: Int
  /// The number of images of the class that has the fewest.
  package let fewest: Int
  /// The number of images of the class that has the most.
  package let most: Int
  /// The classes with fewer images than were asked for.
  package let short: [String]

  /// Counts the images of each class.
  ///
  /// - Parameters:
  ///   - asked: the images of each class that were asked for.
  ///   - labels: the classes of the images that were drawn.
  ///   - classNames: the names of all classes.
  package init(asked: Int, labels: [Int], classNames: [String]) {
    var counts = [Int](repeating: 0, count: classNames.count)
    for label in labels where counts.indices.contains(label) { counts[label] += 1 }
    self.asked = asked
    images = labels.count
    fewest = counts.min() ?? 0
    most = counts.max() ?? 0
    short = classNames.indices.filter { counts[$0] < asked }.map { classNames[$0] }
  }

  /// Counts the training images of a draw.
  package init(_ draw: FewShotDraw, of dataset: Dataset) {
    self.init(
      asked: draw.shots, labels: draw.train.map { dataset[.train][$0].label }, classNames: dataset.classNames)
  }

  /// A sentence on what is missing; nil where every class has as many as were asked for.
  package var warning: String? { short.isEmpty ? nil : description }

  /// A sentence on what is missing.
  package var description: String {
    "\(short.count) \(short.count == 1 ? "class has" : "classes have") fewer than \(asked) training images "
      + "(\(NameList.line(short))): \(images) images are learned from, "
      + (fewest == most ? "\(most) of each class" : "\(fewest) to \(most) of each class")
  }
}
