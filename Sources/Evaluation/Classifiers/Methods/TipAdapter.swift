import PromptLensFeatures
import Foundation
import PromptLensTensors

/// A cache of training images combined with CLIP's text features: `z_k = s f̂ · t̂_k + α Σ_{i of class k} exp(−β (1 −
/// f̂ · key_i))`.
///
/// Source: Zhang et al., "Tip-Adapter: Training-free Adaption of CLIP for Few-shot Classification" (2022), equations
/// 3–6.
package struct TipAdapterClassifier: StorableClassifier {
  /// The name, `tip-adapter`.
  package static let kind = "tip-adapter"
  /// The keys, `[images, width]`: unit features, or their learned values.
  package let keys: Tensor
  /// The class of each key.
  package let labels: [Int]
  /// t̂, `[classes, width]`, unit rows.
  package let text: Tensor
  /// s.
  package let scale: Float
  /// α.
  package let alpha: Double
  /// β.
  package let beta: Double

  /// Creates a classifier.
  ///
  /// - Parameters:
  ///   - keys: `[images, width]`.
  ///   - labels: the class of each key.
  ///   - text: a row for each class, of any length.
  ///   - scale: s.
  ///   - alpha: α.
  ///   - beta: β.
  /// - Throws: ``EvaluationError`` or `TensorError` when the parts don't match.
  package init(keys: Tensor, labels: [Int], text: Tensor, scale: Float, alpha: Double, beta: Double) throws {
    let unit = try CosineClassifier(weights: text).weights
    let (classCount, width) = (unit.shape.dimensions[0], unit.shape.dimensions[1])
    guard keys.shape.dimensions == [labels.count, width], !labels.isEmpty else {
      throw TensorError.shapeMismatch(
        operation: "classifier", name: "keys", expected: [labels.count, width], found: keys.shape.dimensions)
    }
    for label in labels where !(0..<classCount).contains(label) {
      throw EvaluationError.labelOutOfRange(label: label, classCount: classCount)
    }
    self.keys = keys.converted(to: .float32)
    self.labels = labels
    self.text = unit
    self.scale = scale
    self.alpha = alpha
    self.beta = beta
  }

  /// Creates a classifier from a file's arrays and numbers.
  package init(_ stored: StoredParts) throws {
    let labels = try stored.part("labels").floats()
    guard labels.allSatisfy({ $0 >= 0 && $0 < 16_777_216 && $0 == $0.rounded() }) else {
      throw stored.bad("its labels aren't whole numbers")
    }
    try self.init(
      keys: stored.part("keys"), labels: labels.map { Int($0) }, text: stored.part("text"),
      scale: Float(stored.setting("scale")), alpha: stored.setting("alpha"), beta: stored.setting("beta"))
  }

  /// The number of classes.
  package var classCount: Int { text.shape.dimensions[0] }
  /// The width of a feature.
  package var width: Int { text.shape.dimensions[1] }
  /// `keys`, `labels` as floats, and `text`.
  package var parts: [(name: String, tensor: Tensor)] {
    let labels = try? Tensor(labels.map { Float($0) }, shape: [labels.count], name: "labels")
    return [("keys", keys), ("text", text)] + (labels.map { [("labels", $0)] } ?? [])
  }
  /// `scale`, `alpha` and `beta`.
  package var settings: [(name: String, value: Double)] {
    [("scale", Double(scale)), ("alpha", alpha), ("beta", beta)]
  }

  /// Returns the logits of images; see ``FeatureClassifier/logits(for:)``.
  package func logits(for features: Tensor) throws -> Tensor {
    let unit = try Matrix(features.matching(width, normalized: true))
    let logits = try unit.timesTransposed(Matrix(text))
    let affinities = try unit.timesTransposed(Matrix(keys)).floats
    for row in 0..<logits.rows {
      var cached = [Double](repeating: 0, count: classCount)
      for (key, label) in labels.enumerated() {
        cached[label] += exp(-beta * (1 - Double(affinities[row * labels.count + key])))
      }
      let target = logits.buffer.pointer + row * classCount
      for classIndex in 0..<classCount {
        target[classIndex] = Float(Double(scale * target[classIndex]) + alpha * cached[classIndex])
      }
    }
    return try logits.tensor("logits")
  }

  /// Returns the same classifier with another α and β.
  func with(alpha: Double, beta: Double) throws -> TipAdapterClassifier {
    try TipAdapterClassifier(keys: keys, labels: labels, text: text, scale: scale, alpha: alpha, beta: beta)
  }
}

