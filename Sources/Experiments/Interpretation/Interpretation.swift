import PromptLensEvaluation
import PromptLensInterpretation

/// The results of every analysis of a learned prompt.
package struct Interpretation {
  /// The prompt, and the images that it was measured on.
  package let subject: InterpretationSubject
  /// The remarks on the images.
  package let remarks: ImageRemarks
  /// The distances of the nearest words against controls.
  package let controls: ContextControls
  /// The accuracy with vectors replaced by their nearest words.
  package let projection: ProjectionAnalysis
  /// The context of nearest words against the learned one.
  package let projected: ContextOutcome
  /// The movement of the vectors by a network; `nil` without one.
  package let network: NetworkAnalysis?
  /// The accuracies of contexts of random words.
  package let randomWords: RandomWordAnalysis
  /// The effect of each vector.
  package let worth: VectorWorthAnalysis
  /// The searches for other words; `nil` without training images.
  package let search: WordSearchAnalysis?
  /// The attention inside the text tower.
  package let attention: TowerAttention
  /// The accuracy of the states after each layer.
  package let lens: LensAnalysis
  /// The words nearest to the states after each layer.
  package let hiddenWords: HiddenWordsAnalysis
  /// The margin that each vector adds.
  package let attribution: AttributionAnalysis
  /// The activations of the learned prompt put into the hand-written one.
  package let patching: PatchingAnalysis
  /// The parts of the logits that heads and MLPs write directly.
  package let logits: LogitAttributionAnalysis
  /// Attention to the vectors against their effects.
  package let comparison: AttentionComparison
  /// The movement of the classes' features.
  package let drift: DriftAnalysis
  /// The images whose predictions flip from the zero-shot classifier to the learned prompt.
  package let flips: PredictionFlips
  /// The classes' features as sums of words; `nil` if the vocabulary has too few words.
  package let decomposition: DecompositionAnalysis?
  /// The agreement with other prompts; `nil` without others.
  package let agreement: AgreementAnalysis?
  /// The contributions of the image tower's heads; `nil` if they weren't requested.
  package let imageHeads: ImageHeadsAnalysis?
}
