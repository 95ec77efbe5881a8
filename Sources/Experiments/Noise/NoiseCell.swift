import PromptLensDatasets

/// A run of a noise experiment: a noise, a learner and a seed.
package struct NoiseCell: Sendable, Equatable {
  /// The noise on the training labels.
  package enum Noise: Sendable, Equatable {
    /// True labels, which are the same for every kind of noise.
    case none
    /// Generated noise.
    case made(NoiseSpecification)
    /// Labels from a table, by its path.
    case given(String)
    /// Noise made earlier, by the paths of the seeds' manifests.
    case replayed([Int: String])

    /// The name in tables.
    package var kind: String {
      switch self {
      case .none: "none"
      case .made(let specification): specification.kind.rawValue
      case .given: "given"
      case .replayed: "replayed"
      }
    }
  }

  /// The noise.
  package let noise: Noise
  /// The learner.
  package let learner: NoiseLearner
  /// The seed of the draw, the noise and the context.
  package let seed: Int

  /// Creates a cell.
  package init(noise: Noise, learner: NoiseLearner, seed: Int) {
    self.noise = noise
    self.learner = learner
    self.seed = seed
  }

  /// The name of the cell's file, without its extension.
  package var name: String { "\(Self.fileName(learner.name))_\(noiseName)" }

  /// The name of the manifest of the cell's noise, without its extension.
  package var noiseName: String {
    switch noise {
    case .none: "clean_seed-\(seed)"
    case .made(let specification): "\(Self.fileName("\(specification)"))_seed-\(seed)"
    case .given, .replayed: "\(kind)_seed-\(seed)"
    }
  }

  /// The kind of noise, for tables.
  package var kind: String { noise.kind }

  /// The requested amount for tables: a rate, a number of false positives, or nothing.
  package var amount: String {
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
