/// A kind of label noise.
package enum NoiseKind: String, Sendable, CaseIterable, CustomStringConvertible {
  /// Any other class, with equal probability.
  case symmetric
  /// The next class, and the first after the last; also called asymmetric.
  case pair
  /// Another class, with a probability that increases with the similarity of its zero-shot prompt to the true class's.
  case confusable
  /// Another class, with zero-shot CLIP's probability for the image; images about which CLIP is less certain are
  /// mislabeled first.
  case instance

  /// The name: `symmetric`, `pair`, `confusable` or `instance`.
  package var description: String { rawValue }
}
