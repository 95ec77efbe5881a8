import PromptLensTensors

/// A rule that keeps the epoch with the highest accuracy on validation images, and ends training after several epochs
/// without improvement.
///
/// Of equally good epochs the first is kept. Networks learn wrong labels after correct ones: Arpit et al., "A Closer
/// Look at Memorization in Deep Networks" (2017).
package struct EarlyStopping: Sendable {
  /// The validation images' logits, given the prompts.
  let head: CosineHead
  /// Their labels.
  let labels: [Int]
  /// The number of epochs without improvement after which training ends.
  package let patience: Int

  /// Creates a rule.
  ///
  /// - Parameters:
  ///   - features: one feature for each validation image, `[images, embedDimension]`.
  ///   - labels: their labels.
  ///   - patience: the number of epochs without improvement after which training ends.
  ///   - scale: the factor of cosines.
  /// - Throws: `TensorError` when the numbers of features and labels differ, or are zero.
  package init(features: Tensor, labels: [Int], patience: Int, scale: Float) throws {
    let shape = features.shape.dimensions
    guard shape.count == 2, shape[0] == labels.count, shape[0] > 0 else {
      throw TensorError.shapeMismatch(
        operation: "early stopping", name: "validation features", expected: [labels.count, -1], found: shape)
    }
    head = try CosineHead(images: UnitRows(features), scale: scale)
    self.labels = labels
    self.patience = patience
  }

  /// Returns the accuracy of prompts on the validation images.
  func accuracy(_ text: UnitRows) throws -> Double {
    Double(CosineHead.correct(try head.forward(text), labels: labels)) / Double(labels.count)
  }
}
