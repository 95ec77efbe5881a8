import PromptLensTensors

/// An error of weights or settings that don't make a CLIP.
package enum CLIPError: Error, Equatable, CustomStringConvertible {
  /// A setting of the architecture is impossible.
  case badConfiguration(source: String, setting: String, expected: String, found: String)
  /// A tensor that the architecture needs is not there.
  case missingTensor(source: String, name: String)
  /// A tensor has another shape than the architecture says; `-1` in `expected` stands for any size.
  case wrongShape(source: String, name: String, expected: [Int], found: [Int])
  /// A tensor holds NaN or an infinity.
  case notFinite(source: String, name: String)
  /// The names of the tensors are not those of a CLIP.
  case notCLIP(source: String, reason: String)
  /// A list of token ids that the text tower cannot take.
  case badTokens(index: Int, reason: String)
  /// The image input does not have the tower's size; `-1` in `expected` stands for any size.
  case badImages(expected: [Int], found: [Int])

  /// One sentence that names the source, the expectation and the finding.
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
    case .notCLIP(let source, let reason): "\(source): this is no CLIP that can be read here: \(reason)"
    case .badTokens(let index, let reason): "text \(index + 1): \(reason)"
    case .badImages(let expected, let found):
      "the image tower takes \(Shape.expected(expected)), found \(found)"
    }
  }
}
