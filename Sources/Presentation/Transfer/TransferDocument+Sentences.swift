import PromptLensExperiments
import PromptLensReporting

extension TransferDocument {
  /// The sentences on the gains of learned prompts over zero-shot CLIP on each target. Wordings have a command of their
  /// own, so they aren't mentioned.
  package var findings: [String] {
    corruptionFindings
      + targets.filter { !$0.isCorrupted }.flatMap { target -> [String] in
        target.results.filter { $0.kind == .learned }.compactMap { result in
          guard let gain = result.againstZeroShot?.difference else { return nil }
          let (low, high) = (gain.interval.lowerBound, gain.interval.upperBound)
          let verdict = low > 0 ? "is better than" : high < 0 ? "is worse than" : "does not differ significantly from"
          return
            "On \(target.name) \(result.name) \(verdict) zero-shot CLIP (\(Self.points(gain.difference)) points, 95 % CI "
            + "\(Self.points(low)) to \(Self.points(high)), paired bootstrap, n = \(target.targetImageCount))."
        }
      }
  }

  private static func points(_ difference: Double) -> String {
    "\(difference > 0 ? "+" : "")\((difference * 100).formatted(decimals: 2))"
  }

  /// The sentences on conclusions that the numbers don't support.
  package var doubts: [String] {
    ["Gains on these targets don't carry over to others; effective robustness depends on the choice of baselines."]
  }

  /// Notes on runs that were learned on other data than the source, and, for each target, on the line that effective
  /// robustness is measured from.
  package var notes: [String] {
    foreignSources.map { "\($0.path) was learned on \($0.data), not on \(source.data)" }
      + targets.filter { !$0.isCorrupted }.map(Self.baselineNote)
  }

  private static func baselineNote(_ target: Target) -> String {
    guard let fit = target.fit else {
      return "\(target.name): the baselines have equal accuracy on the source, so effective robustness is undefined"
    }
    return
      "\(target.name): effective robustness is the distance above logit(target) = \(fit.slope.formatted(decimals: 3)) · "
      + "logit(source) \(fit.intercept < 0 ? "−" : "+") \(fit.intercept.magnitude.formatted(decimals: 3)), fitted to \(fit.baselines.count) zero-shot classifiers "
      + "of this model" + reservation(fit)
  }

  /// Returns how much of the baselines' differences the line explains, and a warning when that is little.
  private static func reservation(_ fit: BaselineFit) -> String {
    guard let determination = fit.determination else { return ", which have equal accuracy on the target" }
    let text = " (R² \(determination.formatted(decimals: 2)))"
    return fit.weakness.map { "\(text); \($0), so no line is drawn, and distances from it mean little" } ?? text
  }
}
