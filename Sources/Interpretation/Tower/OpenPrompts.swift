import PromptLensPrompts
import PromptLensCLIP
import PromptLensTensors

/// Prompts whose class names are vectors like the context's, so that other vectors can take their place.
package struct OpenPrompts: Sendable {
  /// The elements of each class's prompt; the opened names' tokens are rows behind the context's.
  package let prompts: [[PromptElement]]
  /// The context's rows, then the opened names', `[rows, width]`.
  package let vectors: [Float]
  /// The class whose name each row behind the context's belongs to.
  package let owners: [Int]

  /// Opens the names of some classes.
  ///
  /// - Parameters:
  ///   - assembly: the prompts.
  ///   - context: the context matrix, `[contextRows, width]`.
  ///   - embedding: the token embedding, `[vocabulary, width]`.
  ///   - classes: the classes whose names are opened.
  /// - Throws: `TensorError` if a name isn't in the embedding.
  package init(_ assembly: PromptAssembly, context: [Float], embedding: Tensor, classes: Set<Int>) throws {
    var vectors = context
    var owners: [Int] = []
    prompts = try assembly.prompts.enumerated().map { index, prompt in
      guard classes.contains(index) else { return prompt }
      return try zip(prompt, assembly.roles[index]).map { element, role in
        guard role == .className, case .token(let id) = element else { return element }
        vectors += try embedding.rows(Int(id)..<Int(id) + 1).floats()
        owners.append(index)
        return .context(assembly.contextRows + owners.count - 1)
      }
    }
    self.vectors = vectors
    self.owners = owners
  }

  /// Returns the vectors with one vector in place of every token of the opened names.
  package func replacingNames(by vector: [Float]) -> [Float] {
    Array(vectors.dropLast(owners.count * vector.count)) + owners.flatMap { _ in vector }
  }
  /// Returns the mean margin of images that the opened names add to vectors in their place.
  ///
  /// - Parameters:
  ///   - encoder: the text tower.
  ///   - meanWord: the vector in the place of each of the names' tokens.
  ///   - images: the images' features; at least one.
  ///   - labels: the labels of the images.
  ///   - scale: the factor of cosines in logits.
  /// - Returns: The margin with the names less that without.
  /// - Throws: The tower's errors.
  package func namesChange(
    encoder: TextEncoder, meanWord: [Float], images: UnitRows, labels: [Int], scale: Float
  ) throws -> Double {
    let function = try PromptMargin(
      encoder: encoder, prompts: prompts, groups: [PromptMargin.Images(rows: images, labels: labels)], scale: scale,
      tapeLimit: 0)
    return try function.margins(vectors)[0] - function.margins(replacingNames(by: meanWord))[0]
  }
}
