import PromptLensFeatures
import PromptLensPromptLearning
import PromptLensDatasets
import PromptLensInterpretation
import PromptLensPrompts
import PromptLensTensors
import PromptLensTokenization

/// The decoding of learned contexts into vocabulary words, with controls and measurements on request.
package struct DecodingExperiment {
  /// The measurements of accuracy, on cached features of test images.
  package struct Measurement: Sendable {
    /// The feature store.
    package var features: String
    /// The position of the class name; `nil` for the position in the context's file, or else the end.
    package var classPosition: ClassPosition?
    /// Whether vectors are replaced by their nearest words.
    package var projects: Bool
    /// Whether vectors are taken away.
    package var ablates: Bool
    /// The number of random orders for the Shapley values of an ablation; `nil` for as many as it takes.
    package var permutations: Int?

    /// Creates a request.
    package init(
      features: String, classPosition: ClassPosition? = nil, projects: Bool, ablates: Bool, permutations: Int? = nil
    ) {
      self.features = features
      self.classPosition = classPosition
      self.projects = projects
      self.ablates = ablates
      self.permutations = permutations
    }
  }

  /// The comparison of distances with controls.
  package struct Controls: Sendable {
    /// The context that training began with; `nil` for the one that a run records, if the context is a run's.
    package var initial: String?

    /// Creates a request.
    package init(initial: String? = nil) { self.initial = initial }
  }

  /// The contexts: run folders or context files. Measurements are for one context.
  package var contexts: [String]
  /// The model folder.
  package var model: String
  /// The arithmetic of the towers.
  package var precision = ComputePrecision.float32
  /// The number of words listed for each vector.
  package var top = 5
  /// The metric of distances.
  package var metric = WordMetric.l2
  /// Whether only whole words are listed.
  package var listsWholeWords = false
  /// Whether the mean of all words is subtracted from words and vectors.
  package var isCentered = false
  /// The controls to compare with; `nil` for none.
  package var controls: Controls?
  /// The measurements to make; `nil` for none.
  package var measurement: Measurement?
  /// The images whose patches are compared with prompts in the image tower; `nil` for none.
  package var patches: PatchImages?
  /// The seed of all random numbers.
  package var seed: UInt64 = 1

  /// Creates an experiment.
  package init(contexts: [String], model: String) {
    self.contexts = contexts
    self.model = model
  }

  /// The words of contexts, and the results of controls and measurements.
  package struct Outcome {
    /// The prompts in deeper layers; `nil` for contexts.
    package var deepPrompt: DecodedDeepPrompt?
    /// The contexts, in order; none for prompts in deeper layers.
    package let contexts: [DecodedContext]
    /// Their files.
    package let paths: [String]
    /// The comparison of each context with controls; empty without a request.
    package var controls: [ContextControls] = []
    /// The accuracy of the first context's nearest words.
    package var projection: ProjectionAnalysis?
    /// The contributions of the first context's vectors.
    package var worth: VectorWorthAnalysis?

    /// Creates an outcome without controls and measurements.
    package init(contexts: [DecodedContext], paths: [String]) {
      self.contexts = contexts
      self.paths = paths
    }
  }

  /// Decodes the contexts.
  ///
  /// - Parameter observer: The receiver of notes on contexts that a network shifts.
  /// - Returns: The words, and the requested controls and measurements.
  /// - Throws: ``ExperimentError`` if a context or the features don't belong to the model; errors of reading the files.
  package func run(observer: ExperimentObserver = .silent) throws -> Outcome {
    if let path = try deepPrompt() {
      var outcome = Outcome(contexts: [], paths: [path])
      outcome.deepPrompt = try decode(deepPrompt: path, observer: observer)
      return outcome
    }
    let paths = contexts.map { RunFolder.exists(at: $0) ? "\($0)/context.h5" : $0 }
    let learned = try paths.map { try ContextFile.read($0) }
    let model = try OpenedModel(model, precision: precision)
    for (context, path) in zip(learned, paths) {
      try context.check(against: model, path: path)
      if let form = try context.form(accordingTo: model.folder) {
        observer.note("note: \(path): the prompt is \(form); its words stand among the vectors below")
      }
      if let provenance = context.provenance, !provenance.servesPrompts {
        let method = provenance.method
        if controls != nil || measurement != nil { try context.requirePrompts(source: path) }
        observer.note(
          "note: \(path): to a prompt of \(method.rawValue) belong \(method.missingPart), too; these are the words near its "
            + "vectors among the text's tokens")
      }
      if context.isConditional {
        observer.note(
          "note: \(path): a network shifts these vectors for each image, so no prompt uses their exact values; promptlens "
            + "interpret measures the shifts")
      }
    }
    let tokenizer = try model.tokenizer()
    let embedding = try model.clip.tokenEmbedding()
    let isCandidate =
      listsWholeWords ? tokenizer.wholeWords : [Bool](repeating: true, count: tokenizer.count)
    let index = try NearestWords(
      embedding: embedding, metric: metric, isCentered: isCentered, where: { isCandidate[$0] })
    let decoded = try learned.map { context in
      DecodedContext(
        context: context, classNames: try context.classNames(accordingTo: model.folder),
        words: try index.words(near: context.rows, count: top), tokenizer: tokenizer, metric: metric,
        isCentered: isCentered, top: top)
    }
    var outcome = Outcome(contexts: decoded, paths: paths)
    guard let first = decoded.first, let path = paths.first else { return outcome }
    if let controls {
      // The controls use Euclidean distances, even if words are listed with another metric.
      let distances =
        metric == .l2 && !isCentered ? index : try NearestWords(embedding: embedding, where: { isCandidate[$0] })
      outcome.controls = try zip(learned, paths).map { context, path in
        try compare(context.withoutWords, with: controls, path: path, distances, model, tokenizer)
      }
    }
    guard let measurement else { return outcome }
    let evaluator = try ContextEvaluator(
      context: first.context, path: path, position: measurement.classPosition,
      store: FeatureStore.open(measurement.features), model: model, tokenizer: tokenizer)
    if measurement.projects {
      outcome.projection = try evaluator.projection(onto: first.nearestWords, of: embedding)
    }
    if measurement.ablates {
      outcome.worth = try evaluator.vectorWorth(
        meanWord: embedding.meanRow, permutations: measurement.permutations, seed: seed)
    }
    return outcome
  }

  private func compare(
    _ learned: LearnedContext, with controls: Controls, path: String, _ words: NearestWords, _ model: OpenedModel,
    _ tokenizer: any Tokenizer
  ) throws -> ContextControls {
    let before = try controls.initial.map { initial in
      let before = try ContextFile.read(initial)
      try before.check(against: model, path: initial)
      guard before.vectors.shape.dimensions == learned.vectors.shape.dimensions else {
        throw ExperimentError.foreignContext(
          path: initial, model: path,
          reason: "its shape is \(before.vectors.shape), the learned one's \(learned.vectors.shape)")
      }
      return before.vectors
    }
    let beginning =
      try before
      ?? RunFolder.owning(path)?.description.initialContext(
        of: learned, tokenizer: tokenizer, embedding: words.embedding)
    return try ContextControls(
      words: words, vectors: learned.rows, length: learned.length,
      initial: beginning?.reshaped(learned.rows.shape.dimensions, name: "initial context"),
      kind: tokenizer.kind, seed: seed)
  }
}

/// Short names of contexts, for headings.
package enum ContextNames {
  /// Returns the names of runs, of CoOp's output folders, or of files; whole paths if these aren't distinct.
  package static func short(_ paths: [String]) -> [String] {
    let names = paths.map { path in
      var components = path.split(separator: "/").map(String.init)
      if components.last == "context.h5", components.count > 1 { components.removeLast() }
      if components.dropLast().last == "prompt_learner", components.count > 2 { components.removeLast(2) }
      return components.last ?? path
    }
    return Set(names).count == names.count ? names : paths
  }
}
