import PromptLensCLIP
import PromptLensJSONDocuments
import PromptLensTensors

/// A comparison of a context's gradient through a text tower with that of other software.
///
/// The document (`gradient.json`) contains everything except the weights: token ids whose positions after the start
/// token, or from `ctx_start` on, are the context's, one context for all classes, image features, labels, and the results.
package struct GradientVerification {
  /// The differences by name: `features`, the largest absolute difference of unit text features; `loss`, absolute;
  /// `gradient`, the relative error in norm.
  package let differences: [(name: String, value: Double)]

  /// Computes the text features, the loss and the gradient again.
  ///
  /// - Parameters:
  ///   - clip: the model.
  ///   - expected: `ctx_start` (optional), `tokenized_prompts`, `ctx`, `image_features`, `labels`, `logit_factor`, `text_features`, `loss` and
  ///     `gradient`.
  /// - Throws: `JSONError` when a member is missing or has another size; `CLIPError` when a prompt doesn't fit the
  ///   tower.
  package init(clip: CLIPModel, expected: JSONNode) throws {
    let encoder = try clip.textEncoder()
    let width = encoder.embedDimension
    let length = try expected.array("ctx").count
    let start = try Self.start(expected, length: length, pooling: clip.configuration.text.pooling)
    let prompts = try expected.array("tokenized_prompts").map {
      try Self.prompt(
        $0, context: start..<start + length, end: Int32(clip.configuration.text.endToken))
    }
    let context = try expected.rows("ctx", count: length, width: encoder.width)
    let step = try PromptGradient(encoder, prompts: prompts, context: context.floats)
    let text = UnitRows(try expected.rows("text_features", count: prompts.count, width: width), width: width)
    let images = try expected.array("image_features").count
    let labels = try expected.labels("labels", count: images, classCount: prompts.count)
    let (loss, gradient) = try step.gradient(
      images: UnitRows(try expected.rows("image_features", count: images, width: width), width: width),
      labels: labels, scale: Float(try expected.number("logit_factor")))
    let expectedGradient = try expected.rows("gradient", count: length, width: encoder.width).floats
    differences = [
      ("features", Difference.largest(step.text.rows.floats, text.rows.floats)),
      ("loss", abs(loss - (try expected.number("loss")))),
      ("gradient", Difference.relative(gradient, expectedGradient)),
    ]
  }

  /// Returns the first position of the context: the stated one, else the first of two at which all prompts have one id in
  /// its place, else 0 in a tower that is read at its last position, which mostly has no start token.
  private static func start(_ expected: JSONNode, length: Int, pooling: TextPooling) throws -> Int {
    if let stated = try expected.optionalInteger("ctx_start") { return stated }
    guard case .last = pooling else { return 1 }
    let rows = try expected.array("tokenized_prompts").map { try $0.array().map { try $0.integer() } }
    let filled = [0, 1].first { start in
      Set(rows.flatMap { $0.dropFirst(start).prefix(length) }).count == 1
    }
    return length > 1 ? filled ?? 0 : 0
  }

  /// Returns a prompt with context rows instead of the ids at some positions.
  private static func prompt(_ node: JSONNode, context: Range<Int>, end: Int32) throws -> [PromptElement] {
    let ids = try node.array().map { Int32(clamping: try $0.integer()) }
    guard context.lowerBound >= 0, let last = ids.indices.first(where: { $0 >= context.upperBound && ids[$0] == end })
    else {
      throw node.unexpected(
        expected: "ids with the end token, \(end), after the \(context.count) of the context", found: "others")
    }
    return ids[...last].enumerated().map { index, id in
      context.contains(index) ? .context(index - context.lowerBound) : .token(id)
    }
  }
}

/// Measures of the difference between computed and expected numbers.
enum Difference {
  /// Returns the largest absolute difference, infinite when one is NaN.
  static func largest(_ found: [Float], _ expected: [Float]) -> Double {
    guard found.count == expected.count else { return .infinity }
    return zip(found, expected).reduce(0) { largest, pair in
      let difference = abs(Double(pair.0) - Double(pair.1))
      return difference.isNaN ? .infinity : max(largest, difference)
    }
  }

  /// Returns the length of the difference over the length of the expected vector.
  static func relative(_ found: [Float], _ expected: [Float]) -> Double {
    guard found.count == expected.count else { return .infinity }
    func length(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    return length(zip(found, expected).map { Double($0) - Double($1) })
      / max(length(expected.map { Double($0) }), .leastNormalMagnitude)
  }
}

extension JSONNode {
  /// Returns rows of numbers, `[count, width]`.
  ///
  /// - Throws: `JSONError` unless there are `count` rows of `width` numbers.
  func rows(_ name: String, count: Int, width: Int) throws -> FloatBuffer {
    let rows = try array(name)
    guard rows.count == count, count > 0 else {
      throw try node(name).unexpected(expected: "\(count) rows", found: "\(rows.count) rows")
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

  /// Returns the labels of `count` images, each of `classCount` classes.
  func labels(_ name: String, count: Int, classCount: Int) throws -> [Int] {
    let labels = try array(name).map { node in
      let label = try node.integer()
      guard (0..<classCount).contains(label) else {
        throw node.unexpected(expected: "0 to \(classCount - 1)", found: "\(label)")
      }
      return label
    }
    guard labels.count == count, count > 0 else {
      throw try node(name).unexpected(expected: "a label for each image", found: "\(labels.count) labels")
    }
    return labels
  }
}
