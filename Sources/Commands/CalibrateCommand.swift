import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensEvaluation
import PromptLensExperiments
import PromptLensFeatures
import PromptLensPresentation

struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Fit a temperature on validation images, and measure calibration before and after.",
    discussion: """
      The classifier is one of hand-written prompts by default, or with --classifier a learned prompt, a probe or a \
      classifier file. The temperature that logits are divided by has the largest likelihood on the images of --validation; \
      test images never influence it, and it doesn't change predictions.

      Before and after, on validation and test images: the expected calibration error with 15 bins of equal width and of \
      equal mass, the adaptive and the class-wise one (means over classes), the Brier score, the negative log-likelihood, \
      and the reliability diagram with the number of images in each bin.

      Test images of a learned prompt may have classes that it was not learned on: distance-aware calibration (DAC) then \
      also multiplies logits by a factor of the predicted class, by how far its text feature has moved from the nearest \
      training classes.

      --output DIR receives the tables, diagrams, the section of a report, and classifier.h5 with the temperature, \
      which promptlens predict applies to probabilities.

      Example:
        promptlens calibrate --model mini-clip --validation csv:pacs.csv?domain=photo --test csv:pacs.csv?domain=sketch
        promptlens calibrate --classifier runs/pets --validation pets-val.h5 --test pets-test.h5 --output calibrated
        promptlens calibrate --features V.npy --labels v.npy --test-features X.npy --test-labels y.npy --text-features T.npy
      """)

  @Option(
    help: ArgumentHelp(
      "Images to fit the temperature on, KIND:PATH or features of promptlens extract.", valueName: "data"))
  var validation: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Images to measure on, KIND:PATH or features of promptlens extract.", valueName: "data"))
  var test: [String] = []

  @Option(help: "The split of --validation: train, val or test.")
  var validationSplit: Split = .val

  @Option(help: "The split of --test: train, val or test.")
  var split: Split = .test

  @Option(help: ArgumentHelp("Features of validation images, a .npy file, instead of --validation.", valueName: "file"))
  var features: String?

  @Option(help: ArgumentHelp("Labels of --features, a .npy file of whole numbers.", valueName: "file"))
  var labels: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Features of test images, .npy files, instead of --test.", valueName: "file"))
  var testFeatures: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Labels of --test-features, .npy files in the same order.", valueName: "file"))
  var testLabels: [String] = []

  @OptionGroup var classifierOptions: ScoredClassifierOptions

  @Option(help: "The nearest training classes that distance-aware calibration takes into account.")
  var neighbors = DistanceAwareCalibration.defaultNeighbors

  @Option(name: [.short, .long], help: ArgumentHelp("The folder of tables, data and diagrams.", valueName: "dir"))
  var output: String?

  @OptionGroup var imageOptions: ImageOptions
  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var replacementOptions: ReplacementOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard (validation == nil) != (features == nil) else {
      throw ValidationError("Give the validation images with either --validation DATA or --features FILE.")
    }
    if features != nil {
      guard labels != nil else { throw ValidationError("--features needs --labels FILE.") }
      guard classifierOptions.wordOptions.textFeatures != nil, classifierOptions.classifier == nil,
        classifierOptions.wordOptions.model == nil, classifierOptions.templateOptions.given == nil
      else {
        throw ValidationError(
          "--features needs the classes' text features, --text-features FILE, which take the place of --model, "
            + "--classifier and templates.")
      }
      guard test.isEmpty, testFeatures.count == testLabels.count else {
        throw ValidationError("Give as many files of --test-features as of --test-labels, and no --test.")
      }
    } else {
      guard labels == nil, testFeatures.isEmpty, testLabels.isEmpty, classifierOptions.wordOptions.textFeatures == nil,
        classifierOptions.wordOptions.scale == nil
      else {
        throw ValidationError(
          "--labels, --test-features, --test-labels, --text-features and --scale go with --features.")
      }
      try classifierOptions.checkModel()
    }
    try NumberBounds.check("--neighbors", neighbors, atLeast: 1)
    for (name, values) in [("--test", test), ("--test-features", testFeatures)] {
      guard Set(values).count == values.count else { throw ValidationError("A file of \(name) is given twice.") }
    }
  }

  func run() throws {
    let files = try output.map { try replacementOptions.results(in: $0) }
    let result = try experiment().run(observer: Console.observer)
    if let files { try result.write(to: files) }
    try outputOptions.print(result.results)
  }

  private func experiment() throws -> CalibrationExperiment {
    func images(_ text: String, _ split: Split) throws -> ScoredSource {
      try ScoredSource(text, split: split, reading: imageOptions.reading)
    }
    var experiment: CalibrationExperiment
    if let features, let words = classifierOptions.arrays {
      experiment = CalibrationExperiment(
        words, validation: .array(features, labels: labels),
        tests: zip(testFeatures, testLabels).map { .array($0, labels: $1) })
    } else {
      experiment = CalibrationExperiment(
        classifierOptions.choice, validation: try images(validation ?? "", validationSplit),
        tests: try test.map { try images($0, split) })
    }
    experiment.neighbors = neighbors
    experiment.precision = computeOptions.precision
    return experiment
  }
}
