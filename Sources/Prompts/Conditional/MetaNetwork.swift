import PromptLensTensors

/// CoCoOp's network, `π(û) = B relu(A û + a) + b` of the image's unit feature û, whose output is added to each vector
/// of the context.
///
/// The hidden layer has a sixteenth of the features' width. The parameters are ordered A, a, B, b. Backward, with δ =
/// ∂L/∂π and `ε = Bᵀ δ` where the hidden layer is above zero: `∂L/∂A = ε ûᵀ`, `∂L/∂a = ε`, `∂L/∂B = δ hᵀ`, `∂L/∂b = δ`.
/// Source: Zhou et al., "Conditional Prompt Learning for Vision-Language Models" (2022), section 3.2, and the authors'
/// `cocoop.py`.
package struct MetaNetwork: Sendable, Equatable {
  /// The width of a feature.
  package let inputs: Int
  /// The width of the hidden layer.
  package let hidden: Int
  /// The width of a context vector.
  package let outputs: Int

  /// Creates the network for features and context vectors of these widths.
  package init(inputs: Int, outputs: Int) { self.init(inputs: inputs, hidden: max(inputs / 16, 1), outputs: outputs) }

  /// Creates a network of given widths.
  package init(inputs: Int, hidden: Int, outputs: Int) {
    self.inputs = inputs
    self.hidden = hidden
    self.outputs = outputs
  }

  /// The number of parameters.
  package var parameterCount: Int { hidden * (inputs + 1) + outputs * (hidden + 1) }

  /// The names of A, a, B and b in CoCoOp's checkpoints, their shapes and their offsets.
  var layout: [(name: String, shape: [Int], range: Range<Int>)] {
    var next = 0
    return [
      ("linear1.weight", [hidden, inputs]), ("linear1.bias", [hidden]), ("linear2.weight", [outputs, hidden]),
      ("linear2.bias", [outputs]),
    ].map { name, shape in
      let range = next..<next + shape.reduce(1, *)
      next = range.upperBound
      return (name, shape, range)
    }
  }

  /// Returns initial parameters as in PyTorch's `nn.Linear`: uniform over ±1/√inputs of each layer.
  package func initialParameters(seed: Int) -> [Float] {
    var numbers = RandomStream.learning(.parameters, seed: seed)
    return layout.flatMap { name, _, range -> [Float] in
      let bound = 1 / Float(name.hasPrefix("linear1") ? inputs : hidden).squareRoot()
      return range.map { _ in Float.random(in: -bound...bound, using: &numbers) }
    }
  }

  /// Creates the network of a checkpoint's tensors, and returns it with its parameters.
  ///
  /// - Parameters:
  ///   - tensors: by their names in `layout`.
  ///   - inputs: the width of a feature.
  ///   - outputs: the width of a context vector.
  ///   - source: the file, for errors.
  /// - Returns: the network and its parameters.
  /// - Throws: ``PromptError/foreignContext(source:reason:)`` when a tensor is missing or of another shape.
  package static func parameters(
    of tensors: [String: Tensor], inputs: Int, outputs: Int, source: String
  ) throws(PromptError) -> (network: MetaNetwork, parameters: [Float]) {
    guard let first = tensors["linear1.weight"], first.shape.rank == 2, first.shape.count > 0 else {
      throw .foreignContext(source: source, reason: "its network lacks linear1.weight [hidden, \(inputs)]")
    }
    let network = MetaNetwork(inputs: inputs, hidden: first.shape.dimensions[0], outputs: outputs)
    var parameters: [Float] = []
    for (name, shape, _) in network.layout {
      guard let tensor = tensors[name], tensor.shape.dimensions == shape, tensor.isFinite else {
        let found = tensors[name].map { "\($0.shape)" } ?? "missing"
        throw .foreignContext(
          source: source, reason: "its network's \(name) is \(found), expected finite numbers of shape \(shape)")
      }
      parameters += tensor.floats()
    }
    return (network, parameters)
  }

  /// Returns the tensors of parameters, by their names in CoCoOp's checkpoints.
  package func tensors(_ parameters: [Float]) throws(TensorError) -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for (name, shape, range) in layout {
      tensors[name] = try Tensor(Array(parameters[range]), shape: shape, name: name)
    }
    return tensors
  }

  /// Computes π of an image, and the hidden layer, which the backward pass needs.
  ///
  /// - Parameters:
  ///   - image: û, of ``inputs`` numbers.
  ///   - parameters: A, a, B, b.
  /// - Returns: relu(A û + a), and π.
  package func forward(_ image: ArraySlice<Float>, _ parameters: ArraySlice<Float>) -> (hidden: [Float], shift: [Float])
  {
    let (image, parameters) = (Array(image), Array(parameters))
    let offsets = layout.map(\.range.lowerBound)
    let layer = (0..<hidden).map { row in
      max((0..<inputs).reduce(parameters[offsets[1] + row]) { $0 + parameters[row * inputs + $1] * image[$1] }, 0)
    }
    let shift = (0..<outputs).map { row in
      (0..<hidden).reduce(parameters[offsets[3] + row]) { $0 + parameters[offsets[2] + row * hidden + $1] * layer[$1] }
    }
    return (layer, shift)
  }

  /// Adds ∂L/∂(A, a, B, b) to a gradient.
  ///
  /// - Parameters:
  ///   - slope: δ = ∂L/∂π.
  ///   - image: û.
  ///   - layer: the hidden layer of the forward pass.
  ///   - parameters: A, a, B, b.
  ///   - gradient: the gradient to add to, laid out as parameters are.
  package func backward(
    _ slope: [Float], image: ArraySlice<Float>, layer: [Float], parameters: ArraySlice<Float>,
    to gradient: inout [Float]
  ) {
    let (image, parameters) = (Array(image), Array(parameters))
    let offsets = layout.map(\.range.lowerBound)
    for column in 0..<hidden where layer[column] > 0 {
      let inner = (0..<outputs).reduce(Float(0)) { $0 + parameters[offsets[2] + $1 * hidden + column] * slope[$1] }
      for index in 0..<inputs { gradient[column * inputs + index] += inner * image[index] }
      gradient[offsets[1] + column] += inner
    }
    for row in 0..<outputs {
      for column in 0..<hidden { gradient[offsets[2] + row * hidden + column] += slope[row] * layer[column] }
      gradient[offsets[3] + row] += slope[row]
    }
  }
}
