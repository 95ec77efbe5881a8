/// The form of a method's prompts: the tensors that are learned, and the vectors that they put into the towers.
///
/// The first block of the text tower gets a context; deeper blocks replace its states. The image tower gets tokens behind
/// the patches; see `PromptPass` and `ImagePromptPass`.
package protocol PromptForm: Sendable {
  /// The method, or the family of methods, as people call it.
  var name: String { get }
  /// The shapes of the learned tensors by their names.
  var shapes: [String: [Int]] { get }
  /// The number of learned vectors in a class's prompt; 0 where prompts are words only.
  var contextLength: Int { get }
  /// Whether every class has rows of its own in the context matrix.
  var isClassSpecific: Bool { get }
  /// The first of these vectors that deeper blocks replace.
  var firstReplaced: Int { get }
  /// The number of prompt tokens in the image tower; 0 where it has none.
  var imageTokens: Int { get }
  /// Returns whether a tensor belongs to a block that the towers don't have, so that no prompt has it.
  func isUnused(_ name: String) -> Bool
  /// Returns the vectors of the towers.
  func vectors(_ parameters: PromptParameters) -> TowerPrompts
  /// Turns the gradient of the towers' vectors into that of the parameters.
  func backward(_ gradient: TowerPrompts, at parameters: PromptParameters) -> PromptParameters
}

extension PromptForm {
  /// 0: deeper blocks replace all.
  package var firstReplaced: Int { 0 }

  /// Returns false.
  package func isUnused(_ name: String) -> Bool { false }
}

/// Vectors that are put into the towers, or their gradients.
package struct TowerPrompts: Sendable, Equatable {
  /// The context matrix of the text tower, `[contextRows, width]`.
  package var context: [Float] = []
  /// The matrices that replace the context's states before deeper blocks, by the block's index.
  package var text: [Int: [Float]] = [:]
  /// The tokens of the image tower before each block that has some, `[tokens, width]`, by the block's index.
  package var image: [Int: [Float]] = [:]

  /// Creates vectors, by default none.
  package init(context: [Float] = [], text: [Int: [Float]] = [:], image: [Int: [Float]] = [:]) {
    self.context = context
    self.text = text
    self.image = image
  }
}

/// The names of learned tensors in the official code.
package enum PromptNames {
  /// The context of the text tower.
  package static let context = "prompt_learner.ctx"
  /// The tokens of the image tower's first block.
  package static let image = "image_encoder.VPT"

  /// The prompts of a deeper block of the text tower, named `shallow` for deep ones, too.
  package static func text(_ block: Int) -> String { "text_encoder.transformer.resblocks.\(block).VPT_shallow" }
  /// The tokens of a deeper block of the image tower.
  package static func image(_ block: Int) -> String { "image_encoder.transformer.resblocks.\(block).VPT_shallow" }
}
