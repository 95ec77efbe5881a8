import Foundation

/// Guessing among classes, which an accuracy is compared with.
struct Chance {
  /// The number of classes.
  let classCount: Int

  /// The accuracy of guessing.
  var accuracy: Double { 1 / Double(max(classCount, 1)) }

  /// Returns whether an accuracy is no better than guessing: within two standard errors of it.
  ///
  /// - Parameters:
  ///   - measured: the accuracy.
  ///   - images: the number of images that it is of.
  func includes(_ measured: Double, images: Int) -> Bool {
    let error = (accuracy * (1 - accuracy) / Double(max(images, 1))).squareRoot()
    return classCount > 1 && images > 0 && measured <= accuracy + 2 * error
  }

  /// Returns a sentence on an accuracy that is no better than guessing, without a period.
  ///
  /// - Parameters:
  ///   - measured: the accuracy.
  ///   - beginning: the words before it, such as "training ended".
  ///   - images: what the images are called.
  func sentence(_ measured: Double, beginning: String, images: String) -> String {
    "\(beginning) at chance: \(Self.percentage(measured)) of the \(images) are right, where guessing among "
      + "\(classCount) classes gives \(Self.percentage(accuracy))"
  }

  /// Returns a share in percent.
  static func percentage(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
}
