/// The constants of a baseline by its paper, for a data set: what a probe uses where nothing is asked for.
///
/// Tip-Adapter's are those of the authors' configurations, one for each of CoOp's eleven data sets; other data have
/// ImageNet's. The table in `docs/recipes.md` has them.
package struct ProbeConstants: Sendable, Equatable {
  /// The number of epochs; nil for methods without any, or with as many as the shots ask for.
  package var epochs: Int?
  /// The learning rate; nil for methods without one.
  package var learningRate: Double?
  /// α before any search; of TaskRes the factor of residuals; nil for methods without one.
  package var alpha: Double?
  /// β before any search; nil for methods without one.
  package var beta: Double?
  /// The end of the search for α, which begins at 0.1; nil for methods without one.
  package var alphaLimit: Double?
  /// The end of the search for β, which begins at 0.1; nil for methods without one.
  package var betaLimit: Double?
  /// The number of random crops whose mean feature stands for a training image; 0 for the center crop.
  package var crops = 0
  /// Whether settings are searched on all validation images instead of drawn ones.
  package var searchesAllValidation = false
}

extension ProbeMethod {
  /// Returns the method's constants.
  ///
  /// - Parameter dataset: the key of the known data set; nil for others.
  /// - Returns: the constants.
  package func constants(dataset: String?) -> ProbeConstants {
    switch self {
    case .tipAdapter, .tipAdapterF:
      let cache = Self.cacheConstants[dataset ?? ""] ?? (beta: 7, alpha: 3, first: 1.17)
      return ProbeConstants(
        epochs: self == .tipAdapter ? nil : dataset == "eurosat" ? 100 : 20,
        learningRate: self == .tipAdapter ? nil : 0.001, alpha: cache.first, beta: 1, alphaLimit: cache.alpha,
        betaLimit: cache.beta, crops: 10, searchesAllValidation: true)
    case .clipAdapter: return ProbeConstants(learningRate: 0.002)
    case .taskRes:
      return ProbeConstants(
        learningRate: dataset == "imagenet" ? 2e-4 : 0.002, alpha: dataset == "flowers102" ? 1 : 0.5)
    default: return ProbeConstants()
    }
  }

  /// The ends of Tip-Adapter's searches and its first α, by data set.
  private static let cacheConstants: [String: (beta: Double, alpha: Double, first: Double)] = [
    "caltech101": (12, 5, 3), "oxford-pets": (7, 3, 1.17), "stanford-cars": (20, 10, 3), "flowers102": (50, 50, 10),
    "food101": (10, 10, 1.17), "fgvc-aircraft": (30, 30, 5), "sun397": (12, 10, 1.17), "dtd": (13, 13, 2),
    "eurosat": (12, 10, 2), "ucf101": (7, 3, 3), "imagenet": (7, 3, 1.17),
  ]

  /// Returns the constants with given settings in their place.
  package func constants(_ given: Settings, dataset: String?) -> ProbeConstants {
    var constants = constants(dataset: dataset)
    constants.epochs = given.epochs ?? constants.epochs
    constants.learningRate = given.learningRate ?? constants.learningRate
    constants.alpha = given.alpha ?? constants.alpha
    constants.beta = given.beta ?? constants.beta
    constants.alphaLimit = given.alphaLimit ?? constants.alphaLimit
    constants.betaLimit = given.betaLimit ?? constants.betaLimit
    constants.crops = given.crops ?? constants.crops
    constants.searchesAllValidation = given.searchesAllValidation ?? constants.searchesAllValidation
    return constants
  }
}
