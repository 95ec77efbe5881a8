import ArgumentParser
import PromptLensCommandLineSupport

/// The options for the words that images are compared with: a model that encodes them, or features of them.
struct WordOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A model folder, as promptlens convert writes it.", valueName: "dir"))
  var model: String?

  @Option(
    help: ArgumentHelp("The words' features, with arrays: a .npy file with a row for each class.", valueName: "file"))
  var textFeatures: String?

  @Option(
    help: "The factor of the cosines, with arrays: the exponential of the model's logit scale (default: 100).")
  var scale: Double?

  func validate() throws {
    try NumberBounds.checkPositive("--scale", scale)
    guard model == nil || (textFeatures == nil && scale == nil) else {
      throw ValidationError("--text-features takes the place of --model, and --scale of its logit scale.")
    }
  }

  /// Refuses features of words beside images of a model, and templates beside features of words.
  ///
  /// - Parameters:
  ///   - arrays: whether image features are plain arrays.
  ///   - takesModel: whether a model may encode the words beside arrays.
  ///   - templates: the options for templates, of commands that have them.
  /// - Throws: `ValidationError` naming the option.
  func check(areArrays arrays: Bool, takesModel: Bool = false, templates: TemplateOptions? = nil) throws {
    try ArrayOptions<TestImages>.check(isGiven: textFeatures != nil, "--text-features", with: arrays)
    try ArrayOptions<TestImages>.check(isGiven: scale != nil, "--scale", with: arrays)
    guard arrays || model != nil else { throw ValidationError("Give the model of the features with --model DIR.") }
    guard !arrays || (model == nil ? templates?.given == nil : takesModel) else {
      throw ValidationError("With arrays, --text-features takes the place of --model and of templates.")
    }
  }
}
