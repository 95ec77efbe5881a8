import ArgumentParser
import PromptLensExperiments

/// The options for a classifier whose logits are measured: hand-written prompts, or a stored one.
struct ScoredClassifierOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A run folder, a context file, a probe's folder or a classifier file; by default hand-written prompts.",
      valueName: "prompt"))
  var classifier: String?

  @OptionGroup var wordOptions: WordOptions
  @OptionGroup var templateOptions: TemplateOptions

  /// The classifier of images that a model encodes.
  var choice: ScoredClassifier {
    classifier.map { .stored($0, model: wordOptions.model) }
      ?? .templates(templateOptions.request, model: wordOptions.model ?? "")
  }

  /// The classifier of plain arrays, by the words' features; nil without them.
  var arrays: ScoredClassifier? {
    wordOptions.textFeatures.map {
      .features($0, scale: wordOptions.scale.map { Float($0) } ?? FeatureArrays.defaultScale)
    }
  }

  /// Refuses, for images that a model encodes, a missing model, and templates beside a stored classifier.
  ///
  /// - Throws: `ValidationError` naming the option.
  func checkModel() throws {
    guard classifier != nil || wordOptions.model != nil else {
      throw ValidationError("Give the model with --model DIR, or a --classifier that records its own.")
    }
    guard classifier == nil || templateOptions.given == nil else {
      throw ValidationError("--template and --templates make hand-written prompts; --classifier takes their place.")
    }
  }
}
