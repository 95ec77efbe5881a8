/// Prompts in deep layers with words for attributes before them in the text: MaPLe's or PromptSRC's with ATPrompt.
///
/// In the first block stand, behind the start, the vectors and the word of each attribute, and then the context, which alone
/// is replaced before deeper blocks. Source: Li et al., "Advancing Textual Prompt Learning with Anchored Attributes" (2024).
package struct AttributedPrompts: PromptForm {
  /// The form of the prompts behind the attributes.
  package let base: any PromptForm
  /// The number of vectors before the word of each attribute.
  package let attributes: [Int]
  private let width: Int

  /// Creates the form.
  ///
  /// - Parameters:
  ///   - base: the form of the prompts behind the attributes.
  ///   - attributes: the number of vectors before each attribute's word.
  ///   - width: the width of the text tower.
  package init(_ base: any PromptForm, attributes: [Int], width: Int) {
    self.base = base
    self.attributes = attributes
    self.width = width
  }

  /// The names of an attribute's vectors and of its word's embedding, by its number from 1.
  static func names(_ number: Int) -> (vectors: String, word: String) {
    ("prompt_learner.ctx_att\(number)", "prompt_learner.token_middle\(number)")
  }

  /// Returns whether a tensor is an attribute's.
  static func isAttribute(_ name: String) -> Bool {
    name.hasPrefix("prompt_learner.ctx_att") || name.hasPrefix("prompt_learner.token_middle")
  }

  /// Returns the number of vectors before each attribute's word among tensors; empty where there are none.
  static func attributes(in shapes: [String: [Int]]) -> [Int] {
    var lengths: [Int] = []
    while let vectors = shapes[names(lengths.count + 1).vectors], shapes[names(lengths.count + 1).word] != nil,
      let length = vectors.first
    {
      lengths.append(length)
    }
    return lengths
  }

  /// The base's name with ATPrompt's.
  package var name: String { "\(base.name) with ATPrompt" }

  /// The shapes of the learned tensors and of the words' embeddings by their names.
  package var shapes: [String: [Int]] {
    var shapes = base.shapes
    for (index, length) in attributes.enumerated() {
      shapes[Self.names(index + 1).vectors] = [length, width]
      shapes[Self.names(index + 1).word] = [1, width]
    }
    return shapes
  }

  /// The positions of attributes and context.
  package var contextLength: Int { firstReplaced + base.contextLength }
  /// The positions of attributes, which no deeper block replaces.
  package var firstReplaced: Int { attributes.reduce(0) { $0 + $1 + 1 } }
  /// All classes share the context.
  package var isClassSpecific: Bool { false }
  /// Those of the base.
  package var imageTokens: Int { base.imageTokens }

  /// Returns whether the base has no use for a tensor.
  package func isUnused(_ name: String) -> Bool { base.isUnused(name) }

  /// Returns the base's vectors behind those of the attributes.
  package func vectors(_ parameters: PromptParameters) -> TowerPrompts {
    var vectors = base.vectors(parameters)
    let front = attributes.indices.flatMap { index in
      parameters[Self.names(index + 1).vectors] + parameters[Self.names(index + 1).word]
    }
    vectors.context = front + vectors.context
    // The tower doesn't read the first rows of a deeper block.
    vectors.text = vectors.text.mapValues { [Float](repeating: 0, count: front.count) + $0 }
    return vectors
  }

  /// Turns the gradient of the towers' vectors into that of the base's parameters, the attributes' vectors and the words.
  package func backward(_ gradient: TowerPrompts, at parameters: PromptParameters) -> PromptParameters {
    let front = firstReplaced * width
    var inner = gradient
    inner.context = Array(gradient.context.dropFirst(front))
    inner.text = gradient.text.mapValues { Array($0.dropFirst(front)) }
    var result = PromptParameters(shapes: shapes)
    result.add(base.backward(inner, at: parameters))
    var start = 0
    for (index, length) in attributes.enumerated() {
      let (vectors, word) = (start + length * width, start + (length + 1) * width)
      result[Self.names(index + 1).vectors] = Array(gradient.context[start..<vectors])
      result[Self.names(index + 1).word] = Array(gradient.context[vectors..<word])
      start = word
    }
    return result
  }
}
