import PromptLensEvaluation

/// The methods of fitting a classifier of image features, by their names for `--method`.
package enum ProbeMethod: String, Sendable, CaseIterable {
  case linear
  case tipAdapter = "tip-adapter"
  case tipAdapterF = "tip-adapter-f"
  case clipAdapter = "clip-adapter"
  case taskRes = "taskres"
  case lpPlusPlus = "lp++"
  case crossModal = "cross-modal"
  case nearestMean = "nearest-mean"

  /// The settings that replace the paper's; nil for the paper's own.
  package struct Settings: Sendable, Equatable {
    /// C of the linear probe.
    package var inverseRegularization: Double?
    /// The learning rate of methods that learn in epochs.
    package var learningRate: Double?
    /// The number of epochs of methods that learn in epochs.
    package var epochs: Int?

    /// Creates settings.
    package init(inverseRegularization: Double? = nil, learningRate: Double? = nil, epochs: Int? = nil) {
      self.inverseRegularization = inverseRegularization
      self.learningRate = learningRate
      self.epochs = epochs
    }
  }

  /// Returns the method with given settings, or else its paper's.
  package func method(_ given: Settings) -> any ClassifierMethod {
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

  /// Whether the method learns in epochs with a learning rate.
  package var learnsInEpochs: Bool { [.tipAdapterF, .clipAdapter, .taskRes].contains(self) }

  /// Whether the method reads the classes' text features.
  package var needsText: Bool { self != .linear && self != .nearestMean }
}
