import PromptLensTensors

/// A rule that keeps the epoch with the highest accuracy on validation images, and ends training after several epochs
/// without improvement.
///
/// Of equally good epochs the first is kept. Networks learn wrong labels after correct ones: Arpit et al., "A Closer
/// Look at Memorization in Deep Networks" (2017).
package struct EarlyStopping {
  /// The way in which the accuracy on validation images is found.
  private enum Measure {
    /// The images' logits, given the prompts, and their labels.
    case text(CosineHead, labels: [Int])
    /// A classifier of its own for each state, given the parameters.
    case parameters(([Float]) throws -> Double)
  }

  private let measure: Measure
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
    measure = .text(try CosineHead(images: UnitRows(features), scale: scale), labels: labels)
    self.patience = patience
  }

  /// Creates a rule for prompts whose text features alone don't classify images, which shift them or are encoded with them.
  ///
  /// - Parameters:
  ///   - patience: the number of epochs without improvement after which training ends.
  ///   - accuracy: the accuracy of parameters on the validation images.
  package init(patience: Int, accuracy: @escaping (_ parameters: [Float]) throws -> Double) {
    measure = .parameters(accuracy)
    self.patience = patience
  }

  /// Returns the accuracy of prompts on the validation images.
  ///
  /// - Parameters:
  ///   - parameters: the parameters of the prompts.
  ///   - text: computes their text features; nil where there are none for all images.
  /// - Returns: the accuracy.
  /// - Throws: the errors of measuring; `TensorError` for a rule that needs text features where there are none.
  private func accuracy(_ parameters: [Float], text: (() throws -> UnitRows)?) throws -> Double {
    switch measure {
    case .text(let head, let labels):
      guard let text else {
        throw TensorError.shapeMismatch(
          operation: "early stopping", name: "text features", expected: [-1, -1], found: [])
      }
      return Double(CosineHead.correct(try head.forward(text()), labels: labels)) / Double(labels.count)
    case .parameters(let accuracy): return try accuracy(parameters)
    }
  }

  /// Returns whether training ends after an epoch.
  func isOver(_ state: TrainingState) -> Bool {
    state.best.map { state.epoch - $0.epoch >= patience } ?? false
  }

  /// Keeps an epoch that is better than those before.
  ///
  /// - Parameters:
  ///   - state: the state after the epoch.
  ///   - text: computes the text features of its parameters; nil where there are none for all images.
  /// - Returns: the epoch's accuracy on the validation images.
  /// - Throws: the errors of measuring; `TensorError` for a rule that needs text features where there are none.
  func record(_ state: inout TrainingState, text: (() throws -> UnitRows)? = nil) throws -> Double {
    let parameters = state.current
    let accuracy = try accuracy(parameters, text: text)
    if accuracy > state.best?.accuracy ?? -1 {
      state.best = TrainingState.Best(epoch: state.epoch, accuracy: accuracy, parameters: parameters)
    }
    return accuracy
  }
}
