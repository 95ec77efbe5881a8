import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensExperiments

/// The options for how training images vary from epoch to epoch.
struct ViewOptions: ParsableArguments {
  @Option(help: RunField.views.optionHelp)
  var views: Int?

  @Option(help: RunField.augmentation.optionHelp)
  var augment: Augmentation = .views

  func validate() throws {
    guard augment != .online || views == nil else {
      throw ValidationError(
        "--augment online and --views exclude each other: online, every epoch has views of its own.")
    }
    try Self.check(views)
  }

  /// Refuses views of images where features are given.
  func check(beside source: ImageSourceOptions<TrainingImages>) throws {
    try Self.check(views, beside: source)
    guard augment != .online || source.data != nil else {
      throw ValidationError(
        "--augment online encodes the images at every epoch; give them with --data, not --features.")
    }
  }

  /// Refuses a number of views that is out of range, or that features have by themselves.
  static func check(_ views: Int?, beside source: ImageSourceOptions<TrainingImages>? = nil) throws {
    guard let views else { return }
    guard source == nil || source?.data != nil else {
      throw ValidationError("--views goes with --data; a feature file has as many views as it has.")
    }
    try NumberBounds.check("--views", views, in: 1...4096)
  }
}
