import PromptLensTensors

/// A method of learning a context, which computes the gradient of a step from its batch.
package protocol LearningMethod: Sendable {
  /// The name for `--method`, which run folders record.
  var name: String { get }

  /// The number of learned parameters besides the context, after which they are listed.
  var parameterCount: Int { get }

  /// Returns the initial values of these parameters.
  ///
  /// - Parameter seed: the run's seed.
  /// - Returns: an array of ``parameterCount`` numbers.
  func initialParameters(seed: Int) -> [Float]

  /// Returns the tensors of the network that shifts the context for each image, as stored in context files; empty
  /// if the method has no network.
  ///
  /// - Parameter parameters: the learned numbers after the context.
  /// - Returns: the tensors by name.
  /// - Throws: `TensorError` when their number isn't ``parameterCount``.
  func networkTensors(_ parameters: [Float]) throws(TensorError) -> [String: Tensor]

  /// Computes the gradient of one step.
  ///
  /// - Throws: the tower's errors.
  func gradient(_ step: TrainingStep) throws -> StepGradient

  /// Returns the weight of an epoch's context in the average that the run keeps; nil if it keeps the last context.
  ///
  /// - Parameters:
  ///   - epoch: from 1.
  ///   - epochs: the number of epochs.
  /// - Returns: the weight, or nil.
  func weight(ofEpoch epoch: Int, of epochs: Int) -> Double?
}

extension LearningMethod {
  /// Zero, because only the context is learned.
  package var parameterCount: Int { 0 }

  /// Returns an empty array, because only the context is learned.
  package func initialParameters(seed: Int) -> [Float] { [] }

  /// Returns an empty result, because the method doesn't have a network.
  package func networkTensors(_ parameters: [Float]) throws(TensorError) -> [String: Tensor] { [:] }

  /// Returns nil, because the run keeps the last context.
  package func weight(ofEpoch epoch: Int, of epochs: Int) -> Double? { nil }
}

/// The loss and the gradient of one step.
package struct StepGradient: Sendable {
  /// The loss of the batch, including the method's own terms.
  package var loss: Double
  /// The number of correctly classified images in the batch, before the step.
  package var correct: Int
  /// ∂L/∂context, `[contextRows, width]`, and after it the gradient of the method's other parameters.
  package var parameters: [Float]

  /// Creates the result of a step.
  package init(loss: Double, correct: Int, parameters: [Float]) {
    self.loss = loss
    self.correct = correct
    self.parameters = parameters
  }
}
