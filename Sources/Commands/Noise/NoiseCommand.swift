import ArgumentParser
import Checkpoints
import Datasets
import Evaluation
import Files
import Foundation
import PromptLearning
import Reporting
import Tensors

struct NoiseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "noise",
    abstract: "Measure how wrong training labels hurt a learned prompt, what helps, and which labels look wrong.",
    discussion: """
      For each kind of noise, each rate and each seed, labels of the training images are made wrong and a prompt is \
      learned by every loss; accuracy is measured on test images, whose labels are never touched. Kinds: symmetric, any \
      other class; pair, the next class; confusable, by the likeness of the classes' prompts; instance, by what zero-shot \
      CLIP takes an image for. A seed's noise grows with the rate.

      --losses takes learners, parts joined by +: a loss (ce, gce:0.7, mae, sce:0.1:1, nce-rce:1:1, phuber-ce:10, \
      smoothing:0.1), a strategy (small-loss, co-teaching, agreement:1, nlprompt:0.3), early-stopping:20, random-names, \
      which puts random words in the place of class names; or a classifier alone: linear, tip-adapter, clip-adapter.

      Runs are made side by side, one core each, and share image features, tokens and packed weights. A run that is done \
      is never made again: the same command goes on where it was stopped, and with more kinds, rates, losses or seeds \
      makes what is missing. The folder holds runs/ and noise/ (which labels were changed), runs.csv, suspects.csv, \
      result.json, the tables as tables.md and tables.tex, and charts.

      Example:
        promptlens noise --model mini-clip --data folder:cifar10 --shots 16 --output noise
        promptlens noise --model mini-clip --data csv:pacs.csv?domain=photo --rates 0,0.5 --kinds symmetric --losses \
      ce,gce:0.7,ce+co-teaching,linear --epochs 200 --output pacs-noise
        promptlens noise --train-features X.npy --train-labels y.npy --test-features T.npy --test-labels t.npy \
      --text-features W.npy --losses linear,tip-adapter --output arrays-noise
      """)

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
  var scale = Double(FeatureArrays.defaultScale)

  @Option(help: ArgumentHelp("Features of validation images, with --features.", valueName: "file"))
  var validationFeatures: String?

  @Option(help: ArgumentHelp("Where features are kept; by default in the output folder.", valueName: "dir"))
  var featureFolder: String?

  @OptionGroup var imageOptions: ImageOptions

  @Option(help: "Training images of each class.")
  var shots = 16

  @Option(help: "Rates of wrong labels.", transform: { try NoiseLists.rates($0) })
  var rates: [NoiseAmount]?

  @Option(
    help: "False positives in each class, in place of rates: other classes' images, drawn without repetition.",
    transform: { try NoiseLists.falsePositives($0) })
  var falsePositives: [NoiseAmount]?

  @Option(help: "Kinds of noise.", transform: { try NoiseLists.kinds($0) })
  var kinds: [NoiseKind]?

  @Option(
    help: ArgumentHelp("Labels that somebody gave, in place of noise: a table of path and label.", valueName: "csv"))
  var givenLabels: String?

  @Option(
    help: ArgumentHelp("Losses and other learners (default: \(NoiseLists.defaultLearners)).", valueName: "list"),
    transform: { try NoiseLists.learners($0) })
  var losses: [NoiseLearner]?

  @Flag(help: "Make the noise in the validation images too, which early-stopping looks at.")
  var noisyValidation = false

  @Option(help: "Seeds of draws, noise and contexts.", transform: { try NoiseLists.seeds($0) })
  var seeds: [Int] = [1, 2, 3]

  @Option(help: "Views of each training image, with --data.")
  var views = 1

  @Option(help: "Vectors in the context, M (default: 16, or the tokens of --init).")
  var contextLength: Int?

  @Option(name: .customLong("init"), help: ArgumentHelp("Words to begin the context with.", valueName: "text"))
  var initialization: String?

  @Option(help: "Where the class name stands: end, middle or front.")
  var classPosition: ClassPosition = .end

  @Flag(help: "Learn a context of its own for each class.")
  var classSpecific = false

  @Option(help: "Passes over the images (default: 50, 100 or 200 by shots).")
  var epochs: Int?

  @Option(help: "Images in a step.")
  var batchSize = 32

  @Option(help: "The learning rate after the first epoch.")
  var learningRate = 0.002

  @Option(help: "The arithmetic of the towers: f32, or bf16 for processors with AVX-512.")
  var precision: ComputePrecision = .float32

  @Option(help: "Runs side by side; by default PROMPTLENS_THREADS, or all processors. Results do not depend on it.")
  var threads: Int?

  @Option(name: [.short, .long], help: ArgumentHelp("The folder of the sweep.", valueName: "dir"))
  var output: String

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard (data == nil) != (features == nil) else {
      throw ValidationError("Give the images with either --data KIND:PATH or --features FILE.")
    }
    guard (features == nil) == (testFeatures == nil) else {
      throw ValidationError("--features and --test-features go together.")
    }
    if trainLabels != nil { try validateArrays() } else { try validateModel() }
    guard validationFeatures == nil || features != nil else {
      throw ValidationError("--validation-features goes with --features.")
    }
    guard rates == nil || falsePositives == nil else {
      throw ValidationError("--rates and --false-positives exclude each other.")
    }
    guard givenLabels == nil || (rates == nil && falsePositives == nil && kinds == nil) else {
      throw ValidationError("--given-labels stands in place of --rates, --false-positives and --kinds.")
    }
    guard initialization == nil || contextLength == nil else {
      throw ValidationError("--context-length and --init exclude each other: the text has as many vectors as tokens.")
    }
    for (name, value) in [
      ("--shots", shots), ("--context-length", contextLength), ("--epochs", epochs), ("--batch-size", batchSize),
      ("--threads", threads), ("--views", views),
    ] {
      if let value, value < 1 { throw ValidationError("\(name) is \(value), expected at least 1.") }
    }
    guard views <= 4096 else { throw ValidationError("--views is \(views), expected 1 to 4096.") }
    guard learningRate > 0, learningRate.isFinite else {
      throw ValidationError("--learning-rate is \(learningRate), expected more than 0.")
    }
    if needsValidation, features != nil, validationFeatures == nil {
      throw ValidationError("early-stopping needs validation images: give --validation-features beside --features.")
    }
    guard !noisyValidation || (needsValidation && givenLabels == nil) else {
      throw ValidationError("--noisy-validation goes with early-stopping among --losses, and with noise that is made.")
    }
    for case .falsePositives(let count) in falsePositives ?? [] where count > shots {
      throw ValidationError("--false-positives has \(count), more than the \(shots) shots of each class.")
    }
    if let threads { Parallel.threadCount = threads }
  }

  private func validateArrays() throws {
    guard features != nil, testLabels != nil, textFeatures != nil else {
      throw ValidationError(
        "--train-labels goes with --train-features, --test-features, --test-labels and --text-features, all .npy files."
      )
    }
    guard model == nil, validationFeatures == nil else {
      throw ValidationError("With arrays, --text-features takes the place of --model, and there is no validation.")
    }
    if let learner = losses?.first(where: { $0.classifier == nil }) {
      throw ValidationError(
        "\(learner.name) learns a prompt, which needs --model; with arrays there are linear, tip-adapter and "
          + "clip-adapter.")
    }
    guard scale > 0, scale.isFinite else { throw ValidationError("--scale is \(scale), expected more than 0.") }
  }

  private func validateModel() throws {
    guard model != nil else { throw ValidationError("Give the model of the features with --model DIR.") }
    for (name, value) in [("--test-labels", testLabels), ("--text-features", textFeatures), ("--classes", classes)]
    where value != nil {
      throw ValidationError("\(name) goes with plain arrays, --train-features X.npy --train-labels y.npy.")
    }
  }

  func run() throws {
    let grid = NoiseGrid(
      kinds: kinds ?? NoiseKind.allCases, amounts: try amounts, learners: try learners, seeds: seeds,
      givenLabels: givenLabels, hasNoisyValidation: noisyValidation)
    let model = try model.map { try OpenedModel($0, precision: precision) }
    let bench = try model.map { try self.bench(grid, $0) } ?? arrayBench(grid)
    guard let first = bench.draws[seeds[0]]?.data else { return }
    let folder = try RunFolder(
      output,
      for: NoiseSweep.description(
        settings, data: first, model: model, shots: shots,
        epochs: epochs ?? LearningRateSchedule.epochs(shots: shots, isImageNet: first.isImageNet),
        hasNoisyValidation: noisyValidation))
    let results = try NoiseSweep(grid: grid, bench: bench, folder: folder).results()
    let summary = try NoiseSummary(grid, results: results, zeroShotAccuracy: bench.zeroShotAccuracy())
    try NoiseFiles(summary, bench: bench).write(to: folder)
    Console.print(
      Results(json: summary.json(path: output), tables: summary.tables(), csv: try summary.runs()),
      as: outputOptions.format)
  }

  private func bench(_ grid: NoiseGrid, _ model: OpenedModel) throws -> NoiseBench {
    var data: [Int: LearningData] = [:]
    for seed in seeds { data[seed] = try learningData(settings, model, seed: seed) }
    guard let first = data[seeds[0]] else { throw CommandError.noTestImages(data: model.folder.path) }
    let words = try NoiseBench.Words(model, data: first)
    return try NoiseBench(
      grid, settings: settings, data: data, text: words.zeroShot.textFeatures, scale: model.clip.temperatureScale,
      words: words)
  }

  private func arrayBench(_ grid: NoiseGrid) throws -> NoiseBench {
    let text = try FeatureArrays.rows(textFeatures ?? "")
    let (ways, width) = (text.shape.dimensions[0], text.shape.dimensions[1])
    func labelled(_ features: String?, _ labels: String?) throws -> LabelledFeatures {
      try FeatureArrays.labelled(
        features: features ?? "", labels: labels ?? "", width: width, ways: ways, like: textFeatures ?? "")
    }
    let (train, measured) = (try labelled(features, trainLabels), try labelled(testFeatures, testLabels))
    let names = try FeatureArrays.classNames(classes, ways: ways)
    let test = TestFeatures(
      features: measured.features, labels: measured.labels, classNames: names,
      identifier: try Fingerprint.of(measured.features))
    var data: [Int: LearningData] = [:]
    for seed in seeds {
      data[seed] = try LearningData(
        arrays: train, shots: shots, seed: seed, test: test, classNames: names,
        name: URL(fileURLWithPath: features ?? "").lastPathComponent)
    }
    return try NoiseBench(grid, settings: settings, data: data, text: text, scale: Float(scale), words: nil)
  }

  private var amounts: [NoiseAmount] {
    get throws {
      if let given = rates ?? falsePositives { return given }
      return try NoiseLists.rates("0,0.125,0.25,0.375,0.5,0.625,0.75")
    }
  }

  private var learners: [NoiseLearner] {
    get throws {
      let standard = trainLabels == nil ? NoiseLists.defaultLearners : "linear,tip-adapter,clip-adapter"
      return try losses ?? NoiseLists.learners(standard)
    }
  }

  private var needsValidation: Bool { (losses ?? []).contains { $0.patience != nil } }

  private var settings: LearningSettings {
    LearningSettings(
      contextLength: contextLength, initialization: initialization, classPosition: classPosition,
      isClassSpecific: classSpecific, epochs: epochs, batchSize: batchSize, learningRate: learningRate,
      precision: precision)
  }

  private func learningData(_ settings: LearningSettings, _ model: OpenedModel, seed: Int) throws -> LearningData {
    guard let data else {
      return try LearningData(
        FeatureStore.open(features ?? ""), shots: shots, seed: seed,
        test: testFeatures.map { try FeatureStore.open($0) },
        validation: validationFeatures.map { try FeatureStore.open($0) }, model: model)
    }
    return try LearningImages(
      source: data, root: rootOptions.root, reading: imageOptions.reading, views: views, shots: shots, seed: seed,
      encodesAllImages: falsePositives != nil, needsValidation: needsValidation,
      folder: featureFolder ?? "\(output)/features"
    ).features(settings, model)
  }
}

