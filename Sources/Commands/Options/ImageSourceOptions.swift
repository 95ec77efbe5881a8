import ArgumentParser
import PromptLensDatasets

/// The use that a command makes of its images, by which their options are called.
protocol ImageUse {
  /// The names of the option for features.
  static var features: NameSpecification { get }
  /// The names of the option for the labels of arrays.
  static var labels: NameSpecification { get }
  /// The kind of features, for help.
  static var kind: String { get }
  /// Whether a list of classes can name the folders of images.
  static var takesClassesOfFolders: Bool { get }
}

/// Images to measure on.
enum TestImages: ImageUse {
  static var features: NameSpecification { .customLong("features") }
  static var labels: NameSpecification { .customLong("labels") }
  static var kind: String { "Features" }
  static var takesClassesOfFolders: Bool { true }
}

/// Images to learn from; others to choose settings and to measure on have options of their own.
enum TrainingImages: ImageUse {
  static var features: NameSpecification { [.customLong("features"), .customLong("train-features")] }
  static var labels: NameSpecification { [.customLong("labels"), .customLong("train-labels")] }
  static var kind: String { "Training features" }
  static var takesClassesOfFolders: Bool { false }
}

/// The options for images or for their features.
struct ImageSourceOptions<Use: ImageUse>: ParsableArguments {
  @Option(help: DataOptions.help, transform: { try DataSource($0) })
  var data: DataSource?

  @OptionGroup var rootOptions: RootOptions

  @Option(
    name: Use.features, help: ArgumentHelp("\(Use.kind): of promptlens extract, or a .npy file.", valueName: "file"))
  var features: String?

  @OptionGroup var imageOptions: ImageOptions

  func validate() throws {
    if data != nil, features != nil { throw Self.notOne }
  }

  /// Refuses a command line without images.
  func requireImages() throws {
    if data == nil, features == nil { throw Self.notOne }
  }

  /// The error of a command line without images, or with two sources of them.
  static var notOne: ValidationError {
    ValidationError("Give the images with either --data KIND:PATH or --features FILE.")
  }
}

/// The options that say what the rows of plain arrays are.
struct ArrayOptions<Use: ImageUse>: ParsableArguments {
  @Option(
    name: Use.labels, help: ArgumentHelp("Labels of --features, a .npy file of whole numbers.", valueName: "file"))
  var labels: String?

  @Option(
    help: ArgumentHelp(
      Use.takesClassesOfFolders ? "A file of class names." : "A file of class names, with arrays.", valueName: "file"))
  var classes: String?

  /// Whether features are plain arrays.
  var areGiven: Bool { labels != nil }

  /// Refuses labels without features, and class names of what has its own.
  func check(beside source: ImageSourceOptions<Use>) throws {
    guard labels == nil || source.features != nil else {
      throw ValidationError("--labels goes with --features; both are .npy files.")
    }
    guard classes == nil || areGiven || source.features == nil else {
      throw ValidationError("--classes goes with images and plain arrays; a feature file names its classes.")
    }
    try Self.check(isGiven: classes != nil, "--classes", with: areGiven || Use.takesClassesOfFolders)
  }

  /// Refuses an option that goes with plain arrays alone.
  static func check(isGiven: Bool, _ option: String, with arrays: Bool) throws {
    guard arrays || !isGiven else {
      throw ValidationError("\(option) goes with plain arrays, --features X.npy --labels y.npy.")
    }
  }
}
