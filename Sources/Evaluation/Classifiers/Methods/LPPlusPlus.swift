import PromptLensPromptLearning
import PromptLensTensors

/// LP++: a linear probe blended with the text features, `z_k = f̂ · (w_k + α_k t̂_k)`, whose steps follow from the
/// features.
///
/// Gradient steps on w with momentum 0.9 at `η_w = 4 N / λmax(F̂ᵀ F̂)`, and every tenth on α at `η_α = N / (4 max_k Σᵢ
/// (f̂ᵢ · t̂_k)²)`; w begins at the classes' sums of features, every α at 250 times the mean over classes of their
/// images' `f̂ · t̂_k`; 300 steps over all images, of which the last best one on validation images is kept. Source:
/// Huang et al., "LP++: A Surprisingly Strong Linear Probe for Few-Shot CLIP" (2024), equation 3 and section 4, with
/// the constants of the authors' `linear_probe_p2.py`. Two of its bugs are omitted: it accumulates the gradients of α
/// over the run, and has a randomly initialized offset.
package struct LPPlusPlus: ClassifierMethod {
  /// The name, `lp++`.
  package let name = "lp++"
  /// The number of steps.
  package let steps: Int

  /// Creates the method with the authors' settings.
  ///
  /// - Parameter steps: the number of steps over all images.
  package init(steps: Int = 300) { self.steps = steps }

  /// Learns w and α; see ``ClassifierMethod/fit(_:)``.
  package func fit(_ task: FewShotTask) throws -> FittedClassifier {
    var state = try State(task, text: task.requiredText(name))
    var best: (classifier: LinearClassifier, correct: Int, step: Int)?
    for step in 1...max(steps, 1) {
      try state.step(updatesBlend: step % 10 == 0)
      guard let validation = task.validation else { continue }
      let classifier = try state.classifier()
      let correct = try classifier.correct(validation)
      if best.map({ correct >= $0.correct }) ?? true { best = (classifier, correct, step) }
    }
    let kept = try best?.classifier ?? state.classifier()
    return FittedClassifier(
      kept, [("steps", Double(best?.step ?? steps))], selectedOn: task.validation?.count ?? 0)
  }

  /// The state of the optimization: w, α and the data for their steps.
  package struct State {
    /// w, `[classes, width]`.
    package private(set) var weights: [Float]
    /// α, `[classes]`.
    package private(set) var blend: [Float]
    private var velocity: [Float]
    private let images: Matrix
    private let labels: [Int]
    private let text: Matrix
    /// f̂ · t̂, `[images, classes]`.
    private let words: [Float]
    /// η_w.
    package let weightRate: Double
    /// η_α.
    package let blendRate: Double

    package init(_ task: FewShotTask, text: Tensor) throws {
      images = try Matrix(task.train.view().unitRows())
      labels = task.train.labels
      self.text = try Matrix(CosineClassifier(weights: text).weights)
      let words = try images.timesTransposed(self.text).floats
      self.words = words
      weights = try NearestMean.sums(of: task).floats
      velocity = [Float](repeating: 0, count: weights.count)
      let classCount = task.classCount
      let (count, rows) = (Double(labels.count), labels.count)
      weightRate = 4 * count / (try Self.largestEigenvalue(images))
      let squares = (0..<classCount).map { classIndex in
        (0..<rows).reduce(0.0) {
          $0 + Double(words[$1 * classCount + classIndex]) * Double(words[$1 * classCount + classIndex])
        }
      }
      blendRate = count / (4 * max(squares.max() ?? 1, .leastNormalMagnitude))
      var sums = [Double](repeating: 0, count: classCount)
      var counts = [Double](repeating: 0, count: classCount)
      for (row, label) in labels.enumerated() {
        sums[label] += Double(words[row * classCount + label])
        counts[label] += 1
      }
      let mean = zip(sums, counts).reduce(0.0) { $0 + $1.0 / $1.1 } / Double(classCount)
      blend = [Float](repeating: Float(250 * mean), count: classCount)
    }

    /// Returns the logits of the images, and the gradients of w and α. `∂L/∂w = Gᵀ F̂`, `∂L/∂α_k = Σᵢ G_ik f̂ᵢ · t̂_k`.
    package func gradients() throws -> (loss: Double, weights: [Float], blend: [Float]) {
      let classCount = text.rows
      var logits = try images.timesTransposed(Matrix(weights, rows: classCount, columns: text.columns)).floats
      for index in logits.indices { logits[index] += blend[index % classCount] * words[index] }
      let value = CrossEntropy().evaluate(logits: logits, classCount: classCount, labels: labels, weights: [])
      let slopes = Matrix(value.gradient, rows: labels.count, columns: classCount)
      var blends = [Double](repeating: 0, count: classCount)
      for (index, slope) in value.gradient.enumerated() {
        blends[index % classCount] += Double(slope) * Double(words[index])
      }
      return (value.mean, try slopes.transposed().times(images).floats, blends.map { Float($0) })
    }

    /// Takes a step on w, and optionally on α.
    package mutating func step(updatesBlend: Bool) throws {
      let found = try gradients()
      guard found.loss.isFinite else {
        throw EvaluationError.notFitted(method: "lp++", reason: "the loss isn't a number")
      }
      StochasticGradientDescent(momentum: 0.9, weightDecay: 0).step(
        parameters: &weights, velocity: &velocity, gradient: found.weights, rate: weightRate)
      guard updatesBlend else { return }
      for classIndex in blend.indices { blend[classIndex] -= Float(blendRate * Double(found.blend[classIndex])) }
    }

    /// Returns the classifier with the rows `w_k + α_k t̂_k`.
    package func classifier() throws -> LinearClassifier {
      let width = text.columns
      let words = text.floats
      let rows = weights.enumerated().map { $1 + blend[$0 / width] * words[$0] }
      return try LinearClassifier(
        weights: Tensor(rows, shape: [text.rows, width], name: "weights"), normalizes: true)
    }

    /// Returns λmax(Fᵀ F), by von Mises's power iteration from the sum of the rows.
    private static func largestEigenvalue(_ features: Matrix) throws -> Double {
      let (rows, width) = (features.rows, features.columns)
      let values = features.floats
      func products(_ vector: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: width)
        for row in 0..<rows {
          var along = 0.0
          for index in 0..<width { along += Double(values[row * width + index]) * vector[index] }
          for index in 0..<width { result[index] += along * Double(values[row * width + index]) }
        }
        return result
      }
      var vector = (0..<width).map { column in
        (0..<rows).reduce(1e-3) { $0 + Double(values[$1 * width + column]) }
      }
      var eigenvalue = 0.0
      for _ in 0..<200 {
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length > 0 else { break }
        vector = products(vector.map { $0 / length })
        let next = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        if abs(next - eigenvalue) <= 1e-9 * next { return next }
        eigenvalue = next
      }
      return max(eigenvalue, .leastNormalMagnitude)
    }
  }
}
