import PromptLensFeatures
import PromptLensInterpretation
import PromptLensPrompts
import PromptLensTensors

/// The results of every analysis of prompts in deeper layers.
package struct DeepInterpretation {
  /// The prompts' file.
  package let path: String
  /// The method, for people.
  package let method: String
  /// The model's folder.
  package let modelPath: String
  /// The model's fingerprint.
  package let modelFingerprint: String
  /// The arithmetic of the towers.
  package let precision: ComputePrecision
  /// The name of the data set.
  package let data: String
  /// The split of the images.
  package let split: Split
  /// The number of images that were measured.
  package let images: Int
  /// The number of the split's images.
  package let available: Int
  /// The names of the classes.
  package let classNames: [String]
  /// The prompt as written.
  package let template: Template
  /// The template of the zero-shot classifier.
  package let zeroShotTemplate: Template
  /// The accuracy of the zero-shot classifier, a fraction.
  package let zeroShotAccuracy: Double
  /// The effects of layers and towers.
  package let ablation: LayerAblation
  /// The words and the patches near the prompts.
  package let decoded: DecodedDeepPrompt
  /// The remarks on the images.
  package let remarks: ImageRemarks
}
