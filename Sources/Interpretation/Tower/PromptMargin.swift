import PromptLensCLIP
import PromptLensPromptLearning
import PromptLensTensors

/// The mean margin of images as a function of the vectors in the prompts, with its gradient.
struct PromptMargin {
  /// Images whose mean margin is taken.
  struct Images {
    let rows: UnitRows
    let labels: [Int]

    /// Returns some of the images.
    func selecting(_ indices: [Int]) -> Images {
      Images(
        rows: UnitRows(rows.rows.selecting(indices, width: rows.width), width: rows.width),
        labels: indices.map { labels[$0] })
    }
  }

  private let pass: PromptPass
  private let classCount: Int
  private let scale: Float
  private let groups: [Images]

  /// Creates the function.
  ///
  /// - Parameters:
  ///   - encoder: the text tower.
  ///   - prompts: the elements of each class's prompt; context rows name vectors.
  ///   - groups: the images, in groups whose mean margins are taken apart.
  ///   - scale: the factor of cosines in logits.
  ///   - tapeLimit: the bytes that tapes may take; results do not depend on it.
  /// - Throws: The tower's errors.
  init(encoder: TextEncoder, prompts: [[PromptElement]], groups: [Images], scale: Float, tapeLimit: Int?) throws {
    self.init(
      pass: try PromptPass(encoder: encoder, tree: encoder.tree(prompts), tapeLimit: tapeLimit),
      classCount: prompts.count, scale: scale, groups: groups)
  }

  private init(pass: PromptPass, classCount: Int, scale: Float, groups: [Images]) {
    self.pass = pass
    self.classCount = classCount
    self.scale = scale
    self.groups = groups
  }

  /// Returns the function of other images, with the same prompts and their tapes.
  func measuring(_ groups: [Images]) -> PromptMargin {
    PromptMargin(pass: pass, classCount: classCount, scale: scale, groups: groups)
  }

  /// Returns the mean margin of each group.
  func margins(_ vectors: [Float]) throws -> [Double] { try evaluate(vectors, withGradients: false).map(\.margin) }

  /// Returns the mean margin of each group and its gradient; the prompts go through the tower once.
  func evaluate(_ vectors: [Float], withGradients: Bool = true) throws -> [(margin: Double, gradient: [Float])] {
    var text: UnitRows?
    return try groups.map { group in
      let step = try TrainingStep(
        images: group.rows, labels: group.labels, loss: Margin(), classCount: classCount, scale: scale, pass: pass,
        context: vectors)
      let features = try text ?? step.text()
      text = features
      let found = step.loss.evaluate(
        logits: try step.logits(features), classCount: classCount, labels: group.labels, weights: [])
      return (
        found.mean,
        withGradients ? try step.contextGradient(step.textGradient(found.gradient), of: features) : []
      )
    }
  }
}
