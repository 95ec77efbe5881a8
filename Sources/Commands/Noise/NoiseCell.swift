import PromptLensExperiments
import PromptLensDatasets

/// One run of a sweep: which noise, which learner, which seed.
struct NoiseCell: Sendable, Equatable {
  /// What is wrong with the labels; kinds do not matter where nothing is.
  enum Noise: Sendable, Equatable {
    case none
    case made(NoiseSpecification)
    /// A table of given labels.
    case given(String)
    /// Noise that was made before, by the seeds' manifests.
    case replayed([Int: String])

    /// What it is called in tables.
    var kind: String {
      switch self {
      case .none: "none"
      case .made(let specification): specification.kind.rawValue
      case .given: "given"
      case .replayed: "replayed"
      }
    }
  }

  let noise: Noise
  let learner: NoiseLearner
  let seed: Int

  /// What a file of this cell is called.
  var name: String { "\(Self.fileName(learner.name))_\(noiseName)" }

  /// What a file of this cell's noise is called.
  var noiseName: String {
    switch noise {
    case .none: "clean_seed-\(seed)"
    case .made(let specification): "\(Self.fileName("\(specification)"))_seed-\(seed)"
    case .given, .replayed: "\(kind)_seed-\(seed)"
    }
  }

  /// The kind of noise, for tables.
  var kind: String { noise.kind }

  /// What was asked for, a rate or a number of false positives, for tables.
  var amount: String {
    guard case .made(let specification) = noise else { return "" }
    return switch specification.amount {
    case .rate(let rate): "\(rate)"
    case .falsePositives(let count): "\(count)fp"
    }
  }

  private static func fileName(_ text: String) -> String {
    text.replacing(":", with: "-").replacing("+", with: "-and-")
  }
}

/// The runs of a sweep.
struct NoiseGrid: Sendable {
  let kinds: [NoiseKind]
  let amounts: [NoiseAmount]
  let learners: [NoiseLearner]
  let seeds: [Int]
  /// Labels that are given or replayed, in place of kinds and amounts.
  var fixed: NoiseCell.Noise?
  /// Whether validation images get noise too.
  var hasNoisyValidation = false

  /// The noises of a kind, from none to most.
  func noises(of kind: NoiseKind) throws -> [NoiseCell.Noise] {
    try amounts.map { amount in
      switch amount {
      case .rate(0), .falsePositives(0): .none
      default: .made(try NoiseSpecification(kind, amount))
      }
    }
  }

  /// All noises, none twice.
  func noises() throws -> [NoiseCell.Noise] {
    if let fixed { return [fixed] }
    var noises: [NoiseCell.Noise] = []
    for kind in kinds {
      for noise in try self.noises(of: kind) where !noises.contains(noise) { noises.append(noise) }
    }
    return noises
  }

  /// What is asked for of the labels of a seed's draw.
  func requests(seed: Int) throws -> [NoiseRequest] { try noises().compactMap { request($0, seed: seed) } }

  /// What a noise asks for; nil for none.
  func request(_ noise: NoiseCell.Noise, seed: Int) -> NoiseRequest? {
    switch noise {
    case .none: nil
    case .made(let specification):
      NoiseRequest(source: .made(specification, seed: nil), alsoValidation: hasNoisyValidation)
    case .given(let path): NoiseRequest(source: .givenLabels(path))
    case .replayed(let paths): paths[seed].map { NoiseRequest(source: .manifest($0)) }
    }
  }

  /// Every cell; those without noise stand once for all kinds.
  func cells() throws -> [NoiseCell] {
    try noises().flatMap { noise in
      learners.flatMap { learner in seeds.map { NoiseCell(noise: noise, learner: learner, seed: $0) } }
    }
  }
}
