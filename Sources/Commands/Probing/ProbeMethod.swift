import ArgumentParser
import PromptLensEvaluation

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

  /// What may be given in place of the paper's settings.
  struct Settings {
    /// The linear probe's C.
    var inverseRegularization: Double?
    var learningRate: Double?
    var epochs: Int?
  }

  /// The method with its paper's settings, or those that are given.
  func method(_ given: Settings) -> any ClassifierMethod {
    switch self {
    case .linear: LinearProbe(inverseRegularization: given.inverseRegularization)
    case .tipAdapter: TipAdapter()
    case .tipAdapterF: TipAdapterF(epochs: given.epochs ?? 20, learningRate: given.learningRate ?? 0.001)
    case .clipAdapter: ClipAdapter(epochs: given.epochs, learningRate: given.learningRate ?? 0.002)
    case .taskRes: TaskRes(epochs: given.epochs, learningRate: given.learningRate ?? 0.002)
    case .lpPlusPlus: LPPlusPlus()
    case .crossModal: CrossModalProbe()
    case .nearestMean: NearestMean()
    }
  }

  /// Whether the method learns in epochs, at a learning rate that may be given.
  var learnsInEpochs: Bool { [.tipAdapterF, .clipAdapter, .taskRes].contains(self) }

  /// Whether the method reads the classes' words.
  var needsText: Bool { self != .linear && self != .nearestMean }
}
