import PromptLensFeatures
import PromptLensPresentation
import PromptLensExperiments
import PromptLensPromptLearning
import ArgumentParser
import PromptLensCLIP
import PromptLensDatasets
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensReporting
import PromptLensTensors

struct ExtractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Compute the features of a data set's images, to learn and test with.",
    discussion: """
      The features are written to an HDF5 file, with labels, class names, paths, content hashes, the transform and the \
      model's fingerprint. It appears when it is complete; until then finished pieces lie in FILE.h5.partial, and the same \
      command goes on from them, whatever stopped it. A finished file of the same features is left as it is; one of \
      others is refused by what differs.

      One view is the evaluation transform's centre crop. --views V, for training images, are V random crops, mirrored half \
      of the time, as CoOp trains with; they depend on --seed and the image alone.

      Several readers read and decode images ahead of the tower, so that a slow disk does not hold it up. What is ready \
      takes --read-ahead of memory at most; whatever these are, the features are the same.

      --shard i/N takes the i-th of N parts; promptlens merge joins them. By default the part is that of the environment: an \
      element of a Slurm array, a process of a Slurm step or an MPI run; a Kubernetes job does not say of how many parts, so \
      give --shard auto/N there. {shard} in the output's name becomes i-of-N.

      Example:
        promptlens extract --model mini-clip --data csv:pacs.csv?domain=photo --split test --output photo-test.h5
        promptlens extract --model mini-clip --data oxford-pets:data --split train --shots 16 --seed 1 --views 16 \
      --output pets-16.h5
        srun promptlens extract --model mini-clip --data imagenet:data --split train \
      --output 'train-{shard}.h5'
      """)

  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var imageOptions: ImageOptions
  @OptionGroup var dataOptions: DataOptions

  @Option(help: "The split: train, val or test.")
  var split: Split

  @Option(help: "Views of each training image.")
  var views = 1

  @Option(help: "Only the images of a few-shot draw: so many of each class.")
  var shots: Int?

  @Option(help: "The seed of the draw and of the views.")
  var seed = 1

  @Flag(help: "Leave images out that cannot be read, and list them, instead of stopping at the first.")
  var skipUnreadable = false

  @Option(
    help: ArgumentHelp(
      "The part of the images to do: i/N, auto or auto/N; by default what the environment says.", valueName: "i/N"))
  var shard: String?

  @Option(help: "Images to read at a time (default: 8, or as many as there are threads).")
  var readers: Int?

  @Option(
    help: ArgumentHelp(
      "Memory for images that are ready for the tower (default: an eighth of what is available, at most 32 MiB a thread).",
      valueName: "size"))
  var readAhead: MemorySize?

  @Option(name: [.short, .long], help: ArgumentHelp("The file to write, .h5.", valueName: "file"))
  var output: String

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard (1...4096).contains(views) else { throw ValidationError("--views is \(views), expected 1 to 4096.") }
    guard views == 1 || split == .train else {
      throw ValidationError("--views \(views) goes with --split train; \(split) images have one view, the centre crop.")
    }
    if let shots {
      guard shots >= 1 else { throw ValidationError("--shots is \(shots), expected at least 1.") }
      guard split != .test else { throw ValidationError("--shots draws from train and val, not from test.") }
    }
    if let readers, !(1...1024).contains(readers) {
      throw ValidationError("--readers is \(readers), expected 1 to 1024.")
    }
    guard output.hasSuffix(".h5") || output.hasSuffix(".hdf5") else {
      throw ValidationError("--output \(output) must end in .h5.")
    }
  }

  func run() throws {
    let environment = ProcessInfo.processInfo.environment
    let found = try shard.map { try Shard($0, environment: environment) } ?? Shard(environment: environment)
    let part = found ?? .whole
    let path = output.replacing("{shard}", with: "\(part.index + 1)-of-\(part.count)")
    if shard.map({ $0.hasPrefix("auto") }) ?? true, part.count > 1 {
      guard path != output else {
        throw ValidationError(
          "The environment says that this is process \(part.index + 1) of \(part.count), and all would write \(output); put "
            + "{shard} into its name, as features-{shard}.h5, or give --shard 1/1 to do everything in each.")
      }
      Console.note("part \(part) of the images, as the environment says")
    }
    let dataset = try dataOptions.dataset()
    _ = try dataset.items(of: split)
    let draw = try shots.map { try FewShotDraw(dataset, shots: $0, seed: seed) }
    if let draw, split == .train {
      let found = ShotCount(
        asked: draw.shots, labels: draw.train.map { dataset[.train][$0].label }, classNames: dataset.classNames)
      if !found.short.isEmpty { Console.note("warning: \(found)") }
    }
    let model = try OpenedModel(modelOptions.model, precision: computeOptions.precision)
    let features = ImageFeatures(
      model: model, precision: computeOptions.precision, reading: imageOptions.reading, views: views, seed: seed,
      skipsUnreadable: skipUnreadable, ahead: try reading(model.configuration), observer: Console.observer)
    let (store, wasFinished) = try features.store(dataset, split: split, draw: draw, shard: part, output: path)
    if wasFinished {
      Console.note("\(path): finished already, nothing to do")
      return Console.print(store.results, as: outputOptions.format)
    }
    for path in store.skipped.prefix(20) { Console.note("unreadable, left out: \(path)") }
    if store.skipped.count > 20 { Console.note("… and \((store.skipped.count - 20).grouped) more") }
    Console.print(store.results, as: outputOptions.format)
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
