import Foundation
import PromptLensTensors

/// A temperature that logits are divided by, so that probabilities are those of a validation set.
///
/// Source: Guo et al., "On Calibration of Modern Neural Networks" (2017), section 4.2.
package struct TemperatureScaling: Sendable, Equatable {
  /// T; above 1 where the classifier is too confident.
  package let temperature: Double
  /// The number of images that it was fitted on.
  package let images: Int

  /// Creates a known temperature.
  package init(temperature: Double, images: Int) {
    self.temperature = temperature
    self.images = images
  }

  /// The temperatures that are looked among; the ends stand for a likelihood that has no maximum between.
  package static let range = 1e-4...1e4

  /// Fits the temperature of the largest likelihood.
  ///
  /// In β = 1/T the likelihood is concave, and bisection finds the zero of its derivative `Σ (z_y − Σ p z)`.
  ///
  /// Where all images are right, the likelihood has no maximum. A doubt ε then gives each image's other classes a share of
  /// its label, `ε / (classes − 1)` each, as Platt does ("Probabilistic Outputs for Support Vector Machines" (1999),
  /// section 2.2, where ε = 1 / (images + 2)); the mean confidence becomes about 1 − ε.
  ///
  /// - Parameters:
  ///   - logits: of validation images, `[images, classes]`.
  ///   - labels: the class of each image.
  ///   - doubt: ε, from 0 to 1.
  /// - Throws: ``EvaluationError`` without images, when counts differ, or for a label out of range.
  package init(logits: Tensor, labels: [Int], doubt: Double = 0) throws(EvaluationError) {
    let shape = logits.shape.dimensions
    guard !labels.isEmpty else { throw .noImages }
    guard shape.count == 2, shape[0] == labels.count else {
      throw .countMismatch(predictions: shape.first ?? 0, labels: labels.count)
    }
    for label in labels where !(0..<shape[1]).contains(label) {
      throw .labelOutOfRange(label: label, classCount: shape[1])
    }
    let values = logits.floats()
    let others = Double(max(shape[1] - 1, 1))
    /// The derivative of the log-likelihood by β.
    func slope(_ beta: Double) -> Double {
      var sum = 0.0
      for (image, label) in labels.enumerated() {
        let row = values[image * shape[1]..<(image + 1) * shape[1]]
        let largest = Double(row.max() ?? 0)
        var (weights, mean, all) = (0.0, 0.0, 0.0)
        for value in row {
          let weight = exp(beta * (Double(value) - largest))
          weights += weight
          mean += weight * (Double(value) - largest)
          all += Double(value) - largest
        }
        let own = Double(row[row.startIndex + label]) - largest
        sum += (1 - doubt) * own + doubt / others * (all - own) - mean / weights
      }
      return sum
    }
    var (low, high) = (log(1 / Self.range.upperBound), log(1 / Self.range.lowerBound))
    for _ in 0..<100 {
      let middle = (low + high) / 2
      guard middle > low, middle < high else { break }
      if slope(exp(middle)) > 0 { low = middle } else { high = middle }
    }
    temperature = exp(-(low + high) / 2)
    images = labels.count
  }
}

extension ClassifierFile {
  private static let temperatureKey = "temperature"
  private static let imagesKey = "temperature_images"

  /// The temperature that probabilities are computed at; nil if none was fitted.
  package var temperatureScaling: TemperatureScaling? {
    guard let value = setting(Self.temperatureKey), value > 0, value.isFinite else { return nil }
    return TemperatureScaling(temperature: value, images: setting(Self.imagesKey).flatMap { Int(exactly: $0) } ?? 0)
  }

  /// Returns the classifier with a temperature, in place of an earlier one.
  package func with(_ scaling: TemperatureScaling) -> ClassifierFile {
    var copy = self
    copy.settings =
      settings.filter { $0.name != Self.temperatureKey && $0.name != Self.imagesKey }
      + [(Self.temperatureKey, scaling.temperature), (Self.imagesKey, Double(scaling.images))]
    return copy
  }
}
