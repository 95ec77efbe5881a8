import Foundation
import PromptLensInterpretation
import PromptLensReporting

extension VectorControl {
  /// The finding on a vector.
  package var sentence: String {
    func percent(_ share: Double) -> String { "\(Int((share * 100).rounded(.down))) %" }
    switch verdict {
    case .word: return "is the word, or nearer to it than any other word could be"
    case .closer(let share):
      return "closer to a word than \(percent(share)) of random vectors"
        + (shareOfWordsFarther < 0.05 ? ", though farther than words are from each other" : "")
    case .chance(let share): return "no closer than chance (closer than \(percent(share)) of random vectors)"
    }
  }
}

extension ContextControls {
  /// The finding on the whole context.
  package var sentence: String {
    let close =
      "\(closeCount) of \(vectors.count) vectors are closer to a word than 95 % of random vectors, where chance gives "
      + closeByChance.formatted(decimals: 1)
    switch verdict {
    case .words: return "Every vector is a word: the words can be believed."
    case .closer: return "\(close) (\(chanceProbability.asProbability))."
    case .chance: return "No closer to words than chance: \(close); the words mean nothing by themselves."
    }
  }
}
