import PromptLensInterpretation
import PromptLensTensors

/// The agreement of prompts that were learned alike, pair by pair.
package struct AgreementAnalysis {
  /// Two prompts.
  package struct Pair {
    /// The short name of one.
    package let first: String
    /// The short name of the other.
    package let second: String
    /// The agreement of the two prompts.
    package let agreement: SeedAgreement

    /// Creates a pair.
    package init(first: String, second: String, agreement: SeedAgreement) {
      self.first = first
      self.second = second
      self.agreement = agreement
    }
  }

  /// The pairs.
  package let pairs: [Pair]

  /// Creates an analysis.
  package init(pairs: [Pair]) { self.pairs = pairs }

  private struct Member {
    let name: String
    let matrix: ContextMatrix
    let features: Tensor
    let predictions: [Int]
  }

  /// Compares a prompt and others, each with each.
  init(of prompt: InterpretedPrompt, with others: [LearnedPrompt]) throws {
    let all = [prompt.learned] + others
    let members = try zip(all, ContextNames.short(all.map(\.path))).map { learned, name in
      let matrix = try ContextMatrix(learned.contextServing(prompt.classNames).vectors)
      return Member(
        name: name, matrix: matrix,
        features: try learned.weights(prompt.classNames, position: prompt.assembly.classPosition),
        predictions: try prompt.evaluator.measure.predictions(of: [matrix])[0])
    }
    pairs = try members.indices.flatMap { second in
      try (0..<second).map { first in
        let (left, right) = (members[first], members[second])
        return Pair(
          first: left.name, second: right.name,
          agreement: try SeedAgreement(
            left.matrix, right.matrix, features: (left.features, right.features),
            predictions: (left.predictions, right.predictions), seed: prompt.seed,
            measure: prompt.evaluator.measure))
      }
    }
  }
}
