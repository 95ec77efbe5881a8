import PromptLensCLIP
import PromptLensTensors

/// TCP's prompts: a context that all classes share and, before one block, vectors for each class that a network makes of
/// the class's feature by a hand-written prompt.
///
/// With the unit feature t₀ of a class, the vectors are `B quickgelu(A t₀ + a) + b`, as many as the context's; they replace
/// its states. In the prefix tree, every class has its rows of the context, since the vectors differ: only the start token
/// is shared. Source: Yao, Zhang and Xu, "TCP: Textual-based Class-aware Prompt tuning" (2024).
package struct ClassAwarePrompts: PromptForm {
  /// The block before which the classes' vectors stand, a constant of the official code.
  package static let block = 8

  /// The number of context vectors.
  package let length: Int
  /// The width of the text tower.
  package let width: Int
  /// The width of the network's hidden layer, a quarter of a feature's.
  package let hidden: Int
  /// t₀, `[classes, embedDimension]`, rows of length one.
  private let features: [Float]
  private let embedDimension: Int
  private let classCount: Int

  /// Creates the form for some classes.
  ///
  /// - Parameters:
  ///   - length: the number of context vectors.
  ///   - width: the width of the text tower.
  ///   - hidden: the width of the hidden layer; nil for a quarter of a feature's.
  ///   - features: t₀ of the classes.
  package init(length: Int, width: Int, hidden: Int? = nil, features: UnitRows) {
    self.length = length
    self.width = width
    self.hidden = hidden ?? max(features.width / 4, 1)
    self.features = features.rows.floats
    embedDimension = features.width
    classCount = features.count
  }

  private static let network = "prompt_learner.meta_net"

  /// TCP.
  package var name: String { "TCP" }

  /// The shapes of the learned tensors by their names.
  package var shapes: [String: [Int]] {
    [
      PromptNames.context: [length, width], "\(Self.network).linear1.weight": [hidden, embedDimension],
      "\(Self.network).linear1.bias": [hidden], "\(Self.network).linear2.weight": [length * width, hidden],
      "\(Self.network).linear2.bias": [length * width],
    ]
  }

  /// The number of context vectors.
  package var contextLength: Int { length }
  /// Every class has its rows.
  package var isClassSpecific: Bool { true }
  /// The image tower has no prompts.
  package var imageTokens: Int { 0 }

  private var first: LinearMap { LinearMap(inputs: embedDimension, outputs: hidden) }
  private var second: LinearMap { LinearMap(inputs: hidden, outputs: length * width) }

  private func layer(_ parameters: PromptParameters) -> (input: [Float], output: [Float]) {
    let input = first.forward(
      features, weight: parameters["\(Self.network).linear1.weight"], bias: parameters["\(Self.network).linear1.bias"])
    var output = input
    Activation.quickGELU.forward(input, count: input.count, to: &output)
    return (input, output)
  }

  /// Returns the context once for each class, and the classes' vectors.
  package func vectors(_ parameters: PromptParameters) -> TowerPrompts {
    let context = parameters[PromptNames.context]
    return TowerPrompts(
      context: (0..<classCount).flatMap { _ in context },
      text: [
        Self.block: second.forward(
          layer(parameters).output, weight: parameters["\(Self.network).linear2.weight"],
          bias: parameters["\(Self.network).linear2.bias"])
      ])
  }

  /// Sums the gradients of the classes' contexts, and turns those of their vectors into the network's.
  package func backward(_ gradient: TowerPrompts, at parameters: PromptParameters) -> PromptParameters {
    var result = PromptParameters(shapes: shapes)
    var context = [Float](repeating: 0, count: length * width)
    for (index, value) in gradient.context.enumerated() { context[index % context.count] += value }
    result[PromptNames.context] = context
    let layer = layer(parameters)
    let outer = second.backward(
      gradient.text[Self.block] ?? [], rows: layer.output, weight: parameters["\(Self.network).linear2.weight"])
    var slope = outer.rows
    Activation.quickGELU.backward(&slope, values: layer.input, count: slope.count)
    let inner = first.backward(slope, rows: features, weight: parameters["\(Self.network).linear1.weight"])
    result["\(Self.network).linear1.weight"] = inner.weight
    result["\(Self.network).linear1.bias"] = inner.bias
    result["\(Self.network).linear2.weight"] = outer.weight
    result["\(Self.network).linear2.bias"] = outer.bias
    return result
  }
}
