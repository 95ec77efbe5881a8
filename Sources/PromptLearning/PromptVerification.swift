import PromptLensPrompts
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensJSONDocuments
import PromptLensTensors
import PromptLensTokenization

/// What a learned prompt gives, beside what other software computed from it.
package struct PromptVerification {
  /// What was compared, and how far it is off: `textFeatures` and `logits` as the largest absolute difference after
  /// normalisation, `loss` absolutely, `gradient` as the relative error in norm.
  package private(set) var differences: [(String, Double)] = []

  /// Recomputes the features, logits, loss and gradient of a context.
  ///
  /// - Parameters:
  ///   - clip: the model.
  ///   - tokenizer: its tokenizer.
  ///   - context: the learned vectors.
  ///   - source: the context's file, for errors.
  ///   - reference: `classnames`, `CLASS_TOKEN_POSITION`, `text_features`, `images`, `image_features`, `logits`.
  ///   - gradient: `images`, `labels`, `loss`, `gradient`; if there is one.
  /// - Throws: `PromptError` when the context does not fit, `JSONError` when the numbers are not what they should be.
  package init(
    clip: CLIPModel, tokenizer: Tokenizer, context: LearnedContext, source: String, reference: JSONNode,
    gradient: JSONNode?
  ) throws {
    let names = try reference.array("classnames").map { try $0.string() }
    let written = try reference.optionalString("CLASS_TOKEN_POSITION")
    guard let position = ClassPosition(rawValue: written ?? context.classPosition ?? "end") else {
      throw try reference.node("CLASS_TOKEN_POSITION").unexpected(
        expected: "end, middle or front", found: "\"\(written ?? "")\"")
    }
    let encoder = try clip.textEncoder()
    guard context.width == encoder.width else {
      throw PromptError.foreignContext(
        source: source, reason: "its vectors have \(context.width) numbers, the text tower's \(encoder.width)")
    }
    if let contexts = context.classCount, contexts != names.count {
      throw PromptError.unnamedClasses(source: source, contexts: contexts, ways: names.count)
    }
    let assembly = try PromptAssembly(
      classNames: names, tokenizer: tokenizer, contextLength: context.length,
      classPosition: position, isClassSpecific: context.classCount != nil,
      contextLimit: clip.configuration.text.contextLength)
    let pass = try PromptPass(encoder: encoder, tree: PromptTree(assembly.prompts))
    let features = try context.vectors.withFloats { try pass.forward(context: $0) }
    let width = encoder.embedDimension
    let text = UnitRows(features, width: width)
    let expectedText = UnitRows(
      try Self.rows(reference, "text_features", count: names.count, width: width), width: width)
    differences.append(("textFeatures", Self.largestDifference(text.rows.floats, expectedText.rows.floats)))

    let imageNodes = try reference.array("image_features")
    let images = UnitRows(
      try Self.rows(reference, "image_features", count: imageNodes.count, width: width), width: width)
    let logits = try CosineHead(images: images, scale: clip.logitScale).forward(text)
    let expected = try Self.rows(reference, "logits", count: imageNodes.count, width: names.count)
    differences.append(
      ("logits", Self.largestDifference(logits, expected.floats) / Double(clip.logitScale)))

    guard let gradient else { return }
    let order = try reference.array("images").map { try $0.string() }
    let batch = FloatBuffer(count: try gradient.array("images").count * width)
    for (row, node) in try gradient.array("images").enumerated() {
      let image = try node.string()
      guard let place = order.firstIndex(of: image), place < images.count else {
        throw node.unexpected(expected: "one of the images of \(reference.source)", found: image)
      }
      (batch.pointer + row * width).update(from: images.rows.pointer + place * width, count: width)
    }
    let labels = try gradient.array("labels").map { node in
      let label = try node.integer()
      guard names.indices.contains(label) else {
        throw node.unexpected(expected: "0 to \(names.count - 1)", found: "\(label)")
      }
      return label
    }
    let batchRows = UnitRows(batch, width: width)
    guard labels.count == batchRows.count, !labels.isEmpty else {
      throw try gradient.node("labels").unexpected(expected: "a label for each image", found: "\(labels.count) labels")
    }
    let head = try CosineHead(images: batchRows, scale: clip.logitScale)
    let loss = CrossEntropy().evaluate(logits: try head.forward(text), ways: names.count, labels: labels, weights: [])
    differences.append(("loss", abs(loss.mean - (try gradient.number("loss")))))
    let textGradient = text.backward(try head.backward(loss.gradient, ways: names.count))
    let result = try pass.backward(textGradient.pointer)
    let found = withExtendedLifetime(textGradient) { result.floats }
    let expectedGradient = try Self.rows(
      gradient, "gradient", count: found.count / encoder.width, width: encoder.width
    ).floats
    func length(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    differences.append(
      (
        "gradient",
        length(zip(found, expectedGradient).map { Double($0) - Double($1) })
          / max(length(expectedGradient.map { Double($0) }), .leastNormalMagnitude)
      ))
  }

  private static func rows(_ root: JSONNode, _ name: String, count: Int, width: Int) throws -> FloatBuffer {
    let rows = try root.array(name)
    guard rows.count == count, count > 0 else {
      throw try root.node(name).unexpected(expected: "\(count) rows", found: "\(rows.count) rows")
    }
    let buffer = FloatBuffer(count: count * width)
    for (row, node) in rows.enumerated() {
      let values = try node.array()
      guard values.count == width else {
        throw node.unexpected(expected: "\(width) numbers", found: "\(values.count)")
      }
      for (column, value) in values.enumerated() { buffer.pointer[row * width + column] = Float(try value.number()) }
    }
    return buffer
  }

  private static func largestDifference(_ left: [Float], _ right: [Float]) -> Double {
    zip(left, right).reduce(0) { largest, pair in
      let difference = abs(Double(pair.0) - Double(pair.1))
      return difference.isNaN ? .infinity : max(largest, difference)
    }
  }
}
