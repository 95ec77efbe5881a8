/// Prompts that are parameters themselves, in one tower or both: VPT, language-only prompts, IVLP and PromptSRC.
///
/// Depth J stands for prompts in blocks 0 to J − 1, as far as the tower has them. Sources: Jia et al., "Visual Prompt
/// Tuning" (2022); Khattak et al., "MaPLe: Multi-modal Prompt Learning" (2023), section 4.2, and "Self-regulating Prompts"
/// (2023).
package struct IndependentPrompts: PromptForm, Equatable {
  /// The prompts of one tower.
  package struct Tower: Sendable, Equatable {
    /// The number of vectors in each block, n.
    package var length: Int
    /// The number of blocks with prompts of their own, J.
    package var depth: Int
    /// The width of a vector.
    package var width: Int

    /// Creates the prompts of a tower.
    ///
    /// - Parameters:
    ///   - length: n.
    ///   - depth: J, of which only as many count as the tower has blocks.
    ///   - width: the tower's width.
    ///   - layers: the tower's number of blocks.
    package init(length: Int, depth: Int, width: Int, layers: Int) {
      self.length = length
      self.depth = min(depth, layers)
      self.width = width
    }
  }

  /// The prompts of the text tower; nil for none.
  package let text: Tower?
  /// The prompts of the image tower; nil for none.
  package let image: Tower?

  /// Creates a form with prompts in the given towers.
  package init(text: Tower?, image: Tower?) {
    self.text = text
    self.image = image
  }

  /// VPT, language-only or IVLP, by the towers that have prompts.
  package var name: String { text == nil ? "VPT" : image == nil ? "language" : "IVLP" }

  /// The shapes of the learned tensors by their names.
  package var shapes: [String: [Int]] {
    var shapes: [String: [Int]] = [:]
    if let text {
      for block in 0..<text.depth {
        shapes[block == 0 ? PromptNames.context : PromptNames.text(block)] = [text.length, text.width]
      }
    }
    if let image {
      for block in 0..<image.depth {
        shapes[block == 0 ? PromptNames.image : PromptNames.image(block)] = [image.length, image.width]
      }
    }
    return shapes
  }

  /// n of the text tower.
  package var contextLength: Int { text?.length ?? 0 }
  /// All classes share the context.
  package var isClassSpecific: Bool { false }
  /// n of the image tower.
  package var imageTokens: Int { image?.length ?? 0 }

  /// Returns the parameters as they are.
  package func vectors(_ parameters: PromptParameters) -> TowerPrompts {
    var vectors = TowerPrompts()
    if let text {
      vectors.context = parameters[PromptNames.context]
      for block in 1..<max(text.depth, 1) { vectors.text[block] = parameters[PromptNames.text(block)] }
    }
    if let image {
      vectors.image[0] = parameters[PromptNames.image]
      for block in 1..<max(image.depth, 1) { vectors.image[block] = parameters[PromptNames.image(block)] }
    }
    return vectors
  }

  /// Returns the gradients as they are.
  package func backward(_ gradient: TowerPrompts, at parameters: PromptParameters) -> PromptParameters {
    var result = PromptParameters(shapes: shapes)
    result[PromptNames.context] = gradient.context
    for (block, values) in gradient.text { result[PromptNames.text(block)] = values }
    for (block, values) in gradient.image {
      result[block == 0 ? PromptNames.image : PromptNames.image(block)] = values
    }
    return result
  }
}
