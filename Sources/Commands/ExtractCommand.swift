import ArgumentParser
import PromptLensCLIP
import PromptLensCommandLineSupport
import PromptLensDatasets
import PromptLensExperiments
import PromptLensFeatures
import PromptLensPresentation
import PromptLensTensors

struct ExtractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Compute the features of a data set's images, for learning and testing.",
    discussion: """
      The features are written to an HDF5 file as the image tower gives them, not scaled to length one, with labels, class \
      names, paths, content hashes, the transform and the model's fingerprint; docs/files.md names each. It appears only when it is complete; until then finished pieces are in FILE.h5.partial, and the \
      same command resumes from them. A finished file of the same features is kept; one of other features is an error that \
      names the difference.

      One view is the evaluation transform's center crop. --views V are V random crops, mirrored half of the time, as in CoOp's \
      training, of training images to learn from, and of test images for promptlens adapt --view-features; they depend only on \
      --seed and the image.

      Several readers read and decode images ahead of the tower, so that it does not wait for a slow disk. Decoded images \
      take at most --read-ahead of memory. Neither setting changes the features.

      --shard i/N takes the i-th of N parts; promptlens merge joins them. By default the environment gives the part: an \
      element of a Slurm array, a process of a Slurm step or an MPI run; a Kubernetes job doesn't give the number of parts, \
      so pass --shard auto/N there. {shard} in the output's name becomes i-of-N.

      Example:
        promptlens extract --model mini-clip --data csv:pacs.csv?domain=photo --split test --output photo-test.h5
        promptlens extract --model mini-clip --data oxford-pets:data --split train --shots 16 --seed 1 --views 16 \
      --output pets-16.h5
        srun promptlens extract --model mini-clip --data imagenet:data --split train \
      --output 'train-{shard}.h5'
      """)

  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var checkOptions: CheckOptions
  @OptionGroup var imageOptions: ImageOptions
  @OptionGroup var dataOptions: DataOptions

  @Option(help: "The split: train, val or test.")
  var split: Split

  @Option(help: "Views of each image: 1, the center crop, or random crops.")
  var views = 1

  @Option(help: "Only the images of a few-shot draw, this number of each class.")
  var shots: Int?

  @Option(help: "The seed of the draw and of the views.")
  var seed = 1

  @Option(
    help: ArgumentHelp(
      "The part of the images: i/N, auto or auto/N; by default the environment's.", valueName: "i/N"))
  var shard: String?

  @Option(help: "Images to read at a time (default: 8, or as many as there are threads).")
  var readers: Int?

  @Option(
    help: ArgumentHelp(
      "Memory for decoded images (default: an eighth of the available memory, at most 32 MiB a thread).",
      valueName: "size"))
  var readAhead: MemorySize?

  @Option(name: [.short, .long], help: ArgumentHelp("The file to write, .h5.", valueName: "file"))
  var output: String

  @OptionGroup var dryRunOptions: DryRunOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    try NumberBounds.check("--views", views, in: 1...4096)
    if let shots {
      try NumberBounds.check("--shots", shots, atLeast: 1)
      guard split != .test else { throw ValidationError("--shots draws from train and val, not from test.") }
    }
    try NumberBounds.check("--readers", readers, in: 1...1024)
    guard output.hasSuffix(".h5") || output.hasSuffix(".hdf5") else {
      throw ValidationError("--output \(output) must end in .h5.")
    }
  }

  func run() throws {
    let part = try Shard.chosen(shard)
    let path = output.replacing("{shard}", with: "\(part.index + 1)-of-\(part.count)")
    if shard.map({ $0.hasPrefix("auto") }) ?? true, part.count > 1 {
      guard path != output else {
        throw ValidationError(
          "According to the environment this is process \(part.index + 1) of \(part.count), and all would write \(output); put "
            + "{shard} into its name, as features-{shard}.h5, or give --shard 1/1 to do everything in each.")
      }
      Console.note("part \(part) of the images, from the environment")
    }
    let dataset = try dataOptions.dataset()
    _ = try dataset.items(of: split)
    let draw = try shots.map { try FewShotDraw(dataset, shots: $0, seed: seed) }
    if let draw, split == .train, let warning = ShotCount(draw, of: dataset).warning {
      Console.note("warning: \(warning)")
    }
    let model = try OpenedModel(modelOptions.model, precision: computeOptions.precision)
    if dryRunOptions.dryRun {
      let estimate = try WorkEstimate(
        extracting: dataset, split: split, draw: draw, shard: part, views: views, model: model,
        reading: imageOptions.reading)
      return try outputOptions.print(estimate.results)
    }
    let features = ImageFeatures(
      model: model, precision: computeOptions.precision, reading: imageOptions.reading, views: views, seed: seed,
      ahead: try reading(model.configuration), observer: Console.observer)
    let (store, wasFinished) = try features.store(dataset, split: split, draw: draw, shard: part, output: path)
    if wasFinished { Console.note("\(path) is already finished") }
    try outputOptions.print(store.results)
  }

  private func reading(_ configuration: CLIPConfiguration) throws -> ReadAhead {
    let ahead = ReadAhead(readers: readers, memory: readAhead?.bytes)
    let least = ReadAhead.leastMemory(rowBytes: configuration.image.inputBytes)
    guard readAhead == nil || ahead.memory >= least else {
      throw ValidationError(
        "--read-ahead is \(ahead.memory.grouped) bytes, and \(Parallel.threadCount) threads and one image that is being "
          + "made ready take \(least.grouped); give at least that, or fewer --threads.")
    }
    return ahead
  }
}
