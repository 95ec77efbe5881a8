import PromptLensImages
import PromptLensJSONDocuments

/// Keras Hub's `image_converter.json`: `value · scale + offset` on bytes.
///
/// With `value = 255 · x`, that is `(x − mean) / deviation` for `deviation = 1 / (255 · scale)` and
/// `mean = −offset · deviation`. Pictures are resized as by OpenAI's code, not by Keras's, whose filter is another.
enum KerasPreprocessing {
  /// Reads the mean and the deviation; OpenAI's where they are within 1e-6 of them, or missing.
  static func read(_ root: JSONNode, size: PixelSize) throws -> Preprocessing {
    var preprocessing = Preprocessing.openAI(size)
    let node = try root.node("config", expected: "an object")
    guard let scaleNode = node["scale"], let offsetNode = node["offset"] else { return preprocessing }
    let scale = try scaleNode.array().map { try $0.number() }
    let offset = try offsetNode.array().map { try $0.number() }
    guard scale.count == 3, offset.count == 3, scale.allSatisfy({ $0 > 0 }) else {
      throw scaleNode.unexpected(expected: "three positive numbers, and three of offset", found: "\(scale)")
    }
    let deviation = scale.map { 1 / (255 * $0) }
    let mean = zip(offset, deviation).map { -$0 * $1 }
    let isOpenAI =
      zip(mean, preprocessing.mean).allSatisfy { abs($0 - Double($1)) < 1e-6 }
      && zip(deviation, preprocessing.standardDeviation).allSatisfy { abs($0 - Double($1)) < 1e-6 }
    if !isOpenAI {
      preprocessing.mean = mean.map { Float($0) }
      preprocessing.standardDeviation = deviation.map { Float($0) }
    }
    return try PreprocessingNumbers.checked(preprocessing, source: root.source)
  }
}