/// Lists on the command line, separated by commas.
enum NoiseLists {
  /// The losses that are compared unless others are asked for.
  static let defaultLearners = "ce,gce:0.7,mae,sce:0.1:1,nce-rce:1:1,phuber-ce:10,smoothing:0.1"

  private static func parts(_ text: String) throws -> [String] {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard parts.allSatisfy({ !$0.isEmpty }), Set(parts).count == parts.count else {
      throw ValidationError("\"\(text)\" has an empty or repeated entry; write a list as 1,2,3.")
    }
    return parts
  }

  static func rates(_ text: String) throws -> [NoiseAmount] {
    try parts(text).map { part in
      guard let rate = Double(part), rate >= 0, rate <= 1 else {
        throw ValidationError("\"\(part)\" is no rate from 0 to 1.")
      }
      return .rate(rate)
    }
  }

  static func falsePositives(_ text: String) throws -> [NoiseAmount] {
    try parts(text).map { part in
      guard let count = Int(part), count >= 0 else {
        throw ValidationError("\"\(part)\" is no whole number of false positives.")
      }
      return .falsePositives(count)
    }
  }

  static func kinds(_ text: String) throws -> [NoiseKind] {
    try parts(text).map { part in
      guard let kind = NoiseKind(rawValue: part) else {
        throw ValidationError(
          "\"\(part)\" is no kind of noise; kinds are \(NoiseKind.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      return kind
    }
  }

  static func learners(_ text: String) throws -> [NoiseLearner] {
    let learners = try parts(text).map { try NoiseLearner($0) }
    guard Set(learners.map(\.name)).count == learners.count else {
      throw ValidationError("\"\(text)\" has two learners that are the same.")
    }
    return learners
  }

  static func seeds(_ text: String) throws -> [Int] {
    try parts(text).map { part in
      guard let seed = Int(part) else { throw ValidationError("\"\(part)\" is no whole number for a seed.") }
      return seed
    }
  }
}
