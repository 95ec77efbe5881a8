/// An amount of wrong labels, by one of the two definitions in the literature.
package enum NoiseAmount: Sendable, Equatable {
  /// A fraction of each class's images, rounded to whole images, whose labels change.
  case rate(Double)
  /// A number of images in each class that are replaced by other classes' images, so that labels stay balanced; the
  /// images are drawn from a pool of training images without repetition. Source: Wu et al., "Why Is Prompt Tuning for
  /// Vision-Language Models Robust to Noisy Labels?" (2023), whose code draws with repetition.
  case falsePositives(Int)
}

/// A kind of noise with its rate: `symmetric:0.5`, `pair:4fp`.
package struct NoiseSpecification: Sendable, Equatable, CustomStringConvertible {
  /// The kind of noise.
  package let kind: NoiseKind
  /// The amount of wrong labels.
  package let amount: NoiseAmount

  /// Creates a specification.
  ///
  /// - Throws: ``DatasetError/badNoise(text:reason:)`` for a rate outside 0 to 1, or a negative number of false
  ///   positives.
  package init(_ kind: NoiseKind, _ amount: NoiseAmount) throws(DatasetError) {
    self.kind = kind
    self.amount = amount
    switch amount {
    case .rate(let rate):
      guard rate >= 0, rate <= 1 else {
        throw .badNoise(text: description, reason: "the rate \(rate) is outside 0 to 1")
      }
    case .falsePositives(let count):
      guard count >= 0 else {
        throw .badNoise(text: description, reason: "the number of false positives is \(count), expected at least 0")
      }
    }
  }

  /// Parses a kind, a colon, and a rate or a number of false positives that ends in `fp`.
  ///
  /// - Throws: ``DatasetError/badNoise(text:reason:)``.
  package init(_ text: String) throws(DatasetError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else {
      throw .badNoise(text: text, reason: "expected KIND:RATE or KIND:NUMBERfp, as symmetric:0.5 or pair:4fp")
    }
    guard let kind = NoiseKind(rawValue: parts[0]) else {
      throw .badNoise(
        text: text,
        reason: "\"\(parts[0])\" isn't a kind of noise; kinds are "
          + NoiseKind.allCases.map(\.rawValue).joined(separator: ", "))
    }
    if parts[1].hasSuffix("fp") {
      guard let count = Int(parts[1].dropLast(2)) else {
        throw .badNoise(text: text, reason: "\"\(parts[1])\" isn't a whole number of false positives, as 4fp")
      }
      try self.init(kind, .falsePositives(count))
    } else {
      guard let rate = Double(parts[1]) else {
        throw .badNoise(
          text: text, reason: "\"\(parts[1])\" is neither a rate from 0 to 1 nor a number of false positives")
      }
      try self.init(kind, .rate(rate))
    }
  }

  /// The text from which this specification can be read again.
  package var description: String {
    switch amount {
    case .rate(let rate): "\(kind):\(rate)"
    case .falsePositives(let count): "\(kind):\(count)fp"
    }
  }
}
