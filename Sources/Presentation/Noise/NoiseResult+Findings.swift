import PromptLensExperiments
import PromptLensReporting

extension NoiseResult {
  /// The findings as sentences: for each kind of noise the learner that keeps most of its accuracy, and the learners that
  /// fall under zero-shot CLIP.
  package var findings: [String] {
    kinds.flatMap { kind -> [String] in
      let curves = curves(of: kind)
      let areas = curves.compactMap { curve in curve.area.map { (learner: curve.learner, area: $0) } }
        .sorted { $0.area > $1.area }
      guard let best = areas.first, let worst = areas.last else { return [] }
      var sentences = [
        areas.count > 1
          ? "Under \(kind) noise \(best.learner) keeps most (area under its curve \(best.area.formatted(decimals: 3))), "
            + "\(worst.learner) least (\(worst.area.formatted(decimals: 3)))."
          : "Under \(kind) noise the area under the curve of \(best.learner) is \(best.area.formatted(decimals: 3))."
      ]
      let falls = curves.compactMap { curve in curve.criticalRate.map { (learner: curve.learner, rate: $0) } }
        .sorted { $0.rate < $1.rate }
      let (below, later) = (falls.filter { $0.rate <= 0 }.map(\.learner), falls.filter { $0.rate > 0 })
      if !below.isEmpty {
        sentences.append("Not above zero-shot CLIP even without \(kind) noise: \(below.joined(separator: ", ")).")
      }
      if !later.isEmpty {
        let list = later.map { "\($0.learner) at \(($0.rate * 100).formatted(decimals: 1)) %" }.joined(separator: ", ")
        sentences.append(
          "Under \(kind) noise learners fall under zero-shot CLIP at these shares of wrong labels: \(list).")
      }
      return sentences
    }
  }

  /// The conclusions that the experiment doesn't allow.
  package var doubts: [String] {
    ["labels were made wrong by a program; people's mistakes are of other kinds, and mostly harder to find."]
  }
}
