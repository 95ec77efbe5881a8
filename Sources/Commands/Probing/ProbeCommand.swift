import PromptLensPromptLearning
import ArgumentParser
import PromptLensDatasets
import PromptLensEvaluation
import Foundation
import PromptLensReporting

struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Fit a classifier on image features, and measure it: the baselines of prompt learning.",
    discussion: """
      Methods, each with its paper's settings: linear, logistic regression on features as CLIP's authors and CoOp's run \
      it; tip-adapter and tip-adapter-f, a cache of the images beside the words; clip-adapter, a bottleneck over image \
      features; taskres, residuals of the words' features; lp++, a probe blended with the words; cross-modal, a probe that \
      learns from words as from images; nearest-mean.

      C of the linear probe, α and β of Tip-Adapter, and what else a method chooses, it chooses on validation images: the \
      data's val split, of which --shots draws min(shots, 4) of each class as the reference does. Without them methods \
      keep their own settings. Rates are made for CLIP's temperature of 100; --learning-rate for others. Nothing is ever \
      chosen on test images or on targets.

      Each --target is other data that the fitted classifier is measured on: its classes are matched by WordNet ids \
      where both data sets have them, by the lines of --map FILE, else by name, and it chooses between those that both \
      have. A --target may be a file of promptlens extract.

      The output folder holds classifier.h5, which promptlens evaluate and promptlens classifier read, and result.json.

      Example:
        promptlens probe --model mini-clip --data csv:pacs.csv?domain=photo --shots 16 --seed 1 --target \
      csv:pacs.csv?domain=sketch --output probes/photo
        promptlens probe --model mini-clip --features pets-16.h5 --test-features pets-test.h5 --method taskres --output \
      probes/pets
        promptlens probe --train-features X.npy --train-labels y.npy --test-features T.npy --test-labels t.npy \
      --text-features W.npy --method tip-adapter --output probes/arrays
      """)

  @Option(help: "The method.")
  var method: ProbeMethod = .linear

  @Option(help: ArgumentHelp("A model folder, as promptlens convert writes it.", valueName: "dir"))
  var model: String?

  @Option(help: DataOptions.help, transform: { try DataSource($0) })
  var data: DataSource?

  @OptionGroup var rootOptions: RootOptions

  @Option(
    name: [.customLong("features"), .customLong("train-features")],
    help: ArgumentHelp("Training features: of promptlens extract, or a .npy file.", valueName: "file"))
  var features: String?

  @Option(help: ArgumentHelp("Labels of --train-features, a .npy file of whole numbers.", valueName: "file"))
  var trainLabels: String?

  @Option(help: ArgumentHelp("Features to choose settings on, of the same kind.", valueName: "file"))
  var validationFeatures: String?

  @Option(help: ArgumentHelp("Labels of --validation-features.", valueName: "file"))
  var validationLabels: String?

  @Option(help: ArgumentHelp("Features to measure on, of the same kind.", valueName: "file"))
  var testFeatures: String?

  @Option(help: ArgumentHelp("Labels of --test-features.", valueName: "file"))
  var testLabels: String?

  @Option(
    help: ArgumentHelp("The words' features, with arrays: a .npy file with a row for each class.", valueName: "file"))
  var textFeatures: String?

  @Option(help: ArgumentHelp("A file of class names, with arrays.", valueName: "file"))
  var classes: String?

  @Option(help: "What cosines are multiplied by, with arrays: the exponential of the model's logit scale.")
  var scale: Double?

  @Option(help: "Training images of each class; by default all of them.")
  var shots: Int?

  @Option(help: "The seed of the draw, of the order of the images and of first values.")
  var seed = 1

  @Option(name: .customLong("c"), help: "C of the linear probe, in place of the search for it.")
  var inverseRegularization: Double?

  @Option(help: "The learning rate of tip-adapter-f, clip-adapter and taskres, in place of the paper's.")
  var learningRate: Double?

  @Option(help: "Passes over the images of tip-adapter-f, clip-adapter and taskres, in place of the paper's.")
  var epochs: Int?

  @OptionGroup var templateOptions: TemplateOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Other data to measure on, KIND:PATH or features of promptlens extract.", valueName: "data"))
  var target: [String] = []

  @OptionGroup var mapOptions: ClassMapOptions

  @Option(help: ArgumentHelp("Where features are kept; by default in the output folder.", valueName: "dir"))
  var featureFolder: String?

  @Option(help: "How many of the most confused pairs of classes to list.")
  var confusions = 5

  @Option(name: [.short, .long], help: ArgumentHelp("The folder to write.", valueName: "dir"))
  var output: String

  @OptionGroup var imageOptions: ImageOptions
  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var outputOptions: OutputOptions

  /// Whether features are plain arrays.
  var readsArrays: Bool { trainLabels != nil }

  /// What was given in place of the paper's settings.
  var settings: ProbeMethod.Settings {
    ProbeMethod.Settings(inverseRegularization: inverseRegularization, learningRate: learningRate, epochs: epochs)
  }

  func validate() throws {
    guard (data == nil) != (features == nil) else {
      throw ValidationError("Give the images with either --data KIND:PATH or --features FILE.")
    }
    guard features != nil || validationFeatures == nil && testFeatures == nil else {
      throw ValidationError(
        "--validation-features and --test-features go with --features; --data has splits of its own.")
    }
    if readsArrays { try validateArrays() } else { try validateModel() }
    for (name, value) in [("--shots", shots), ("--epochs", epochs)] {
      if let value, value < 1 { throw ValidationError("\(name) is \(value), expected at least 1.") }
    }
    guard method == .linear || inverseRegularization == nil else {
      throw ValidationError("--c goes with --method linear.")
    }
    guard method.learnsInEpochs || learningRate == nil && epochs == nil else {
      throw ValidationError("--learning-rate and --epochs go with tip-adapter-f, clip-adapter and taskres.")
    }
    for (name, value) in [("--c", inverseRegularization), ("--scale", scale), ("--learning-rate", learningRate)] {
      if let value, !(value > 0 && value.isFinite) {
        throw ValidationError("\(name) is \(value), expected more than 0.")
      }
    }
    guard mapOptions.map == nil || !target.isEmpty else { throw ValidationError("--map goes with --target.") }
    guard confusions >= 0 else { throw ValidationError("--confusions is \(confusions), expected 0 or more.") }
  }

  private func validateArrays() throws {
    guard features != nil else { throw ValidationError("--train-labels goes with --train-features.") }
    guard (validationFeatures == nil) == (validationLabels == nil), (testFeatures == nil) == (testLabels == nil) else {
      throw ValidationError("Arrays of features and of labels come in pairs: --test-features with --test-labels.")
    }
    guard model == nil, templateOptions.template.isEmpty, templateOptions.templates == nil else {
      throw ValidationError("With arrays, --text-features takes the place of --model and of templates.")
    }
    guard !method.needsText || textFeatures != nil else {
      throw ValidationError("--method \(method.rawValue) needs the words' features: give --text-features FILE.")
    }
    guard target.isEmpty else {
      throw ValidationError("--target needs data with class names; plain arrays have none.")
    }
  }

  private func validateModel() throws {
    guard model != nil else { throw ValidationError("Give the model of the features with --model DIR.") }
    for (name, value) in [
      ("--validation-labels", validationLabels), ("--test-labels", testLabels), ("--text-features", textFeatures),
      ("--classes", classes), ("--scale", scale.map { "\($0)" }),
    ] where value != nil {
      throw ValidationError("\(name) goes with plain arrays, --train-features X.npy --train-labels y.npy.")
    }
  }

  func run() throws {
    let run = try ProbeRun(self)
    let result = try run.result()
    try run.write(result.fitted, json: result.results.json, to: output)
    Console.print(result.results, as: outputOptions.format)
  }
}
