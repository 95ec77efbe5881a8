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

  /// The number of images in each step in the method's paper.
  package var batchSize: Int { self == .cocoop ? 1 : 32 }

  /// The number of epochs in the method's paper; nil for CoOp's, which depends on the shots.
  package var epochs: Int? { self == .cocoop ? 10 : nil }

  /// Returns the method around a zero-shot classifier of unit rows, for context vectors of a width.
  package func method(anchor: Tensor, contextWidth: Int) -> any LearningMethod {
    let width = anchor.shape.dimensions[1]
    switch self {
    case .coop: return CoOp()
    case .kgcoop: return KgCoOp(anchor: anchor)
    case .prograd: return ProGrad(anchor: UnitRows(anchor))
    case .cocoop: return CoCoOp(embedDimension: width, width: contextWidth)
    case .promptsrcText: return PromptSRC(anchor: UnitRows(anchor))
    }
  }
}
