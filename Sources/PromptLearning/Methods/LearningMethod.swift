import PromptLensTensors

/// A way to learn a context: what one step's gradient is, given the batch.
package protocol LearningMethod: Sendable {
  /// The name that `--method` takes and run folders record.
  var name: String { get }

  /// How many numbers it learns besides the context; they stand after it wherever parameters are listed.
  var parameterCount: Int { get }

  /// What those numbers begin as.
  ///
  /// - Parameter seed: the run's.
  /// - Returns: as many as ``parameterCount``.
  func initialParameters(seed: Int) -> [Float]

  /// Returns the tensors of the network that shifts the context image by image, as context files hold it; none where
  /// the method has no network.
  ///
  /// - Parameter parameters: the learned numbers after the context.
  /// - Returns: the tensors by name.
  /// - Throws: `TensorError` when they aren't as many as ``parameterCount``.
  func networkTensors(_ parameters: [Float]) throws(TensorError) -> [String: Tensor]

  /// The gradient of the context in one step.
  ///
  /// - Throws: what the towers throw.
  func gradient(_ step: TrainingStep) throws -> StepGradient

  /// How much the context at the end of an epoch counts in the context that is kept; nil when the last one is kept.
  ///
  /// - Parameters:
  ///   - epoch: from 1.
  ///   - epochs: the number of epochs.
  /// - Returns: the weight, or nil.
  func weight(ofEpoch epoch: Int, of epochs: Int) -> Double?
}

extension LearningMethod {
  /// Only the context is learned.
  package var parameterCount: Int { 0 }

  /// Only the context is learned.
  package func initialParameters(seed: Int) -> [Float] { [] }

  /// There isn't a network.
  package func networkTensors(_ parameters: [Float]) throws(TensorError) -> [String: Tensor] { [:] }

  /// The last context is kept.
  package func weight(ofEpoch epoch: Int, of epochs: Int) -> Double? { nil }
}

/// What a step found.
package struct StepGradient: Sendable {
  /// The loss of the batch, whatever the method adds to it included.
  package var loss: Double
  /// How many of the batch's images were classified as labelled, before the step.
  package var correct: Int
  /// ∂L/∂context, `[contextRows, width]`, and after it ∂L of what else the method learns.
  package var parameters: [Float]

  /// What a step found.
  package init(loss: Double, correct: Int, parameters: [Float]) {
    self.loss = loss
    self.correct = correct
    self.parameters = parameters
  }
}
