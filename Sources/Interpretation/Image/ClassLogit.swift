import PromptLensEvaluation
import PromptLensTensors

/// The logit of a class, or the difference of the logits of two classes, as a function of an image's feature.
///
/// With a linear classifier `z = s · f Wᵀ + b`, F is `z_c` or `z_c − z_d`. Where f is first scaled to length one, u, the
/// gradient is `s (w − u ⟨u, w⟩) / |f|`.
package struct ClassLogit: Sendable {
  /// The class.
  package let label: Int
  /// The class that it is compared with; nil for the logit alone.
  package let against: Int?
  private let classifier: LinearClassifier
  private let temperature: Double
  /// s (w_c − w_d).
  private let direction: [Double]
  private let offset: Double

  /// Creates the function.
  ///
  /// - Parameters:
  ///   - label: the class.
  ///   - against: the class that it is compared with; nil for the logit alone.
  ///   - classifier: the classifier.
  ///   - temperature: the temperature of probabilities.
  /// - Throws: `EvaluationError.labelOutOfRange` for an unknown class.
  package init(_ label: Int, against: Int?, of classifier: LinearClassifier, temperature: Double = 1) throws {
    for given in [label, against].compactMap({ $0 }) where !(0..<classifier.classCount).contains(given) {
      throw EvaluationError.labelOutOfRange(label: given, classCount: classifier.classCount)
    }
    self.label = label
    self.against = against
    self.classifier = classifier
    self.temperature = temperature
    let width = classifier.width
    direction = classifier.weights.withFloats { weights in
      (0..<width).map { column -> Double in
        let other = against.map { Double(weights[$0 * width + column]) } ?? 0
        return Double(classifier.scale) * (Double(weights[label * width + column]) - other)
      }
    }
    offset =
      classifier.bias?.withFloats { bias in Double(bias[label]) - (against.map { Double(bias[$0]) } ?? 0) } ?? 0
  }

  /// Returns F of a feature before any normalization.
  package func value(_ feature: [Float]) -> Double { product(feature) / length(feature) + offset }

  /// Returns ∂F/∂f.
  package func gradient(_ feature: [Float]) -> [Float] {
    let length = length(feature)
    guard classifier.normalizes else { return direction.map { Float($0) } }
    let along = product(feature) / (length * length)
    return zip(direction, feature).map { weight, value -> Float in Float((weight - Double(value) * along) / length) }
  }

  /// Returns the class's probability for each feature: among all classes, or among the two that are compared.
  ///
  /// - Parameter features: `[images, width]`.
  /// - Returns: a probability for each image.
  /// - Throws: `TensorError` when the widths differ.
  package func probabilities(_ features: Tensor) throws -> [Double] {
    let (logits, count) = (try classifier.logits(for: features).floats(), classifier.classCount)
    return stride(from: 0, to: logits.count, by: count).map { start in
      let row = against.map { [logits[start + label], logits[start + $0]] } ?? Array(logits[start..<start + count])
      let probabilities = Softmax.probabilities(row.map { Float(Double($0) / temperature) }[...])
      return probabilities[against == nil ? label : 0]
    }
  }

  private func product(_ feature: [Float]) -> Double {
    var sum = 0.0
    for (weight, value) in zip(direction, feature) { sum += weight * Double(value) }
    return sum
  }

  /// Returns the feature's length, or one where features aren't scaled.
  private func length(_ feature: [Float]) -> Double {
    guard classifier.normalizes else { return 1 }
    var square = 0.0
    for value in feature { square += Double(value) * Double(value) }
    return max(square.squareRoot(), .leastNormalMagnitude)
  }
}
