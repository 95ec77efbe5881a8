import PromptLensImages

/// Checks of sizes that come from a file, before memory is allocated from them.
struct SizeCheck {
  /// The file that the sizes come from, for errors.
  let source: String

  /// The maximum number of pixels along a side of an input.
  static let largestSide = 8192

  func that(_ condition: Bool, _ setting: String, _ expected: String, _ found: Int) throws(CLIPError) {
    guard condition else {
      throw .badConfiguration(source: source, setting: setting, expected: expected, found: "\(found)")
    }
  }

  func size(
    _ value: Int, _ setting: String, atMost limit: Int = CLIPConfiguration.largestSize
  ) throws(CLIPError) {
    try that(value >= 1 && value <= limit, setting, "a whole number from 1 to \(limit)", value)
  }

  func epsilon(_ epsilon: Float, _ setting: String) throws(CLIPError) {
    guard epsilon.isFinite, epsilon >= 0, epsilon < 1 else {
      throw .badConfiguration(source: source, setting: setting, expected: "a number from 0 to 1", found: "\(epsilon)")
    }
  }

  func transformer(_ transformer: TransformerConfiguration, of tower: String) throws(CLIPError) {
    try size(transformer.width, "the \(tower) tower's width")
    try size(transformer.layers, "the \(tower) tower's number of layers", atMost: 1024)
    try heads(transformer.heads, of: transformer.width, "the \(tower) tower's number of heads", "the width")
    try size(transformer.mlpWidth, "the \(tower) tower's MLP width", atMost: 4 * CLIPConfiguration.largestSize)
    try epsilon(transformer.normEpsilon, "the \(tower) tower's layer-norm epsilon")
  }

  func heads(_ heads: Int, of width: Int, _ setting: String, _ name: String) throws(CLIPError) {
    try size(heads, setting)
    try that(width % heads == 0, setting, "a divisor of \(name) \(width)", heads)
  }

  func input(_ inputSize: PixelSize) throws(CLIPError) {
    for side in [inputSize.height, inputSize.width] {
      try size(side, "the image resolution", atMost: Self.largestSide)
    }
  }

  func patches(_ patchSize: Int, of inputSize: PixelSize) throws(CLIPError) {
    try input(inputSize)
    try size(patchSize, "the patch size", atMost: Self.largestSide)
    for side in [inputSize.height, inputSize.width] {
      try that(side % patchSize == 0, "the patch size", "a divisor of the image resolution \(side)", patchSize)
    }
  }
}
