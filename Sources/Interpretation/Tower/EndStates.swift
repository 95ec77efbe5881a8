import PromptLensCLIP
import PromptLensTensors

/// The states of prompts at the position that is read, mostly the end token's, layer by layer.
package struct EndStates: Sendable {
  /// The end states of the input and of each layer, `[prompts, width]`.
  package let layers: [[Float]]
  /// The width of a state.
  package let width: Int

  /// Runs prompts through the tower.
  ///
  /// - Parameters:
  ///   - encoder: the text tower.
  ///   - prompts: the prompts.
  ///   - context: the context matrix.
  /// - Throws: The tower's errors.
  package init(encoder: TextEncoder, prompts: [[PromptElement]], context: [Float]) throws {
    width = encoder.width
    layers = try encoder.readStates(prompts, context: context)
  }

  /// The number of prompts.
  package var count: Int { (layers.first?.count ?? 0) / max(width, 1) }
}
