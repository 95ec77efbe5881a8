/// The strategy of learning from the images with the smallest losses of each batch, since wrong labels are learned
/// late.
///
/// In epoch T the share `R(T) = 1 − min(T/T_k · τ, τ)` is kept, with the noise rate τ and T_k = 10; epochs count from
/// 0. Source: Han et al., "Co-teaching: Robust Training of Deep Neural Networks with Extremely Noisy Labels" (2018),
/// the schedule of section 4.
package struct SmallLossSelection: SampleStrategy {
  /// τ, from 0 to below 1.
  package let noiseRate: Double
  /// T_k.
  package let rampEpochs: Int

  /// Creates the strategy of a noise rate.
  package init(noiseRate: Double, rampEpochs: Int = 10) {
    self.noiseRate = noiseRate
    self.rampEpochs = rampEpochs
  }

  /// The name, `small-loss:τ`.
  package var name: String { "small-loss:\(LossName.number(noiseRate))" }

  /// Returns R of an epoch, from 1.
  package func share(ofEpoch epoch: Int) -> Double {
    1 - min(Double(epoch - 1) / Double(max(rampEpochs, 1)) * noiseRate, noiseRate)
  }

  /// Returns the plan of keeping the smallest losses of each batch.
  package func plan(_ survey: EpochSurvey) -> EpochPlan {
    let share = share(ofEpoch: survey.epoch)
    let loss = SelectiveLoss(survey.loss) { SelectiveLoss.smallest($0, share: share) }
    return EpochPlan { _, _ in loss }
  }
}
