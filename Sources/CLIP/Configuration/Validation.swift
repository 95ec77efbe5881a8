import PromptLensImages
import PromptLensKernels

extension CLIPConfiguration {
  /// The maximum value of any size, which is far above every published CLIP and keeps products of four sizes within
  /// 63 bits.
  static let largestSize = 1 << 15

  /// The maximum number of positions of a text tower, which its attention kernel limits.
  static let longestContext = Int(TREE_ATTENTION_KEYS)

  /// Validates the sizes, before memory is allocated from them.
  ///
  /// - Parameter source: the file that the sizes come from, for the error.
  /// - Throws: ``CLIPError/badConfiguration(source:setting:expected:found:)``.
  package func validate(source: String) throws(CLIPError) {
    func check(_ condition: Bool, _ setting: String, _ expected: String, _ found: Int) throws(CLIPError) {
      guard condition else {
        throw .badConfiguration(source: source, setting: setting, expected: expected, found: "\(found)")
      }
    }
    func checkSize(_ value: Int, _ setting: String, atMost limit: Int = Self.largestSize) throws(CLIPError) {
      try check(value >= 1 && value <= limit, setting, "a whole number from 1 to \(limit)", value)
    }
    func check(_ transformer: TransformerConfiguration, of tower: String) throws(CLIPError) {
      try checkSize(transformer.width, "the \(tower) tower's width")
      try checkSize(transformer.layers, "the \(tower) tower's number of layers", atMost: 1024)
      try checkSize(transformer.heads, "the \(tower) tower's number of heads")
      try checkSize(transformer.mlpWidth, "the \(tower) tower's MLP width", atMost: 4 * Self.largestSize)
      try check(
        transformer.width % transformer.heads == 0, "the \(tower) tower's number of heads",
        "a divisor of the width \(transformer.width)", transformer.heads)
      try checkEpsilon(transformer.normEpsilon, "the \(tower) tower's layer-norm epsilon")
    }
    func checkEpsilon(_ epsilon: Float, _ setting: String) throws(CLIPError) {
      guard epsilon.isFinite, epsilon >= 0, epsilon < 1 else {
        throw .badConfiguration(source: source, setting: setting, expected: "a number from 0 to 1", found: "\(epsilon)")
      }
    }

    try checkSize(embedDimension, "the embedding dimension")
    try checkSize(text.vocabularySize, "the vocabulary size", atMost: 1 << 24)
    try check(text.vocabularySize >= 3, "the vocabulary size", "at least 3", text.vocabularySize)
    try checkSize(text.contextLength, "the context length", atMost: Self.longestContext)
    try check(text.contextLength >= 3, "the context length", "at least 3", text.contextLength)
    try check(text.transformer, of: "text")
    try checkEpsilon(text.finalNormEpsilon, "the text tower's final layer-norm epsilon")
    switch image {
    case .visionTransformer(let vision):
      for side in [vision.inputSize.height, vision.inputSize.width] {
        try checkSize(side, "the image resolution", atMost: 8192)
      }
      try checkSize(vision.patchSize, "the patch size", atMost: 8192)
      for side in [vision.inputSize.height, vision.inputSize.width] {
        try check(
          side % vision.patchSize == 0, "the patch size", "a divisor of the image resolution \(side)",
          vision.patchSize)
      }
      try check(vision.transformer, of: "image")
    case .modifiedResNet(let network):
      try checkSize(network.resolution, "the image resolution", atMost: 8192)
      try check(network.resolution % 32 == 0, "the image resolution", "a multiple of 32", network.resolution)
      try checkSize(network.width, "the ResNet's width", atMost: 1024)
      try check(network.width % 2 == 0, "the ResNet's width", "an even number", network.width)
      try check(network.blocks.count == 4, "the ResNet's number of stages", "4", network.blocks.count)
      for (stage, blocks) in network.blocks.enumerated() {
        try checkSize(blocks, "the ResNet's number of blocks in stage \(stage + 1)", atMost: 256)
      }
      try checkSize(network.heads, "the attention pooling's number of heads")
      try check(
        network.outputChannels % network.heads == 0, "the attention pooling's number of heads",
        "a divisor of its width \(network.outputChannels)", network.heads)
    }
    if let problem = preprocessing.problem {
      throw .badConfiguration(
        source: source, setting: "the preprocessing: \(problem.setting)", expected: problem.expected,
        found: problem.found)
    }
  }
}
