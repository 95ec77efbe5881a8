/// A way to make labels wrong.
package enum NoiseKind: String, Sendable, CaseIterable, CustomStringConvertible {
  /// Any other class, each as likely.
  case symmetric
  /// The next class, and the first after the last; also called asymmetric.
  case pair
  /// Another class, the likelier the more its zero-shot prompt resembles the true class's.
  case confusable
  /// Another class, the likelier the more probable zero-shot CLIP finds it for the image; images that CLIP is less sure
  /// of are mislabeled first.
  case instance

  /// The name: `symmetric`, `pair`, `confusable` or `instance`.
  package var description: String { rawValue }
}
