import Foundation

/// Guessing among classes, which an accuracy is compared with.
package struct Chance {
  /// The number of classes.
  package let classCount: Int

  /// Creates guessing among classes.
  package init(classCount: Int) { self.classCount = classCount }

  /// The accuracy of guessing.
  package var accuracy: Double { 1 / Double(max(classCount, 1)) }

  /// Judges whether an accuracy is no better than guessing: within two standard errors of it or below, and within a
  /// quarter of it where images are few, since almost any accuracy is within the errors of a handful.
  ///
  /// - Parameters:
  ///   - measured: the accuracy.
  ///   - images: the number of images that it is of.
  /// - Returns: whether it is at chance or below; false without images, or with a single class.
  package func includes(_ measured: Double, images: Int) -> Bool {
    classCount > 1 && images > 0 && measured <= accuracy + min(2 * error(images), accuracy / 4)
  }

  /// Judges whether an accuracy is worse than guessing, by more than two standard errors.
  ///
  /// - Parameters:
  ///   - measured: the accuracy.
  ///   - images: the number of images that it is of.
  /// - Returns: whether it is below chance; false without images, or with a single class.
  package func exceeds(_ measured: Double, images: Int) -> Bool {
    classCount > 1 && images > 0 && measured < accuracy - 2 * error(images)
  }

  /// The standard error of guessing's accuracy.
  private func error(_ images: Int) -> Double {
    (accuracy * (1 - accuracy) / Double(max(images, 1))).squareRoot()
  }

  /// Words a warning of an accuracy that is no better than guessing.
  ///
  /// - Parameters:
  ///   - measured: the accuracy.
  ///   - count: the number of images that it is of.
  ///   - beginning: the words before it, such as "training ended".
  ///   - images: what the images are called.
  /// - Returns: a sentence without a period.
  func sentence(_ measured: Double, of count: Int, beginning: String, images: String) -> String {
    let place = exceeds(measured, images: count) ? "below chance" : "at chance"
    return "\(beginning) \(place): \(Self.percentage(measured)) on the \(images), where guessing among "
      + "\(classCount) classes gives \(Self.percentage(accuracy))"
  }

  /// Returns a share in percent.
  static func percentage(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
}
