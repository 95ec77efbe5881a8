import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensJSONDocuments
import PromptLensPrompts
import PromptLensTensors
import PromptLensTokenization

/// A comparison of a learned prompt's results with those of other software.
package struct PromptVerification {
  /// The differences by name: `text_features` and `logits` as the largest absolute difference after normalization,
  /// `loss` absolutely, `gradient` as the relative error in norm.
  package private(set) var differences: [(name: String, value: Double)] = []

  /// Computes the features, logits, loss and gradient of a context again.
  ///
  /// - Parameters:
  ///   - clip: the model.
  ///   - tokenizer: its tokenizer.
  ///   - context: the learned vectors.
  ///   - source: the context's file, for errors.
  ///   - reference: `classnames`, `CLASS_TOKEN_POSITION`, `text_features`, `images`, `image_features`, `logits`.
  ///   - position: the position of the class name, where neither the reference nor the context's file has it.
  ///   - gradient: `images`, `labels`, `loss`, `gradient`; nil to compare only features and logits.
  /// - Throws: `PromptError` when the context doesn't fit or nothing says where the class name stood, `JSONError` when a member is missing or has another size.
  package init(
    clip: CLIPModel, tokenizer: any Tokenizer, context: LearnedContext, source: String, reference: JSONNode,
    position: ClassPosition? = nil, gradient: JSONNode?
  ) throws {
    let encoder = try clip.textEncoder()
    let assembly = try Self.assembly(clip, encoder, tokenizer, context, source: source, reference, position)
    let classCount = assembly.classNames.count
    let step = try PromptGradient(encoder, prompts: assembly.prompts, context: context.vectors.floats())
    let width = encoder.embedDimension
    let expectedText = UnitRows(try reference.rows("text_features", count: classCount, width: width), width: width)
    differences.append(("text_features", Difference.largest(step.text.rows.floats, expectedText.rows.floats)))

    let count = try reference.array("image_features").count
    let images = UnitRows(try reference.rows("image_features", count: count, width: width), width: width)
    let logits = try CosineHead(images: images, scale: clip.logitScale).forward(step.text)
    let expected = try reference.rows("logits", count: count, width: classCount)
    differences.append(("logits", Difference.largest(logits, expected.floats) / Double(clip.logitScale)))

    guard let gradient else { return }
    let batch = try Self.batch(of: gradient, images, named: reference)
    let labels = try gradient.labels("labels", count: batch.count, classCount: classCount)
    let (loss, found) = try step.gradient(images: batch, labels: labels, scale: clip.logitScale)
    let expectedGradient = try gradient.rows("gradient", count: found.count / encoder.width, width: encoder.width)
    differences.append(("loss", abs(loss - (try gradient.number("loss")))))
    differences.append(("gradient", Difference.relative(found, expectedGradient.floats)))
  }

  /// Returns the prompts of the reference's classes around the context.
  private static func assembly(
    _ clip: CLIPModel, _ encoder: TextEncoder, _ tokenizer: any Tokenizer, _ context: LearnedContext, source: String,
    _ reference: JSONNode, _ given: ClassPosition?
  ) throws -> PromptAssembly {
    let names = try reference.array("classnames").map { try $0.string() }
    let written = try reference.optionalString("CLASS_TOKEN_POSITION").map { written in
      guard let position = ClassPosition(rawValue: written) else {
        throw try reference.node("CLASS_TOKEN_POSITION").unexpected(
          expected: "end, middle or front", found: "\"\(written)\"")
      }
      return position
    }
    let position = try context.classPosition(orGiven: given ?? written, source: source)
    guard context.width == encoder.width else {
      throw PromptError.foreignContext(
        source: source, reason: "its vectors have \(context.width) numbers, the text tower's \(encoder.width)")
    }
    if let contexts = context.classCount, contexts != names.count {
      throw PromptError.unnamedClasses(source: source, contexts: contexts, classCount: names.count)
    }
    return try PromptAssembly(
      classNames: names, tokenizer: tokenizer, contextLength: context.length,
      classPosition: position, isClassSpecific: context.classCount != nil,
      contextLimit: clip.configuration.text.contextLength)
  }

  /// Returns the image features of the gradient's batch, which names images of the reference.
  private static func batch(of gradient: JSONNode, _ images: UnitRows, named reference: JSONNode) throws -> UnitRows {
    let order = try reference.array("images").map { try $0.string() }
    let nodes = try gradient.array("images")
    let batch = FloatBuffer(count: nodes.count * images.width)
    for (row, node) in nodes.enumerated() {
      let image = try node.string()
      guard let index = order.firstIndex(of: image), index < images.count else {
        throw node.unexpected(expected: "one of the images of \(reference.source)", found: image)
      }
      (batch.pointer + row * images.width).update(
        from: images.rows.pointer + index * images.width, count: images.width)
    }
    return UnitRows(batch, width: images.width)
  }
}
