import PromptLensDatasets

/// The runs of a noise experiment: every noise with every learner and every seed.
package struct NoiseGrid: Sendable {
  /// The kinds of noise.
  package let kinds: [NoiseKind]
  /// The amounts of each kind.
  package let amounts: [NoiseAmount]
  /// The learners.
  package let learners: [NoiseLearner]
  /// The seeds.
  package let seeds: [Int]
  /// The given or replayed labels, which replace kinds and amounts of noise.
  package let fixed: NoiseCell.Noise?
  /// Whether validation images also get noise.
  package let hasNoisyValidation: Bool

  /// Creates a grid.
  package init(
    kinds: [NoiseKind], amounts: [NoiseAmount], learners: [NoiseLearner], seeds: [Int], fixed: NoiseCell.Noise? = nil,
    hasNoisyValidation: Bool = false
  ) {
    self.kinds = kinds
    self.amounts = amounts
    self.learners = learners
    self.seeds = seeds
    self.fixed = fixed
    self.hasNoisyValidation = hasNoisyValidation
  }

  /// Returns the noises of each kind, from least to most, with the kind's name.
  package func noisesByKind() throws -> [(kind: String, noises: [NoiseCell.Noise])] {
    if let fixed { return [(fixed.kind, [fixed])] }
    return try kinds.map { kind in
      let noises = try amounts.map { amount -> NoiseCell.Noise in
        switch amount {
        case .rate(0), .falsePositives(0): .none
        default: .made(try NoiseSpecification(kind, amount))
        }
      }
      return (kind.rawValue, noises)
    }
  }

  /// Returns all noises, each once.
  package func noises() throws -> [NoiseCell.Noise] {
    try noisesByKind().flatMap(\.noises).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Returns the requests for noise in the labels of a seed's draw.
  package func requests(seed: Int) throws -> [NoiseRequest] { try noises().compactMap { request($0, seed: seed) } }

  /// Returns the request that makes a noise; nil for true labels.
  package func request(_ noise: NoiseCell.Noise, seed: Int) -> NoiseRequest? {
    switch noise {
    case .none: nil
    case .made(let specification):
      NoiseRequest(source: .made(specification, seed: nil), alsoValidation: hasNoisyValidation)
    case .given(let path): NoiseRequest(source: .givenLabels(path))
    case .replayed(let paths): paths[seed].map { NoiseRequest(source: .manifest($0)) }
    }
  }

  /// Returns every cell; those with true labels occur once for all kinds.
  package func cells() throws -> [NoiseCell] {
    try noises().flatMap { noise in
      learners.flatMap { learner in seeds.map { NoiseCell(noise: noise, learner: learner, seed: $0) } }
    }
  }
}
