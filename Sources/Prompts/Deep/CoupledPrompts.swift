import PromptLensTensors

/// MaPLe's prompts: those of the image tower are linear functions of those of the text tower, a function for each block.
///
/// With the text prompts P of a block (of block 0 without their positions), the image tokens are `P Wᵀ + b`, which have no
/// parameters of their own. Each tower takes as many blocks' prompts as it has blocks, so where one has more blocks than the
/// other, the last prompts stand in it alone. Source: Khattak et al., "MaPLe: Multi-modal Prompt Learning" (2023), section
/// 3.2.
package struct CoupledPrompts: PromptForm, Equatable {
  /// The number of vectors in each block, n.
  package let length: Int
  /// The number of blocks with prompts of their own, J.
  package let depth: Int
  /// The width of the text tower.
  package let textWidth: Int
  /// The width of the image tower.
  package let imageWidth: Int
  /// The number of blocks of the text tower.
  package let textLayers: Int
  /// The number of blocks of the image tower.
  package let imageLayers: Int

  /// Creates the form.
  ///
  /// - Parameters:
  ///   - length: n.
  ///   - depth: J, of which only as many count as the deeper tower has blocks.
  ///   - textWidth: the width of the text tower.
  ///   - imageWidth: the width of the image tower.
  ///   - textLayers: the number of blocks of the text tower.
  ///   - imageLayers: the number of blocks of the image tower.
  package init(length: Int, depth: Int, textWidth: Int, imageWidth: Int, textLayers: Int, imageLayers: Int) {
    self.length = length
    self.depth = max(min(depth, max(textLayers, imageLayers)), 1)
    self.textWidth = textWidth
    self.imageWidth = imageWidth
    self.textLayers = textLayers
    self.imageLayers = imageLayers
  }

  private var textDepth: Int { min(depth, textLayers) }
  private var imageDepth: Int { min(depth, imageLayers) }

  /// MaPLe.
  package var name: String { "MaPLe" }

  /// The names of a block's prompts and of its coupling.
  package static func names(_ block: Int) -> (prompts: String, coupling: String) {
    block == 0
      ? (PromptNames.context, "prompt_learner.proj")
      : (
        "prompt_learner.compound_prompts_text.\(block - 1)", "prompt_learner.compound_prompt_projections.\(block - 1)"
      )
  }

  /// The shapes of the learned tensors by their names.
  package var shapes: [String: [Int]] {
    var shapes: [String: [Int]] = [:]
    for block in 0..<depth {
      let names = Self.names(block)
      shapes[names.prompts] = [length, textWidth]
      guard block < imageDepth else { continue }
      shapes["\(names.coupling).weight"] = [imageWidth, textWidth]
      shapes["\(names.coupling).bias"] = [imageWidth]
    }
    return shapes
  }

  /// Returns whether a tensor is of a block beyond the towers': the official code makes as many as it is asked for.
  package func isUnused(_ name: String) -> Bool {
    let parts = name.split(separator: ".")
    guard parts.count > 2, parts[1].hasPrefix("compound_prompt"), let index = Int(parts[2]) else { return false }
    let block = index + 1
    if block < depth { return parts[1] == "compound_prompt_projections" && block >= imageLayers }
    return depth == max(textLayers, imageLayers)
  }

  /// n.
  package var contextLength: Int { length }
  /// All classes share the context.
  package var isClassSpecific: Bool { false }
  /// n.
  package var imageTokens: Int { length }

  /// Returns the text prompts, and the image tokens that they make.
  package func vectors(_ parameters: PromptParameters) -> TowerPrompts {
    var vectors = TowerPrompts()
    for block in 0..<depth {
      let names = Self.names(block)
      let prompts = parameters[names.prompts]
      if block == 0 { vectors.context = prompts } else if block < textDepth { vectors.text[block] = prompts }
      guard block < imageDepth else { continue }
      vectors.image[block] = coupling.forward(
        prompts, weight: parameters["\(names.coupling).weight"], bias: parameters["\(names.coupling).bias"])
    }
    return vectors
  }

  /// Turns the gradient of both towers' prompts into that of the text prompts and couplings.
  package func backward(_ gradient: TowerPrompts, at parameters: PromptParameters) -> PromptParameters {
    var result = PromptParameters(shapes: shapes)
    for block in 0..<depth {
      let names = Self.names(block)
      var prompts = [Float](repeating: 0, count: length * textWidth)
      if block < textDepth { prompts = block == 0 ? gradient.context : gradient.text[block] ?? prompts }
      if block < imageDepth {
        let found = coupling.backward(
          gradient.image[block] ?? [], rows: parameters[names.prompts], weight: parameters["\(names.coupling).weight"])
        prompts = zip(prompts, found.rows).map(+)
        result["\(names.coupling).weight"] = found.weight
        result["\(names.coupling).bias"] = found.bias
      }
      result[names.prompts] = prompts
    }
    return result
  }

  private var coupling: LinearMap { LinearMap(inputs: textWidth, outputs: imageWidth) }
}

/// A learned linear layer over a few rows, `y = x Wᵀ + b`; backward, `∂L/∂W = gᵀ x`, `∂L/∂b = Σ g`, `∂L/∂x = g W`.
struct LinearMap {
  let inputs: Int
  let outputs: Int

  /// Applies the layer to rows of `inputs` numbers.
  func forward(_ rows: [Float], weight: [Float], bias: [Float]) -> [Float] {
    var result = [Float](repeating: 0, count: rows.count / inputs * outputs)
    for row in 0..<rows.count / inputs {
      for output in 0..<outputs {
        var sum = bias[output]
        for input in 0..<inputs { sum += rows[row * inputs + input] * weight[output * inputs + input] }
        result[row * outputs + output] = sum
      }
    }
    return result
  }

  /// Computes the gradients of the rows, the weight and the bias from that of the result.
  func backward(
    _ gradient: [Float], rows: [Float], weight: [Float]
  ) -> (rows: [Float], weight: [Float], bias: [Float]) {
    var bias = [Float](repeating: 0, count: outputs)
    for (index, slope) in gradient.enumerated() { bias[index % outputs] += slope }
    // Buffers, since the checks of arrays' bounds would cost more than the products.
    let given = (
      rows: FloatBuffer(copying: rows, count: rows.count), weight: FloatBuffer(copying: weight, count: weight.count)
    )
    let found = (rows: FloatBuffer(count: rows.count), weight: FloatBuffer(count: weight.count))
    for row in 0..<gradient.count / outputs {
      let (x, dx) = (given.rows.pointer + row * inputs, found.rows.pointer + row * inputs)
      for output in 0..<outputs {
        let slope = gradient[row * outputs + output]
        let (w, dw) = (given.weight.pointer + output * inputs, found.weight.pointer + output * inputs)
        for input in 0..<inputs { dw[input] += slope * x[input] }
        for input in 0..<inputs { dx[input] += slope * w[input] }
      }
    }
    return withExtendedLifetime(given) { (found.rows.floats, found.weight.floats, bias) }
  }
}
