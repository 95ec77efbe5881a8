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
    /// α of Tip-Adapter, which isn't searched then, or of TaskRes.
    package var alpha: Double?
    /// β of Tip-Adapter, which isn't searched then.
    package var beta: Double?
    /// The end of Tip-Adapter's search for α.
    package var alphaLimit: Double?
    /// The end of Tip-Adapter's search for β.
    package var betaLimit: Double?
    /// The number of random crops whose mean feature stands for a training image; 0 for the center crop.
    package var crops: Int?
    /// Whether settings are searched on all validation images instead of drawn ones.
    package var searchesAllValidation: Bool?

    /// Creates settings.
    package init(inverseRegularization: Double? = nil, learningRate: Double? = nil, epochs: Int? = nil) {
      self.inverseRegularization = inverseRegularization
      self.learningRate = learningRate
      self.epochs = epochs
    }
  }

  /// Returns the method with given settings, or else its paper's for a data set.
  ///
  /// - Parameters:
  ///   - given: the settings.
  ///   - dataset: the key of the known data set; nil for others.
  /// - Returns: the method.
  package func method(_ given: Settings, dataset: String? = nil) -> any ClassifierMethod {
    let constants = constants(given, dataset: dataset)
    let rate = constants.learningRate ?? 0.002
    let search = TipAdapterSearch(
      alpha: constants.alpha ?? 1.17, beta: constants.beta ?? 1, alphaLimit: constants.alphaLimit ?? 3,
      betaLimit: constants.betaLimit ?? 7, fixesAlpha: given.alpha != nil, fixesBeta: given.beta != nil)
    switch self {
    case .linear: return LinearProbe(inverseRegularization: given.inverseRegularization)
    case .tipAdapter: return TipAdapter(search: search)
    case .tipAdapterF: return TipAdapterF(epochs: constants.epochs ?? 20, learningRate: rate, search: search)
    case .clipAdapter: return ClipAdapter(epochs: constants.epochs, learningRate: rate)
    case .taskRes:
      return TaskRes(residualScale: Float(constants.alpha ?? 0.5), epochs: constants.epochs, learningRate: rate)
    case .lpPlusPlus: return LPPlusPlus()
    case .crossModal: return CrossModalProbe()
    case .nearestMean: return NearestMean()
    }
  }

  /// Whether the method is Tip-Adapter, whose cache has α and β.
  package var hasCache: Bool { self == .tipAdapter || self == .tipAdapterF }

  /// Whether the method learns in epochs with a learning rate.
  package var learnsInEpochs: Bool { [.tipAdapterF, .clipAdapter, .taskRes].contains(self) }

  /// Whether the method reads the classes' text features.
  package var needsText: Bool { self != .linear && self != .nearestMean }
}