/// The search for Tip-Adapter's α and β on validation images: the best of 200 β and 20 α in evenly spaced steps from 0.1 to
/// below an end, the first of equal ones.
///
/// The reference has ends and first values of its own for each data set; those here by default are ImageNet's.
package struct TipAdapterSearch: Sendable, Equatable {
  /// α without validation images.
  package var alpha: Double
  /// β without validation images.
  package var beta: Double
  /// The values of α to try.
  package var alphas: [Double]
  /// The values of β to try.
  package var betas: [Double]

  /// Creates a search.
  ///
  /// - Parameters:
  ///   - alpha: α without validation images.
  ///   - beta: β without validation images.
  ///   - alphaLimit: the end of the values of α.
  ///   - betaLimit: the end of the values of β.
  ///   - fixesAlpha: whether α stays as it is.
  ///   - fixesBeta: whether β stays as it is.
  package init(
    alpha: Double = 1.17, beta: Double = 1, alphaLimit: Double = 3, betaLimit: Double = 7, fixesAlpha: Bool = false,
    fixesBeta: Bool = false
  ) {
    self.alpha = alpha
    self.beta = beta
    alphas = fixesAlpha ? [alpha] : TipAdapter.grid(largest: alphaLimit, count: 20)
    betas = fixesBeta ? [beta] : TipAdapter.grid(largest: betaLimit, count: 200)
  }
}

/// Tip-Adapter: keys are the training images' unit features; α and β are chosen on validation images.
package struct TipAdapter: ClassifierMethod {
  /// The name, `tip-adapter`.
  package let name = "tip-adapter"
  /// The search for α and β.
  package let search: TipAdapterSearch

  /// Creates the method, by default with the reference's settings for ImageNet.
  package init(search: TipAdapterSearch = TipAdapterSearch()) { self.search = search }

  /// Builds the cache; see ``ClassifierMethod/fit(_:)``.
  package func fit(_ task: FewShotTask) throws -> FittedClassifier {
    let cache = try TipAdapterClassifier(
      keys: task.train.view().unitRows(), labels: task.train.labels, text: task.requiredText(name),
      scale: task.scale, alpha: search.alpha, beta: search.beta)
    return try Self.chosen(cache, by: search, on: task.validation)
  }

  /// Returns the cache with the best α and β on validation images.
  static func chosen(
    _ cache: TipAdapterClassifier, by search: TipAdapterSearch, on validation: LabeledFeatures?
  ) throws -> FittedClassifier {
    guard let validation, search.alphas.count * search.betas.count > 1 else {
      return FittedClassifier(cache, [("alpha", cache.alpha), ("beta", cache.beta)])
    }
    let (alpha, beta) = try best(cache, of: search, on: validation)
    return FittedClassifier(
      try cache.with(alpha: alpha, beta: beta), [("alpha", alpha), ("beta", beta)], selectedOn: validation.count)
  }

  /// Returns the reference's values of a setting: `i (largest − 0.1) / count + 0.1`.
  package static func grid(largest: Double, count: Int) -> [Double] {
    (0..<count).map { Double($0) * (largest - 0.1) / Double(count) + 0.1 }
  }

  private static func best(
    _ cache: TipAdapterClassifier, of search: TipAdapterSearch, on validation: LabeledFeatures
  ) throws -> (alpha: Double, beta: Double) {
    let (alphas, betas) = (search.alphas, search.betas)
    let unit = try Matrix(validation.view().matching(cache.width, normalized: true))
    let words = try unit.timesTransposed(Matrix(cache.text)).floats
    let affinities = try unit.timesTransposed(Matrix(cache.keys)).floats
    let (classCount, scale) = (cache.classCount, Double(cache.scale))
    // Correctly classified images for each β and α.
    let correct = try Parallel.map(betas.count) { index in
      var counts = [Int](repeating: 0, count: alphas.count)
      for (image, label) in validation.labels.enumerated() {
        var cached = [Double](repeating: 0, count: classCount)
        for (key, label) in cache.labels.enumerated() {
          cached[label] += exp(-betas[index] * (1 - Double(affinities[image * cache.labels.count + key])))
        }
        let word = words[image * classCount..<(image + 1) * classCount]
        for (column, alpha) in alphas.enumerated() {
          func score(_ classIndex: Int) -> Double {
            scale * Double(word[image * classCount + classIndex]) + alpha * cached[classIndex]
          }
          let own = score(label)
          let isBest = (0..<classCount).allSatisfy { classIndex in
            let other = score(classIndex)
            return classIndex < label ? other < own : other <= own
          }
          counts[column] += isBest ? 1 : 0
        }
      }
      return counts
    }
    var best = (alpha: alphas[0], beta: betas[0], correct: -1)
    for (index, beta) in betas.enumerated() {
      for (column, alpha) in alphas.enumerated() where correct[index][column] > best.correct {
        best = (alpha, beta, correct[index][column])
      }
    }
    return (best.alpha, best.beta)
  }
}
