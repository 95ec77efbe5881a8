import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensDatasets
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensPrompts

struct DecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "List the words nearest to a learned context, and test whether they mean anything.",
    discussion: """
      CONTEXT is a run folder of promptlens train; a .npy, .json, .h5 or .safetensors file with vectors [M, D], one context \
      for all classes, or [K, M, D], one for each of K classes; or a checkpoint of CoOp or CoCoOp, \
      prompt_learner/model.pth.tar-50. The paper measures Euclidean distances and warns that near words may mean little.

      Several contexts are listed side by side as in the paper's table: a row for each vector, a column for each context, the \
      nearest word with its distance, and N/A for a word outside the Latin script. With class-specific contexts there is a row \
      for each vector of each class, in which a unified context has the same words. --controls adds a row for each context.

      Distances: l2, Euclidean; cosine, one minus the cosine; dot, minus the dot product. Smaller is nearer for each.

      --controls compares each l2 distance with those of random vectors and of mixtures of words at exactly the same length, \
      of real words to their own nearest neighbors, and of the context before learning (which a run folder knows, or \
      --initial gives), and states the conclusion for each vector and for the context as a group. A vector is a word only \
      within rounding; otherwise its word is nearest by a margin, and explains a share of it: the squared cosine.

      --snap replaces vectors by their nearest words and measures the accuracy again, on cached features of test images \
      (--features, from promptlens extract). --ablate removes vectors: omitted, zeroed, replaced by the mean word or by \
      random vectors, in pairs, and in all coalitions for Shapley values (in random orders for more than ten vectors), in \
      accuracy and in margin, with intervals over the images.

      CONTEXT may also hold prompts in deeper layers: a run of such a method, its context.h5, or a checkpoint of its official \
      trainer. The vectors before the first block are compared with the token embedding. Those before a deeper block \
      first go through a lens, an affine map that is fitted for the layer on prompts of random words; a table states \
      how many words each lens recovers. Random vectors and mixtures go through the same lens. --patches DATA lists the patches of real images nearest \
      to the tokens of the image tower, by cosine in the layer, with row and column from 1.

      Example:
        promptlens decode runs/photo --model mini-clip
        promptlens decode runs/photo runs/pets runs/textures --model mini-clip
        promptlens decode ctx.npy --model mini-clip --top 3 --metric cosine --center --whole-words
        promptlens decode run/context.h5 --model mini-clip --controls
        promptlens decode run/context.h5 --model mini-clip --snap --ablate --features pets-test.h5
        promptlens decode runs/maple --model mini-clip --controls --patches folder:pets
      """)

  @Argument(help: ArgumentHelp("A learned context, or several to list side by side.", valueName: "context"))
  var contexts: [String]

  @OptionGroup var modelOptions: ModelOptions

  @Option(help: "Words for each vector.")
  var top = 5

  @Option(help: "The distance: l2, cosine or dot.")
  var metric: WordMetric = .l2

  @Flag(
    help: "List only pieces of letters with the mark of a word, </w> or ▁: whole words, and with </w> endings of words."
  )
  var wholeWords = false

  @Flag(
    name: [.long, .customLong("centre")],
    help: """
      Subtract the mean of all words from words and vectors first; for cosine and dot, since l2 distances do not change.
      """)
  var center = false

  @Flag(help: "Compare the distances with those of words, random vectors and the initial context.")
  var controls = false

  @Option(help: ArgumentHelp("The context that training began with, for --controls.", valueName: "context"))
  var initial: String?

  @Flag(help: "Measure the accuracy with vectors replaced by their nearest words.")
  var snap = false

  @Flag(help: "Measure accuracy and margin with vectors taken away.")
  var ablate = false

  @Option(help: ArgumentHelp("Features of the images to measure on, for --snap and --ablate.", valueName: "store.h5"))
  var features: String?

  @Option(
    help: """
      The position of the class name, for --snap and --ablate: end, middle or front; by default the context file's own, \
      else end.
      """)
  var classPosition: ClassPosition?

  @Option(
    help: """
      Random orders for Shapley values of more than ten vectors, for --ablate; of fewer, all are taken. By default as many as it \
      takes until their errors are below those of the images, 4 to 32.
      """)
  var permutations: Int?

  @Option(
    help: ArgumentHelp(
      "Images whose patches are compared with prompts in the image tower.", valueName: "kind:path"),
    transform: { try DataSource($0) })
  var patches: DataSource?

  @OptionGroup var rootOptions: RootOptions
  @OptionGroup var imageOptions: ImageOptions

  @Option(help: "The seed of all random numbers.")
  var seed = 1

  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var checkOptions: CheckOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard !contexts.isEmpty else {
      throw ValidationError("Give the learned context to decode: a run folder or a context file.")
    }
    guard contexts.count == 1 || !(snap || ablate) else {
      throw ValidationError("--snap and --ablate take one context at a time; \(contexts.count) are given.")
    }
    try NumberBounds.check("--top", top, in: 1...1000)
    guard initial == nil || controls else { throw ValidationError("--initial is for --controls.") }
    guard initial == nil || contexts.count == 1 else {
      throw ValidationError("--initial belongs to one context; \(contexts.count) are given.")
    }
    guard (snap || ablate) == (features != nil) else {
      throw ValidationError("--snap and --ablate need --features STORE.h5, the images to measure on.")
    }
    guard classPosition == nil || features != nil else {
      throw ValidationError("--class-position is for --snap and --ablate.")
    }
    guard patches != nil || rootOptions.root == nil else { throw ValidationError("--root goes with --patches.") }
    guard permutations == nil || ablate else { throw ValidationError("--permutations is for --ablate.") }
    try NumberBounds.check("--permutations", permutations, in: 2...100_000)
  }

  func run() throws {
    var experiment = DecodingExperiment(contexts: contexts, model: modelOptions.model)
    experiment.precision = computeOptions.precision
    experiment.top = top
    experiment.metric = metric
    experiment.listsWholeWords = wholeWords
    experiment.isCentered = center
    experiment.controls = controls ? .init(initial: initial) : nil
    experiment.measurement = features.map {
      .init(
        features: $0, classPosition: classPosition, projects: snap, ablates: ablate, permutations: permutations)
    }
    experiment.patches = patches.map {
      PatchImages(source: $0, root: rootOptions.root, reading: imageOptions.reading)
    }
    experiment.seed = UInt64(bitPattern: Int64(seed))
    try outputOptions.print(experiment.run(observer: Console.observer).results)
  }
}

extension WordMetric: ExpressibleByArgument {}
