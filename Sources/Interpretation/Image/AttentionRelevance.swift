import PromptLensCLIP

/// The relevance of patches by attention and its gradient.
///
/// With A the attention of a layer and ∇A the gradient of the class's logit, `Ā` is the mean over heads of the positive part
/// of `∇A ⊙ A`, and `R ← R + Ā R` from the first layer to the last, with R the identity before. The relevance of a patch is its
/// entry in the class token's row of R. Rows of R are never needed but this one, so it is computed from the last layer
/// backwards: `r ← r + r Ā`.
///
/// Prompt tokens that a block replaces have no past: the relevance that has gathered there is theirs, and goes no further
/// back.
///
/// Source: Chefer, Gur and Wolf, "Generic Attention-model Explainability for Interpreting Bi-Modal and Encoder-Decoder
/// Transformers" (2021), equations 5 and 6; the gradient is of the logit that is explained, as in the authors' notebook for CLIP,
/// which however takes the last layer only.
package struct AttentionRelevance: Sendable, Equatable {
  /// The relevance of each patch, row by row; none is negative.
  package let patches: [Double]
  /// The relevance of the prompt tokens of the image tower, all blocks' together.
  package let prompts: Double
  /// The relevance of the class token's own input.
  package let classToken: Double

  /// Computes the relevance of an image's patches.
  ///
  /// - Parameters:
  ///   - pass: the image's pass.
  ///   - logit: the function that is explained.
  /// - Throws: the tower's errors.
  package init(_ pass: ImagePass, of logit: ClassLogit) throws {
    let gradient = try pass.backward(logit.gradient(pass.feature), withAttention: true)
    let layers = gradient.attention.indices.map { layer in
      Layer(
        attention: pass.attention(layer: layer), gradient: gradient.attention[layer],
        hasPrompts: pass.promptBlocks.contains(layer))
    }
    self.init(layers, heads: pass.headCount, length: pass.length, patches: pass.patchCount)
  }

  /// The attention of a layer with its gradient.
  struct Layer {
    /// `[rows, heads, length]`: of every row, or of the class token alone.
    var attention: [Float]
    var gradient: [Float]
    /// Whether the block replaces the prompt tokens' states.
    var hasPrompts = false
  }

  /// Computes relevance from attention and gradients.
  ///
  /// - Parameters:
  ///   - layers: the layers, first to last.
  ///   - heads: the number of heads.
  ///   - length: the number of rows: class token, patches, prompt tokens.
  ///   - patches: the number of patches.
  init(_ layers: [Layer], heads: Int, length: Int, patches: Int) {
    var relevance = [Double](repeating: 0, count: length)
    relevance[0] = 1
    var prompts = 0.0
    for layer in layers.reversed() {
      let rows = layer.attention.count / (heads * length)
      var added = [Double](repeating: 0, count: length)
      for row in 0..<rows where relevance[row] != 0 {
        let share = relevance[row] / Double(heads)
        for head in 0..<heads {
          let start = (row * heads + head) * length
          for column in 0..<length {
            let product = Double(layer.attention[start + column]) * Double(layer.gradient[start + column])
            if product > 0 { added[column] += share * product }
          }
        }
      }
      for column in 0..<length { relevance[column] += added[column] }
      guard layer.hasPrompts else { continue }
      for column in (1 + patches)..<length {
        prompts += relevance[column]
        relevance[column] = 0
      }
    }
    self.patches = Array(relevance[1..<1 + patches])
    self.prompts = prompts
    classToken = relevance[0]
  }
}
