import PromptLensExperiments
import PromptLensPrompts
import ArgumentParser
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensReporting
import PromptLensTensors
import PromptLensTokenization

struct DecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "List the vocabulary words nearest to the vectors of a learned context, and whether to believe them.",
    discussion: """
      CONTEXT is a run folder of promptlens train; a .npy, .json, .h5 or .safetensors file with vectors [M, D], one context \
      for all classes, or [K, M, D], one for each of K classes; or a checkpoint of CoOp or CoCoOp, \
      prompt_learner/model.pth.tar-50. The paper measures Euclidean distances and warns that near words may mean little.

      Several contexts are listed side by side as in the paper's table: a row for each vector, a column for each context, the \
      nearest word with its distance, and N/A where the word is in no Latin script.

      Distances: l2, Euclidean; cosine, one minus the cosine; dot, minus the dot product. Smaller is nearer for each.

      --controls compares each l2 distance with those of real words to their own nearest neighbours, of random vectors of the \
      same length, and of the initial context (--initial), and says what that comes to.

      --snap replaces vectors by their nearest words and measures the accuracy again, on cached features of test images \
      (--features, from promptlens extract). --ablate takes vectors away: left out, zeroed, replaced by the mean word or by \
      random vectors, in pairs, and in random orders for Shapley values.

      Example:
        promptlens decode runs/photo --model mini-clip
        promptlens decode runs/photo runs/pets runs/textures --model mini-clip
        promptlens decode ctx.npy --model mini-clip --top 3 --metric cosine --centre --whole-words
        promptlens decode run/context.h5 --model mini-clip --controls
        promptlens decode run/context.h5 --model mini-clip --snap --ablate --features pets-test.h5
      """)

  @Argument(help: ArgumentHelp("A learned context, or several to list side by side.", valueName: "context"))
  var contexts: [String]

  @OptionGroup var modelOptions: ModelOptions

  @Option(help: "Words for each vector.")
  var top = 5

  @Option(help: "What near means: l2, cosine or dot.")
  var metric: WordMetric = .l2

  @Flag(help: "Only whole words: pieces that end in </w> and are made of letters.")
  var wholeWords = false

  @Flag(
    help: """
      Subtract the mean of all words from words and vectors first; for cosine and dot, as l2 distances do not change.
      """)
  var centre = false

  @Flag(help: "Compare the distances with those of words, random vectors and the initial context.")
  var controls = false

  @Option(help: ArgumentHelp("The context that training began with, for --controls.", valueName: "context"))
  var initial: String?

  @Flag(help: "Measure the accuracy with vectors replaced by their nearest words.")
  var snap = false

  @Flag(help: "Measure the accuracy with vectors taken away.")
  var ablate = false

  @Option(help: ArgumentHelp("Features of the images to measure on, for --snap and --ablate.", valueName: "store.h5"))
  var features: String?

  @Option(
    help: """
      Where the class name stands, for --snap and --ablate: end, middle or front; by default what the context file says, \
      else end.
      """)
  var classPosition: ClassPosition?

  @Option(help: "Random orders for Shapley values, for --ablate; 32 by default.")
  var permutations: Int?

  @Option(help: "The seed of everything random.")
  var seed = 1

  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard !contexts.isEmpty else { throw ValidationError("Missing expected argument '<context> ...'") }
    guard contexts.count == 1 || !(controls || snap || ablate) else {
      throw ValidationError(
        "--controls, --snap and --ablate are for one context at a time, and \(contexts.count) are given.")
    }
    guard (1...1000).contains(top) else { throw ValidationError("--top is \(top), expected 1 to 1000.") }
    guard initial == nil || controls else { throw ValidationError("--initial is for --controls.") }
    guard (snap || ablate) == (features != nil) else {
      throw ValidationError("--snap and --ablate go with --features STORE.h5, which says which images to measure on.")
    }
    guard classPosition == nil || features != nil else {
      throw ValidationError("--class-position is for --snap and --ablate.")
    }
    guard permutations == nil || ablate else { throw ValidationError("--permutations is for --ablate.") }
    guard (2...100_000).contains(permutations ?? 2) else {
      throw ValidationError("--permutations is \(permutations ?? 0), expected 2 to 100000.")
    }
  }

  func run() throws {
    let paths = contexts.map { RunFolder.stands(at: $0) ? "\($0)/context.h5" : $0 }
    let learned = try paths.map { try ContextFile.read($0) }
    let model = try OpenedModel(modelOptions.model, precision: computeOptions.precision)
    for (context, path) in zip(learned, paths) {
      try context.check(against: model, path: path)
      if context.isConditional {
        Console.note(
          "note: \(path): a network moves these vectors image by image, so their words are not those of any prompt; promptlens "
            + "interpret says by how much")
      }
    }
    let tokenizer = try model.tokenizer()
    let embedding = try model.clip.tokenEmbedding()
    let isCandidate = wholeWords ? tokenizer.wholeWords : [Bool](repeating: true, count: tokenizer.vocabulary.count)
    let index = try NearestWords(
      embedding: embedding, metric: metric, isCentered: centre, where: { isCandidate[$0] })
    let decoded = try learned.map { context in
      DecodedContext(
        context: context, classNames: try context.classNames(accordingTo: model.folder),
        words: try index.words(near: context.rows, count: top), tokenizer: tokenizer, metric: metric,
        isCentered: centre, top: top)
    }
    guard decoded.count == 1 else {
      return Console.print(try SideBySide(decoded, paths: paths).results, as: outputOptions.format)
    }
    let sections = try sections(decoded[0], path: paths[0], index, isCandidate, model)
    Console.print(decoded[0].results(with: sections), as: outputOptions.format)
  }

  private func sections(
    _ decoded: DecodedContext, path: String, _ index: NearestWords, _ isCandidate: [Bool], _ model: OpenedModel
  ) throws -> [DecodeSection] {
    let embedding = try model.clip.tokenEmbedding()
    var sections: [DecodeSection] = []
    if controls {
      // Whatever the words are listed by, the controls are about Euclidean distances.
      let distances =
        metric == .l2 && !centre ? index : try NearestWords(embedding: embedding, where: { isCandidate[$0] })
      sections.append(try controlsSection(decoded, path: path, distances, model))
    }
    guard let features else { return sections }
    let bench = try DecodeBench(
      context: decoded.context, path: path, position: classPosition, store: FeatureStore.open(features), model: model,
      tokenizer: decoded.tokenizer)
    if snap {
      let words = decoded.words.compactMap(\.first?.id)
      sections.append(bench.section(of: try bench.snapping(words: words, of: embedding), words: words, decoded))
    }
    if ablate {
      let random = UInt64(bitPattern: Int64(seed))
      sections.append(
        try bench.section(
          of: bench.ablation(meanWord: embedding.meanRow, seed: random),
          bench.shapley(meanWord: embedding.meanRow, permutations: permutations ?? 32, seed: random)))
    }
    return sections
  }

  private func controlsSection(
    _ decoded: DecodedContext, path: String, _ words: NearestWords, _ model: OpenedModel
  ) throws -> DecodeSection {
    let learned = decoded.context
    let before = try initial.map { initial in
      let before = try ContextFile.read(initial)
      try before.check(against: model, path: initial)
      guard before.vectors.shape.dimensions == learned.vectors.shape.dimensions else {
        throw ExperimentError.foreignContext(
          path: initial, model: path,
          reason: "its shape is \(before.vectors.shape), the learned one's \(learned.vectors.shape)")
      }
      return try before.rows
    }
    let found = try ContextControls(
      words: words, vectors: learned.rows, length: learned.length, initial: before,
      seed: UInt64(bitPattern: Int64(seed)))
    return decoded.section(of: found)
  }
}

/// A part of what decode prints: a member of its JSON, and tables.
struct DecodeSection {
  let key: String
  let json: JSON
  let tables: [Table]
}

extension LearnedContext {
  /// All vectors, one after the other, `[M, D]` or `[K · M, D]`.
  var rows: Tensor { get throws { try vectors.reshaped([vectors.shape.count / width, width], name: "context") } }
}

extension Tokenizer {
  /// For each id whether its piece is a whole word: it ends a word and is made of letters.
  var wholeWords: [Bool] {
    vocabulary.pieces.indices.map { id in
      vocabulary.pieces[id].hasSuffix("</w>")
        && decode([Int32(id)]).unicodeScalars.allSatisfy { $0.properties.isAlphabetic }
    }
  }
}

extension WordMetric: ExpressibleByArgument {}
