import PromptLensCLIP
import PromptLensInterpretation
import PromptLensPromptLearning
import PromptLensPrompts
import PromptLensTensors

/// The interpretation of a learned prompt: its words, vectors, states, features and predictions.
package struct InterpretationExperiment {
  /// The settings of an interpretation.
  package struct Settings: Sendable {
    /// The prompt: a run folder or a context file.
    package var prompt: String
    /// The model folder; `nil` for the one that the run recorded.
    package var model: String?
    /// The arithmetic of the towers.
    package var precision = ComputePrecision.float32
    /// The origin of the images.
    package var images: InterpretationImages.Source
    /// The training images of each class; `nil` for as many as the run drew, or all.
    package var shots: Int?
    /// Prompts of other seeds to compare with.
    package var others: [String] = []
    /// A text whose words a context is trained near, besides random ones.
    package var towards: String?
    /// The steps of training near arbitrary words; `nil` for the run's own, or the reference's, unless they cost too much.
    package var arbitrarySteps: Int?
    /// The position of the class name; `nil` for the position in the context's file, or else the end.
    package var classPosition: ClassPosition?
    /// The random orders for Shapley values of more than ten vectors; `nil` for as many as it takes.
    package var permutations: Int?
    /// The images whose features are divided among the image tower's heads; `nil` for none.
    package var imageHeads: ImageHeadsAnalysis.Request?
    /// The seed of everything random.
    package var seed = 1
    /// The folder of features that are computed for a prompt without a run folder.
    package var featureFolder: String

    /// Creates settings.
    package init(prompt: String, images: InterpretationImages.Source, featureFolder: String) {
      self.prompt = prompt
      self.images = images
      self.featureFolder = featureFolder
    }
  }

  private let settings: Settings
  private let learned: LearnedPrompt
  private let others: [LearnedPrompt]
  /// The words of ``Settings/towards``, one for each vector of a context.
  private let target: [Int]?

  /// Opens the prompt, and those to compare it with.
  ///
  /// - Throws: ``ExperimentError`` if a prompt isn't the model's or has another shape; errors of reading the files.
  package init(_ settings: Settings) throws {
    let learned = try LearnedPrompt(settings.prompt, model: settings.model, precision: settings.precision)
    others = try settings.others.map {
      try LearnedPrompt($0, model: learned.model.folder.path, precision: settings.precision)
    }
    for (other, path) in zip(others, settings.others) { try other.checkComparable(with: learned, path: path) }
    target = try settings.towards.map { try learned.words($0) }
    // A tower of another kind is refused before any work.
    if settings.imageHeads != nil { _ = try ImageGradients(encoder: learned.model.clip.imageEncoder()) }
    self.learned = learned
    self.settings = settings
  }

  /// Interprets the prompt.
  ///
  /// - Parameter observer: The receiver of progress.
  /// - Returns: The results of every analysis.
  /// - Throws: Errors of reading images and features, and of the towers.
  package func run(observer: ExperimentObserver = .silent) throws -> Interpretation {
    let images = try InterpretationImages(settings, learned: learned, observer: observer)
    let prompt = try InterpretedPrompt(
      learned, images: images, position: settings.classPosition, seed: settings.seed)
    let contexts = VectorWorthAnalysis.contextCount(
      length: prompt.matrix.length, permutations: settings.permutations, seed: prompt.seed)
    var work = try InterpretationWork(of: prompt, effects: contexts, hasTraining: prompt.training != nil)
    func chapter<Result>(
      _ name: String, _ total: Int, unit: String = "analyses", _ body: (RunningStage) throws -> Result
    ) rethrows -> Result {
      let stage = observer.begin(name, total: total, unit: unit)
      let result = try body(stage)
      stage.finish()
      if let left = work.finishChapter() { observer.note(left) }
      return result
    }
    let (controls, projection, projected, network, randomWords) = try chapter("words", 4) { stage in
      let controls = try stage.counting {
        try ContextControls(
          words: NearestWords(embedding: prompt.embedding), vectors: prompt.context.rows, length: prompt.matrix.length,
          initial: prompt.initialRows, kind: learned.tokenizer.kind, seed: prompt.seed)
      }
      let (projection, projected) = try stage.counting {
        let words = prompt.subject.decoded.nearestWords
        return (
          try prompt.evaluator.projection(onto: words, of: prompt.embedding),
          try prompt.outcome(of: prompt.matrix.words(words, of: prompt.embedding))
        )
      }
      return (
        controls, projection, projected, try stage.counting { try NetworkAnalysis(of: prompt) },
        try stage.counting { try RandomWordAnalysis(of: prompt) }
      )
    }
    let worth = try chapter("effects of vectors", contexts, unit: "contexts") { stage in
      try prompt.evaluator.vectorWorth(
        meanWord: prompt.meanWord, permutations: settings.permutations, seed: prompt.seed
      ) { stage.advance() }
    }
    let search = try prompt.training.map { training in
      try chapter("other words", 2) { stage in
        let hardPrompt = try stage.counting { try HardPromptAnalysis(of: prompt, training: training) }
        let plan = try WaywardnessAnalysis.Plan(
          of: prompt, training: training, towards: target, steps: settings.arbitrarySteps)
        if plan.omission == nil {
          observer.note(plan.note)
          try work.add(plan.operations, of: prompt)
        }
        return WordSearchAnalysis(
          hardPrompt: hardPrompt,
          waywardness: try stage.counting {
            plan.omission == nil ? try WaywardnessAnalysis(of: prompt, plan) : nil
          }, omittedTraining: plan.omission)
      }
    }
    let (attention, lens, hiddenWords, attribution, patching, logits) = try chapter("inside the tower", 6) { stage in
      (
        try stage.counting { try TowerAttention(of: prompt) }, try stage.counting { try LensAnalysis(of: prompt) },
        try stage.counting { try HiddenWordsAnalysis(of: prompt) },
        try stage.counting { try AttributionAnalysis(of: prompt) },
        try stage.counting { try PatchingAnalysis(of: prompt) },
        try stage.counting { try LogitAttributionAnalysis(of: prompt) }
      )
    }
    let (drift, flips, decomposition) = try chapter("in the classifier", 3) { stage in
      (
        try stage.counting { try DriftAnalysis(of: prompt) },
        stage.counting {
          PredictionFlips(
            before: prompt.subject.zeroShotPredictions, after: prompt.subject.predictions, labels: prompt.labels)
        },
        try stage.counting { try DecompositionAnalysis(of: prompt) }
      )
    }
    let agreement =
      try others.isEmpty
      ? nil
      : chapter("agreement of seeds", 1) { stage in
        try stage.counting { try AgreementAnalysis(of: prompt, with: others) }
      }
    let imageHeads = try settings.imageHeads.map { request in
      let stage = observer.begin("inside the image tower", total: 1, unit: "views")
      defer { stage.finish() }
      return try stage.counting { try ImageHeadsAnalysis(of: prompt, request) }
    }
    return Interpretation(
      subject: prompt.subject, remarks: images.remarks, controls: controls, projection: projection,
      projected: projected, network: network,
      randomWords: randomWords, worth: worth, search: search, attention: attention, lens: lens,
      hiddenWords: hiddenWords,
      attribution: attribution, patching: patching, logits: logits,
      comparison: AttentionComparison(attention, worth, attribution), drift: drift, flips: flips,
      decomposition: decomposition, agreement: agreement, imageHeads: imageHeads)
  }
}

extension RunningStage {
  /// Returns the value of a closure, and counts one unit.
  fileprivate func counting<Result>(_ body: () throws -> Result) rethrows -> Result {
    defer { advance() }
    return try body()
  }
}
