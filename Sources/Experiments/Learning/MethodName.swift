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

  /// Returns the method.
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
    case .coop: return CoOp()
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
