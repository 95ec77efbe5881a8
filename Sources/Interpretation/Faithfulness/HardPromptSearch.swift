import PromptLensPrompts
import PromptLensCLIP
import PromptLensEvaluation
import PromptLensPromptLearning
import PromptLensTensors

/// A search for words that do a context's work, by gradient descent with projection onto words.
///
/// At every step the vectors P are replaced by their nearest words P', the loss's gradient is taken at P', and P takes
/// the step; the P' with the smallest loss on the training images is kept. P begins at the words that are reported as
/// nearest to the context, and these are the first P', so the result is never worse on the training images than they are.
///
/// Source: Wen et al., "Hard Prompts Made Easy" (2023), algorithm 1 ("PEZ"), with the task's cross-entropy in place of
/// an image's similarity.
package struct HardPromptSearch: Sendable, Equatable {
  /// The words of the best prompt, one for each vector.
  package let words: [Int]
  /// The words' loss on the training images.
  package let loss: Double
  /// The loss of the words where the search began.
  package let firstLoss: Double
  /// The step that found the words; 0 for the first words.
  package let bestStep: Int
  /// The loss of each step's words.
  package let losses: [Double]
  /// The number of different words, for each of which prompts went through the tower forward and backward.
  package let passes: Int

  /// The latest words whose gradients are kept.
  private static let keptSteps = 8

  /// The settings of a search.
  package struct Settings: Sendable, Equatable {
    /// The number of steps.
    package var steps = 100
    /// η of AdamW as a share of the words' root mean square, so that it suits any embedding.
    package var relativeRate = 0.5
    /// λ of AdamW.
    package var weightDecay = 0.1

    /// Creates settings.
    package init(steps: Int = 100, relativeRate: Double = 0.5, weightDecay: Double = 0.1) {
      self.steps = steps
      self.relativeRate = relativeRate
      self.weightDecay = weightDecay
    }
  }

  /// Searches for words.
  ///
  /// - Parameters:
  ///   - encoder: the text tower.
  ///   - assembly: the prompts.
  ///   - start: the words that the search begins with, one for each row of the context.
  ///   - words: the words to choose from, by ``WordMetric/cosine`` as in the source.
  ///   - images: the training images' features.
  ///   - labels: the labels of the images.
  ///   - scale: the factor of cosines in logits.
  ///   - settings: the settings of the search.
  ///   - tapeLimit: the bytes that tapes may take; results do not depend on it.
  ///   - progress: called for the first words and after each step.
  /// - Throws: The tower's errors, and `TensorError` if shapes don't match.
  package init(
    encoder: TextEncoder, assembly: PromptAssembly, start: [Int], words: NearestWords, images: UnitRows,
    labels: [Int], scale: Float, settings: Settings = Settings(), tapeLimit: Int? = 1 << 30, progress: () -> Void = {}
  ) throws {
    let width = encoder.width
    let pass = try PromptPass(encoder: encoder, tree: encoder.tree(assembly.prompts), tapeLimit: tapeLimit)
    var passes = 0
    func project(_ vectors: [Float]) throws -> [Int] {
      let rows = try Tensor(vectors, shape: [vectors.count / width, width], name: "context")
      return try words.words(near: rows, count: 1).compactMap(\.first?.id)
    }
    // Steps often end at words that a step before had, whose passes aren't repeated.
    var latest: [(words: [Int], loss: Double, gradient: [Float])] = []
    func evaluate(_ ids: [Int]) throws -> (loss: Double, gradient: [Float]) {
      if let known = latest.first(where: { $0.words == ids }) { return (known.loss, known.gradient) }
      let vectors = try ids.flatMap { try words.embedding.rows($0..<$0 + 1).floats() }
      let step = try TrainingStep(
        images: images, labels: labels, loss: CrossEntropy(), classCount: assembly.classNames.count, scale: scale,
        pass: pass,
        context: vectors)
      let found = try CoOp().gradient(step)
      latest = latest.suffix(Self.keptSteps - 1) + [(ids, found.loss, found.parameters)]
      passes += 1
      return (found.loss, found.parameters)
    }
    var size = 0.0
    words.embedding.forEachRow { _, word in size = word.reduce(size) { $0 + Double($1) * Double($1) } }
    let rate = settings.relativeRate * (size / Double(max(words.embedding.shape.count, 1))).squareRoot()
    var optimizer = Adam(weightDecay: settings.weightDecay, isDecoupled: true)
    var vectors = try start.flatMap { try words.embedding.rows($0..<$0 + 1).floats() }
    var losses: [Double] = []
    var best: (words: [Int], loss: Double, step: Int)?
    for step in 0...max(settings.steps, 0) {
      let ids = step == 0 ? start : try project(vectors)
      let found = try evaluate(ids)
      losses.append(found.loss)
      if found.loss < best?.loss ?? .infinity { best = (ids, found.loss, step) }
      vectors.withUnsafeMutableBufferPointer { optimizer.step($0, gradient: found.gradient, rate: rate) }
      progress()
    }
    self.words = best?.words ?? start
    loss = best?.loss ?? .nan
    firstLoss = losses[0]
    bestStep = best?.step ?? 0
    self.losses = losses
    self.passes = passes
  }
}
