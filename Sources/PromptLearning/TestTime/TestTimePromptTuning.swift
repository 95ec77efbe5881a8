import PromptLensCLIP
import PromptLensTensors

/// The adaptation of a context to one image: the entropy of the mean probability of its confident views is made smaller by a
/// step of AdamW, and the image is classified by the adapted context. Every image begins with the same context.
///
/// Source: Shu et al., "Test-Time Prompt Tuning for Zero-Shot Generalization in Vision-Language Models" (2022), equations 2
/// to 4, and its published code.
package struct TestTimePromptTuning: Sendable, Equatable {
  /// The share of views whose entropy is lowest that count; of ten views or fewer one counts, where the published code has
  /// none.
  package var keptShare = 0.1
  /// The learning rate.
  package var rate = 0.005
  /// AdamW's weight decay.
  package var weightDecay = 0.01
  /// AdamW's ε.
  package var epsilon = 1e-8
  /// The number of steps, all on the views that the first chooses.
  package var steps = 1

  /// Creates the published settings.
  package init() {}

  /// An adapted context.
  package struct Adapted: Sendable {
    /// The logits of all views by the context at the start, `[views, classes]`.
    package let logitsBefore: [Float]
    /// The entropy of each view.
    package let entropies: [Double]
    /// The chosen views, the lowest entropy first.
    package let selected: [Int]
    /// The loss before each step.
    package let losses: [Double]
    /// The gradient of each step.
    package let gradients: [[Float]]
    /// The context after each step.
    package let contexts: [[Float]]
    /// The logits of the first view by the adapted context.
    package let logits: [Float]
  }

  /// Adapts a context to an image.
  ///
  /// - Parameters:
  ///   - context: the context at the start, `[vectors, width]`.
  ///   - views: the features of the image's views, the plain one first.
  ///   - pass: the prompts, one for each class.
  ///   - scale: the factor of cosines.
  /// - Returns: the adapted context and the image's logits.
  /// - Throws: `TensorError` without views, and the tower's errors.
  package func adapt(_ context: [Float], views: UnitRows, pass: PromptPass, scale: Float) throws -> Adapted {
    let width = views.width
    func text(_ context: [Float]) throws -> UnitRows {
      UnitRows(try context.withUnsafeBufferPointer { try pass.forward(context: $0) }, width: width)
    }
    func row(_ view: Int) -> FloatBuffer { FloatBuffer(copying: views.rows.pointer + view * width, count: width) }
    var parameters = context
    var features = try text(parameters)
    let classCount = features.count
    let logitsBefore = try CosineHead(images: views, scale: scale).forward(features)
    let entropies = MeanEntropy.ofViews(logitsBefore, classCount: classCount)
    let selected = MeanEntropy.confident(entropies, share: keptShare)
    let chosen = FloatBuffer(uninitialized: selected.count * width)
    for (place, view) in selected.enumerated() {
      (chosen.pointer + place * width).update(from: views.rows.pointer + view * width, count: width)
    }
    let head = try CosineHead(images: UnitRows(chosen, width: width), scale: scale)
    var optimizer = Adam(epsilon: epsilon, weightDecay: weightDecay, isDecoupled: true)
    var (losses, gradients, contexts): ([Double], [[Float]], [[Float]]) = ([], [], [])
    for _ in 0..<steps {
      let loss = MeanEntropy.evaluate(try head.forward(features), classCount: classCount)
      let unit = try head.backward(loss.gradient, classCount: classCount)
      let raw = features.backward(unit)
      let gradient = try withExtendedLifetime(raw) { try pass.backward(raw.pointer).floats }
      parameters.withUnsafeMutableBufferPointer { optimizer.step($0, gradient: gradient, rate: rate) }
      losses.append(loss.value)
      gradients.append(gradient)
      contexts.append(parameters)
      features = try text(parameters)
    }
    let plain = try CosineHead(images: UnitRows(row(0), width: width), scale: scale)
    return Adapted(
      logitsBefore: logitsBefore, entropies: entropies, selected: selected, losses: losses, gradients: gradients,
      contexts: contexts, logits: try plain.forward(features))
  }
}
