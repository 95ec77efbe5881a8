import PromptLensTensors

/// An error of weights or settings that don't make a CLIP.
package enum CLIPError: Error, Equatable, CustomStringConvertible {
  /// An impossible setting of the architecture.
  case badConfiguration(source: String, setting: String, expected: String, found: String)
  /// A missing tensor that the architecture needs.
  case missingTensor(source: String, name: String)
  /// A tensor whose shape differs from the architecture's; `-1` in `expected` stands for any size.
  case wrongShape(source: String, name: String, expected: [Int], found: [Int])
  /// A tensor with NaN or an infinity.
  case notFinite(source: String, name: String)
  /// Names of tensors that aren't those of a CLIP.
  case notCLIP(source: String, reason: String)
  /// An invalid list of token ids for the text tower.
  case badTokens(index: Int, reason: String)
  /// An image input without the tower's size; `-1` in `expected` stands for any size.
  case badImages(expected: [Int], found: [Int])
  /// An image tower that prompts cannot be put into.
  case noImagePrompts(tower: String)
  /// An image tower whose gradients aren't known.
  case noImageGradients(tower: String)
  /// Prompts that don't fit the image tower.
  case badImagePrompts(reason: String)

  /// A sentence with the source, the expected and the found value.
  package var description: String {
    switch self {
    case .badConfiguration(let source, let setting, let expected, let found):
      "\(source): \(setting) is \(found), expected \(expected)"
    case .missingTensor(let source, let name):
      "\(source): the tensor \(name) is missing; the file is incomplete or of another architecture"
    case .wrongShape(let source, let name, let expected, let found):
      "\(source): \(name) has shape \(found), expected \(Shape.expected(expected))"
    case .notFinite(let source, let name):
      "\(source): \(name) holds NaN or infinite values; the file is damaged, or training diverged"
    case .notCLIP(let source, let reason): "\(source): this isn't a readable CLIP: \(reason)"
    case .badTokens(let index, let reason): "text \(index + 1): \(reason)"
    case .badImages(let expected, let found):
      "the image tower takes \(Shape.expected(expected)), found \(found)"
    case .noImagePrompts(let tower):
      "prompts of the image tower need a vision transformer of OpenAI's kind, read at its class token, and this tower is a "
        + "\(tower); a method whose prompts are of the text tower alone, such as language, works with it"
    case .noImageGradients(let tower):
      "what counts in an image is read in a vision transformer of OpenAI's kind, whose feature is its class token's, and this "
        + "tower is a \(tower)"
    case .badImagePrompts(let reason): "prompts of the image tower: \(reason)"
    }
  }
}
