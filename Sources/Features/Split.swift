/// A part of a data set.
package enum Split: String, Sendable, CaseIterable, CustomStringConvertible {
  /// The training images.
  case train
  /// The validation images, for choosing settings.
  case val
  /// The test images.
  case test

  /// Creates the split from its name in a folder or a table: `validation` and `valid` are `val`, `training` is `train`;
  /// case is ignored.
  package init?(written text: String) {
    switch text.lowercased() {
    case "train", "training": self = .train
    case "val", "valid", "validation", "dev": self = .val
    case "test", "testing": self = .test
    default: return nil
    }
  }

  /// The name: `train`, `val` or `test`.
  package var description: String { rawValue }
}
