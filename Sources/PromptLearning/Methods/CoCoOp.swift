import PromptLensPrompts
import PromptLensTensors

/// CoCoOp: each image shifts every vector of the context by `MetaNetwork`'s π, so that it has its own prompts.
///
/// All images use one prefix tree, with a pass each. With the shift of image i added to M vectors, `∂L/∂context = Σᵢ
/// gᵢ` and `∂L/∂πᵢ` is the sum of gᵢ over its M rows. The paper learns one image at a time, for ten epochs. Source:
/// Zhou et al., "Conditional Prompt Learning for Vision-Language Models" (2022), equation 3.
package struct CoCoOp: LearningMethod {
  /// The name, `cocoop`.
  package let name = "cocoop"
  /// The network that computes the shifts.
  package let network: MetaNetwork

  /// Creates the method for features and context vectors of these widths.
  package init(embedDimension: Int, width: Int) { network = MetaNetwork(inputs: embedDimension, outputs: width) }

  /// The network's parameters.
  package var parameterCount: Int { network.parameterCount }

  /// Returns the network's parameters as PyTorch initializes them.
  package func initialParameters(seed: Int) -> [Float] { network.initialParameters(seed: seed) }

  /// Returns the network's tensors.
  package func networkTensors(_ parameters: [Float]) throws(TensorError) -> [String: Tensor] {
    try network.tensors(parameters)
  }

  /// Computes the gradient of the loss with respect to the context and then to the network's parameters.
  package func gradient(_ step: TrainingStep) throws -> StepGradient {
    let rows = step.context.count - parameterCount
    let (context, parameters) = (step.context[..<rows], step.context[rows...])
    let share = 1 / Float(max(step.labels.count, 1))
    var total = StepGradient(loss: 0, correct: 0, parameters: [Float](repeating: 0, count: rows))
    var slopes = [Float](repeating: 0, count: parameterCount)
    for index in step.labels.indices {
      let image = step.image(index)
      let (layer, shift) = network.forward(image[...], parameters)
      let shifted = context.enumerated().map { $1 + shift[$0 % network.outputs] }
      let found = try CoOp().gradient(step.single(index, context: shifted))
      total.loss += found.loss * Double(share)
      total.correct += found.correct
      var slope = [Float](repeating: 0, count: network.outputs)
      for (index, value) in found.parameters.enumerated() {
        total.parameters[index] += share * value
        slope[index % network.outputs] += share * value
      }
      network.backward(slope, image: image[...], layer: layer, parameters: parameters, to: &slopes)
    }
    total.parameters += slopes
    return total
  }
}
