/// A part of a data set.
package enum Split: String, Sendable, CaseIterable, CustomStringConvertible {
  /// The images that are learned from.
  case train
  /// The images that settings are chosen by.
  case val
  /// The images that results are measured on.
  case test

  /// Creates the split that a folder or a table means: `validation` and `valid` are `val`, `training` is `train`; case
  /// is ignored.
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
