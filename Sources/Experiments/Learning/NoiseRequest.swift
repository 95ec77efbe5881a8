import PromptLensDatasets
import PromptLensEvaluation
import PromptLensPromptLearning
import PromptLensTensors

/// A request for noise in the labels of a run: generated, replayed, or given.
package struct NoiseRequest {
  package enum Source {
    /// Generated noise; the seed is the run's unless given.
    case made(NoiseSpecification, seed: Int?)
    /// Noise replayed from a manifest.
    case manifest(String)
    /// A table of given labels.
    case givenLabels(String)
  }

  package let source: Source
  /// Whether the validation images also get generated noise.
  package var alsoValidation: Bool

  /// Creates a request.
  package init(source: Source, alsoValidation: Bool = false) {
    self.source = source
    self.alsoValidation = alsoValidation
  }

  /// Whether images outside the draw are needed.
  package var needsAllImages: Bool {
    switch source {
    case .made(let specification, _):
      if case .falsePositives = specification.amount { return true }
      return false
    case .manifest: return true
    case .givenLabels: return false
    }
  }

  /// Checks the noise on a data set's lists, before any image is encoded.
  ///
  /// - Throws: `DatasetError` when it can't be generated, or belongs to another draw; the errors of reading its file.
  package func check(on draw: LabeledDraw) throws {
    switch source {
    case .made(let specification, _): try LabelNoise.check(specification, on: draw)
    case .manifest(let path): _ = try LabelNoise(contentsOf: path).applied(to: draw, source: path)
    case .givenLabels(let path): _ = try LabelNoise(givenLabels: path, on: draw)
    }
  }

  /// Returns the data with the noise.
  ///
  /// - Throws: `DatasetError` when the noise can't be generated, or belongs to another draw.
  package func applied(to data: LearningData, zeroShot: CosineClassifier, scale: Float) throws -> LearningData {
    switch source {
    case .made(let specification, let seed):
      func noise(on draw: LabeledDraw, _ features: () throws -> Tensor) throws -> LabelNoise {
        try LabelNoise(
          specification, on: draw,
          confusion: LabelConfusion(specification.kind, classifier: zeroShot, features: features(), scale: scale),
          seed: seed ?? data.seed)
      }
      let noisy = try data.noisy(noise(on: data.draw) { try data.pool.meanDirections() })
      guard alsoValidation, let validation = data.validation else { return noisy }
      return try noisy.noisyValidation(noise(on: validation.draw(.val)) { try validation.view() })
    case .manifest(let path): return try data.noisy(LabelNoise(contentsOf: path), source: path)
    case .givenLabels(let path): return try data.noisy(LabelNoise(givenLabels: path, on: data.draw, among: data.listed))
    }
  }
}
