import PromptLensInterpretation
import PromptLensPrompts
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
    /// The cosine of the two movements of the vectors from where each began; `nil` if that isn't known.
    package let vectorDirections: Double?
    /// The cosine of the two movements of the class features from the zero-shot ones; `nil` if one didn't move.
    package let featureDirections: Double?
    /// The same of each prompt with contexts of random words, the mean: what any change of the context gives.
    package let randomWordDirections: Double?
    /// The mean alignment of the prompts' class features with those of contexts of random words.
    package let randomWordAlignment: Double?
    /// The mean alignment of the prompts' class features with the zero-shot ones.
    package let zeroShotAlignment: Double?
  }

  /// The pairs.
  package let pairs: [Pair]

  /// The number of contexts of random words.
  private static let randomContexts = 10

  private struct Member {
    let name: String
    let matrix: ContextMatrix
    let vectors: Tensor
    let start: Tensor?
    let features: Tensor
    let predictions: [Int]
  }

  /// Compares a prompt and others, each with each.
  init(of prompt: InterpretedPrompt, with others: [LearnedPrompt]) throws {
    let all = [prompt.learned] + others
    let members = try zip(all, ContextNames.short(all.map(\.path))).map { learned, name in
      let context = try learned.contextServing(prompt.classNames)
      let matrix = try ContextMatrix(context.vectors)
      return Member(
        name: name, matrix: matrix, vectors: context.vectors,
        start: try RunFolder.owning(learned.path)?.description.initialContext(
          of: context, tokenizer: learned.tokenizer, embedding: prompt.embedding),
        features: try learned.weights(prompt.classNames, position: prompt.assembly.classPosition),
        predictions: try prompt.evaluator.measure.predictions(of: [matrix])[0])
    }
    let random = try prompt.arbitraryWords(lists: Self.randomContexts, seed: prompt.seed &+ 2).map {
      try prompt.classFeatures(of: prompt.matrix.words($0, of: prompt.embedding))
    }
    let zeroShot = prompt.zeroShot
    pairs = try members.indices.flatMap { second in
      try (0..<second).map { first in
        let (left, right) = (members[first], members[second])
        func mean(_ value: (Tensor) throws -> Double?) rethrows -> Double? {
          let values = try [left.features, right.features].compactMap(value)
          return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        }
        func average(_ value: (Tensor, Tensor) throws -> Double?) rethrows -> Double? {
          try mean { own in
            let values = try random.compactMap { try value(own, $0) }
            return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
          }
        }
        return Pair(
          first: left.name, second: right.name,
          agreement: try SeedAgreement(
            left.matrix, right.matrix, features: (left.features, right.features),
            predictions: (left.predictions, right.predictions), seed: prompt.seed,
            measure: prompt.evaluator.measure),
          vectorDirections: try left.start.flatMap { start in
            try right.start.flatMap { try Movement.cosine(left.vectors, from: start, right.vectors, from: $0) }
          },
          featureDirections: try Movement.cosine(left.features, from: zeroShot, right.features, from: zeroShot),
          randomWordDirections: try average { try Movement.cosine($0, from: zeroShot, $1, from: zeroShot) },
          randomWordAlignment: try average { try Similarity.alignment($0, $1) },
          zeroShotAlignment: try mean { try Similarity.alignment($0, zeroShot) })
      }
    }
  }
}
