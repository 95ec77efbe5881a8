import PromptLensTensors

/// A way to learn a context: the gradient of one step, given the batch.
package protocol LearningMethod: Sendable {
  /// The name that `--method` takes and run folders record.
  var name: String { get }

  /// The number of parameters that it learns besides the context; they follow it wherever parameters are listed.
  var parameterCount: Int { get }

  /// Returns those parameters before the first step.
  ///
  /// - Parameter seed: the run's seed.
  /// - Returns: as many as ``parameterCount``.
  func initialParameters(seed: Int) -> [Float]

  /// Returns the tensors of the network that shifts the context image by image, in the form of context files; empty
  /// where the method has no network.
  ///
  /// - Parameter parameters: the learned numbers after the context.
  /// - Returns: the tensors by name.
  /// - Throws: `TensorError` when they aren't as many as ``parameterCount``.
  func networkTensors(_ parameters: [Float]) throws(TensorError) -> [String: Tensor]

  /// Computes the gradient of one step.
  ///
  /// - Throws: the tower's errors.
  func gradient(_ step: TrainingStep) throws -> StepGradient

  /// Returns the weight of an epoch's last context in the context that is kept, or nil when the last one is kept.
  ///
  /// - Parameters:
  ///   - epoch: from 1.
  ///   - epochs: the number of epochs.
  /// - Returns: the weight, or nil.
  func weight(ofEpoch epoch: Int, of epochs: Int) -> Double?
}

extension LearningMethod {
  /// None, as only the context is learned.
  package var parameterCount: Int { 0 }

  /// Returns nothing, as only the context is learned.
  package func initialParameters(seed: Int) -> [Float] { [] }

  /// Returns an empty result, because the method doesn't have a network.
  package func networkTensors(_ parameters: [Float]) throws(TensorError) -> [String: Tensor] { [:] }

  /// Returns nil, as the last context is kept.
  package func weight(ofEpoch epoch: Int, of epochs: Int) -> Double? { nil }
}

/// The loss and the gradient of one step.
package struct StepGradient: Sendable {
  /// The loss of the batch, with the terms that the method adds.
  package var loss: Double
  /// The number of the batch's images that were classified as labeled, before the step.
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
