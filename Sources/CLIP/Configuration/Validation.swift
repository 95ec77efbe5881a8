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
    let check = SizeCheck(source: source)
    try check.size(embedDimension, "the embedding dimension")
    try check.size(text.vocabularySize, "the vocabulary size", atMost: 1 << 24)
    try check.that(text.vocabularySize >= 3, "the vocabulary size", "at least 3", text.vocabularySize)
    try check.size(text.contextLength, "the context length", atMost: Self.longestContext)
    try check.that(text.contextLength >= 3, "the context length", "at least 3", text.contextLength)
    try check.size(text.positions, "the number of text positions", atMost: Self.longestContext)
    try check.transformer(text.transformer, of: "text")
    try check.epsilon(text.finalNormEpsilon, "the text tower's final layer-norm epsilon")
    guard text.transformer.block.isCLIPs else {
      throw .badConfiguration(
        source: source, setting: "the text tower's kind of blocks", expected: "CLIP's own", found: "another")
    }
    try text.pooling.check(check, vocabularySize: text.vocabularySize)
    if let padding = text.padding {
      try check.that(
        padding >= 0 && padding < text.vocabularySize, "the id of the padding",
        "a row of the vocabulary of \(text.vocabularySize)", padding)
      if case .classEmbedding = text.pooling {
        throw .badConfiguration(
          source: source, setting: "the text tower's mask", expected: "a causal one beside a class embedding",
          found: "none")
      }
    } else if case .last = text.pooling {
      throw .badConfiguration(
        source: source, setting: "the text tower's mask",
        expected: "none where it is read at the last position, which in a causal tower mostly sees padding",
        found: "a causal one")
    }
    if text.projection == .none {
      try check.that(
        text.transformer.width == embedDimension, "the text tower's width",
        "the embedding dimension \(embedDimension), since it has no projection", text.transformer.width)
    }
    switch image {
    case .visionTransformer(let vision): try vision.validate(check, embedDimension: embedDimension)
    case .modifiedResNet(let network): try network.validate(check)
    case .convNeXt(let network):
      try network.validate(check)
      try network.projection.validate(check, width: network.widths.last ?? 0, embedDimension: embedDimension)
    case .timmTransformer(let tower):
      try tower.validate(check)
      try tower.projection.validate(check, width: tower.transformer.width, embedDimension: embedDimension)
    }
    if let problem = preprocessing.problem {
      throw .badConfiguration(
        source: source, setting: "the preprocessing: \(problem.setting)", expected: problem.expected,
        found: problem.found)
    }
  }
}

extension TextPooling {
  fileprivate func check(_ check: SizeCheck, vocabularySize: Int) throws(CLIPError) {
    let (setting, id): (String, Int)
    switch self {
    case .largestID: return
    case .first(let token), .last(let token): (setting, id) = ("the id of the end token", token)
    case .classEmbedding(let padding): (setting, id) = ("the id of the padding", padding)
    }
    try check.that(id >= 0 && id < vocabularySize, setting, "a row of the vocabulary of \(vocabularySize)", id)
  }
}

extension VisionTransformerConfiguration {
  fileprivate func validate(_ check: SizeCheck, embedDimension: Int) throws(CLIPError) {
    try check.patches(patchSize, of: inputSize)
    try check.transformer(transformer, of: "image")
    if let pooler {
      try check.size(pooler.queries, "the number of queries of the attentional pooling")
      try check.heads(
        pooler.heads, of: embedDimension, "the attentional pooling's number of heads", "the embedding dimension")
    }
  }
}

extension ModifiedResNetConfiguration {
  fileprivate func validate(_ check: SizeCheck) throws(CLIPError) {
    try check.size(resolution, "the image resolution", atMost: SizeCheck.largestSide)
    try check.that(resolution % 32 == 0, "the image resolution", "a multiple of 32", resolution)
    try check.size(width, "the ResNet's width", atMost: 1024)
    try check.that(width % 2 == 0, "the ResNet's width", "an even number", width)
    try check.that(blocks.count == 4, "the ResNet's number of stages", "4", blocks.count)
    for (stage, blocks) in blocks.enumerated() {
      try check.size(blocks, "the ResNet's number of blocks in stage \(stage + 1)", atMost: 256)
    }
    try check.size(heads, "the attention pooling's number of heads")
    try check.that(
      outputChannels % heads == 0, "the attention pooling's number of heads",
      "a divisor of its width \(outputChannels)", heads)
  }
}
