import PromptLensCLIP
import PromptLensEvaluation
import PromptLensInterpretation
import PromptLensTensors

/// The classifiers that an image is explained of, each with its tower, and the method.
struct ImageExplainer {
  /// A classifier with the tower that its features are of.
  struct Side {
    let name: ExplainedClassifier
    let classifier: LinearClassifier
    let temperature: Double
    let clip: CLIPModel
    let encoder: ImageEncoder
    let tower: ImageGradients

    /// Prepares a classifier.
    ///
    /// - Parameters:
    ///   - name: which one it is.
    ///   - classifier: its weights.
    ///   - temperature: the temperature of its probabilities.
    ///   - clip: the model that its features are of.
    /// - Throws: `CLIPError.noImageGradients` for an image tower of another kind.
    init(_ name: ExplainedClassifier, _ classifier: LinearClassifier, temperature: Double = 1, clip: CLIPModel) throws {
      self.name = name
      self.classifier = classifier
      self.temperature = temperature
      self.clip = clip
      encoder = try clip.imageEncoder()
      tower = try ImageGradients(encoder: encoder)
    }
  }

  /// The method.
  let method: ExplanationMethod
  /// The classes.
  let classNames: [String]
  /// The classifiers; the last one's predictions count.
  let sides: [Side]

  /// Explains an image.
  ///
  /// - Parameters:
  ///   - pixels: the normalized image, `[3, height, width]`.
  ///   - path: its file.
  ///   - label: the class; nil for the most probable one other than `against`.
  ///   - against: the class that it is compared with; nil for the logit alone.
  /// - Returns: an explanation for each classifier.
  /// - Throws: the tower's errors.
  func explanations(of pixels: [Float], path: String, label: Int?, against: Int?) throws -> [PatchExplanation] {
    let label = try label ?? mostProbable(pixels, otherThan: against)
    var control: (clip: CLIPModel, features: RandomDeletions)?
    return try sides.map { side -> PatchExplanation in
      let tower = side.tower
      let image = PerturbedImage(pixels, encoder: side.encoder, grid: tower.grid, patchSize: tower.patchSize)
      let random: RandomDeletions
      if let control, control.clip === side.clip {
        random = control.features
      } else {
        random = try RandomDeletions(of: image)
        control = (side.clip, random)
      }
      let logit = try ClassLogit(label, against: against, of: side.classifier, temperature: side.temperature)
      let rows = try tower.embed(pixels)
      let pass = try tower.pass(rows)
      let relevance: [Double]
      var promptRelevance: Double?
      var integral: PatchExplanation.Integral?
      switch method {
      case .attention:
        let found = try AttentionRelevance(pass, of: logit)
        relevance = found.patches
        promptRelevance = tower.promptCount > 0 ? found.prompts : nil
      case .integratedGradients:
        let found = try PatchIntegratedGradients(
          tower: tower, image: rows, baseline: tower.embed([Float](repeating: 0, count: pixels.count)), logit: logit)
        relevance = found.patches
        integral = PatchExplanation.Integral(
          baselineValue: found.baselineValue, completenessError: found.completenessError, points: found.points)
      }
      let columns = tower.grid.width
      let faithfulness = try PatchFaithfulness(of: relevance, on: image, control: random, logit: logit)
      return PatchExplanation(
        path: path, className: classNames[label], against: against.map { classNames[$0] }, method: method,
        classifier: side.name,
        // Of the whole image, as predictions have it.
        probability: faithfulness.deletion.probabilities[0], value: logit.value(pass.feature),
        patches: stride(from: 0, to: relevance.count, by: columns).map { Array(relevance[$0..<$0 + columns]) },
        promptRelevance: promptRelevance, integral: integral, faithfulness: faithfulness)
    }
  }

  /// Returns the most probable class of an image by the last classifier, other than a given one.
  private func mostProbable(_ pixels: [Float], otherThan against: Int?) throws -> Int {
    guard let side = sides.last else { return 0 }
    let feature = try side.tower.pass(side.tower.embed(pixels)).feature
    let logits = try side.classifier.logits(for: Tensor(feature, shape: [1, feature.count])).floats()
    let candidates = logits.indices.filter { $0 != against }
    return candidates.max { (logits[$0], -$0) < (logits[$1], -$1) } ?? 0
  }
}
