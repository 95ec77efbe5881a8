import ArgumentParser
import PromptLearning
import Tensors

/// The methods that `--method` offers.
enum MethodName: String, CaseIterable, ExpressibleByArgument {
  case coop
  case kgcoop
  case prograd
  case promptsrcText = "promptsrc-text"

  /// The method around a zero-shot classifier, unit rows.
  func method(anchor: Tensor) -> any LearningMethod {
    let width = anchor.shape.dimensions[1]
    func rows() -> UnitRows {
      let buffer = FloatBuffer(uninitialized: anchor.shape.count)
      anchor.withFloats { if let base = $0.baseAddress { buffer.pointer.update(from: base, count: $0.count) } }
      return UnitRows(buffer, width: width)
    }
    switch self {
    case .coop: return CoOp()
    case .kgcoop: return KgCoOp(anchor: anchor)
    case .prograd: return ProGrad(anchor: rows())
    case .promptsrcText: return PromptSRC(anchor: rows())
    }
  }
}

extension ClassPosition: ExpressibleByArgument {}
