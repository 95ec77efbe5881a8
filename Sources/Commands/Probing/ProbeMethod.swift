import ArgumentParser
import Evaluation

/// The classifiers that `probe --method` makes.
enum ProbeMethod: String, CaseIterable, ExpressibleByArgument {
  case linear
  case tipAdapter = "tip-adapter"
  case tipAdapterF = "tip-adapter-f"
  case clipAdapter = "clip-adapter"
  case taskRes = "taskres"
  case lpPlusPlus = "lp++"
  case crossModal = "cross-modal"
  case nearestMean = "nearest-mean"

  /// The method with its paper's settings; `inverseRegularization` is the linear probe's C.
  func method(inverseRegularization: Double?) -> any ClassifierMethod {
    switch self {
    case .linear: LinearProbe(inverseRegularization: inverseRegularization)
    case .tipAdapter: TipAdapter()
    case .tipAdapterF: TipAdapterF()
    case .clipAdapter: ClipAdapter()
    case .taskRes: TaskRes()
    case .lpPlusPlus: LPPlusPlus()
    case .crossModal: CrossModalProbe()
    case .nearestMean: NearestMean()
    }
  }

  /// Whether the method reads the classes' words.
  var needsText: Bool { self != .linear && self != .nearestMean }
}
