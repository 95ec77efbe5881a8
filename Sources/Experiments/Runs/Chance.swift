import Foundation

/// Guessing among classes, which an accuracy is compared with.
package struct Chance {
  /// The number of classes.
  package let classCount: Int

  /// Creates guessing among classes.
  package init(classCount: Int) { self.classCount = classCount }

  /// The accuracy of guessing.
  package var accuracy: Double { 1 / Double(max(classCount, 1)) }

  /// Judges whether an accuracy is no better than guessing: within two standard errors of it, and within a quarter of
  /// it where images are few, since almost any accuracy is within the errors of a handful.
  ///
  /// - Parameters:
  ///   - measured: the accuracy.
  ///   - images: the number of images that it is of.
  /// - Returns: whether it is at chance; false without images, or with a single class.
  package func includes(_ measured: Double, images: Int) -> Bool {
    let error = (accuracy * (1 - accuracy) / Double(max(images, 1))).squareRoot()
    return classCount > 1 && images > 0 && measured <= accuracy + min(2 * error, accuracy / 4)
  }

  /// Words a warning of an accuracy that is no better than guessing.
  ///
  /// - Parameters:
  ///   - measured: the accuracy.
  ///   - beginning: the words before it, such as "training ended".
  ///   - images: what the images are called.
  /// - Returns: a sentence without a period.
  func sentence(_ measured: Double, beginning: String, images: String) -> String {
    "\(beginning) at chance: \(Self.percentage(measured)) of the \(images) are right, where guessing among "
      + "\(classCount) classes gives \(Self.percentage(accuracy))"
  }

  /// Returns a share in percent.
  static func percentage(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
}
