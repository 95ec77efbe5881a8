import PromptLensTensors

/// Forward and backward passes over prompts with one context, alone or side by side with those of other contexts.
package protocol ContextPass: AnyObject {
  /// The cost of one pass.
  var cost: TreeCost { get }
  /// The number of bytes that the pass holds.
  var byteCount: Int { get }
  /// The bytes that the pass takes at least, whatever its limit.
  var leastBytes: Int { get }

  /// Computes the features of all prompts, before any normalization.
  ///
  /// - Parameter rows: the context matrix, `[contextRows, width]`; more rows than the prompts name are ignored.
  /// - Returns: `[prompts, embedDimension]`.
  /// - Throws: `TensorError` when oneDNN fails or the matrix has fewer rows than the prompts name.
  func forward(context rows: UnsafeBufferPointer<Float>) throws -> FloatBuffer

  /// Computes the gradient of the context of the last forward pass.
  ///
  /// - Parameter gradient: ∂L/∂features, `[prompts, embedDimension]`.
  /// - Returns: ∂L/∂context, `[contextRows, width]`.
  /// - Throws: `TensorError` when oneDNN fails.
  func backward(_ gradient: UnsafePointer<Float>) throws -> FloatBuffer
}

extension PromptPass: ContextPass {
  package func forward(context rows: UnsafeBufferPointer<Float>) throws -> FloatBuffer {
    try forward(context: rows, layers: [:])
  }
}
