import PromptLensDatasets
import PromptLensPrompts
import PromptLensPromptLearning
import PromptLensTensors

/// The methods for `--method`.
package enum MethodName: String, CaseIterable {
  case coop
  case kgcoop
  case prograd
  case promptsrcText = "promptsrc-text"
  case cocoop
  case maple
  case ivlp
  case promptsrc
  case vpt
  case vptShallow = "vpt-shallow"
  case languageDeep = "language-deep"
  case tcp

  /// Whether prompts stand in deeper layers or in the image tower.
  package var isDeep: Bool { hasImagePrompts || self == .languageDeep || self == .tcp }

  /// Whether prompts stand in the image tower, so that they are learned from images.
  package var hasImagePrompts: Bool {
    switch self {
    case .maple, .ivlp, .promptsrc, .vpt, .vptShallow: true
    case .coop, .kgcoop, .prograd, .promptsrcText, .cocoop, .languageDeep, .tcp: false
    }
  }

  /// The trainer whose hand-written prompts the method compares with; nil for methods that have none of their own.
  var trainer: KnownDataset.Trainer? {
    switch self {
    case .kgcoop: .kgCoOp
    case .prograd: .proGrad
    case .tcp: .tcp
    default: nil
    }
  }

  /// Whether the text tower has prompts of words only.
  package var hasFixedText: Bool { self == .vpt || self == .vptShallow }

  /// The number of images in each step of CoOp's recipe: one where each has prompts of its own.
  package var batchSize: Int { self == .cocoop ? 1 : 32 }

  /// Returns the method of a context; those whose prompts stand in deeper layers have an objective instead, see
  /// ``DeepLearning``.
  ///
  /// - Parameters:
  ///   - anchor: the zero-shot classifier, unit rows.
  ///   - contextWidth: the width of a context vector.
  ///   - weight: λ of the method's own term; nil for the method's own.
  ///   - average: the weights of epochs, for a method that averages them.
  /// - Returns: the method.
  package func method(
    anchor: Tensor, contextWidth: Int, weight: Double? = nil, average: MethodConstants.Average? = nil
  ) -> any LearningMethod {
    let width = anchor.shape.dimensions[1]
    switch self {
    case .coop, .maple, .ivlp, .promptsrc, .vpt, .vptShallow, .languageDeep, .tcp: return CoOp()
    case .kgcoop: return KgCoOp(anchor: anchor, weight: weight ?? 8)
    case .prograd: return ProGrad(anchor: UnitRows(anchor), weight: weight ?? 1)
    case .cocoop: return CoCoOp(embedDimension: width, width: contextWidth)
    case .promptsrcText:
      var method = PromptSRC(anchor: UnitRows(anchor), featureWeight: weight ?? 25)
      if let average { (method.mean, method.deviation) = (average.mean, average.deviation) }
      return method
    }
  }
}
