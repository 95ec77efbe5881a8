/// Two prompts with different initial contexts, each of which learns from the images with the smallest losses of the
/// other, so that they filter each other's errors.
///
/// Source: Han et al., "Co-teaching: Robust Training of Deep Neural Networks with Extremely Noisy Labels" (2018),
/// algorithm 1. The run keeps the first prompt.
package struct CoTeaching: SampleStrategy {
  /// The share of a batch that is kept.
  package let selection: SmallLossSelection

  /// Creates the strategy of a noise rate.
  package init(noiseRate: Double, rampEpochs: Int = 10) {
    selection = SmallLossSelection(noiseRate: noiseRate, rampEpochs: rampEpochs)
  }

  /// The name, `co-teaching:τ`.
  package var name: String { "co-teaching:\(LossName.number(selection.noiseRate))" }
  /// True, because a second prompt is learned.
  package var hasPeer: Bool { true }

  /// Returns the plan of learning from the images of each batch with the smallest losses of the other prompt.
  package func plan(_ survey: EpochSurvey) -> EpochPlan {
    let share = selection.share(ofEpoch: survey.epoch)
    return EpochPlan { _, peerRows in
      let factors = SelectiveLoss.smallest(peerRows, share: share)
      return SelectiveLoss(survey.loss) { _ in factors }
    }
  }
}
