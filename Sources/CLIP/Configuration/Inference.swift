import PromptLensTensors

extension CLIPConfiguration {
  /// Infers the architecture from the shapes of tensors that are named as in OpenAI's state dict.
  ///
  /// Shapes don't determine the activation, which the caller gives; heads are 64 wide, as in every published CLIP.
  ///
  /// - Throws: ``CLIPError`` when the names or shapes aren't those of a CLIP.
  package init(inferringFrom source: some TensorSource, activation: Activation) throws {
    let shapes = TensorShapes(of: source)
    let tokens = try shapes.shape("token_embedding.weight", rank: 2)
    let positions = try shapes.shape("positional_embedding", rank: 2)
    let projection = try shapes.shape("text_projection", rank: 2)
    let textTransformer = try Self.transformer(
      width: tokens[1], layers: shapes.count("transformer.resblocks."), prefix: "transformer.resblocks.0",
      activation: activation, shapes: shapes)

    let image: ImageTowerConfiguration
    if shapes.names.contains("visual.proj") {
      let patches = try shapes.shape("visual.conv1.weight", rank: 4)
      let visionPositions = try shapes.shape("visual.positional_embedding", rank: 2)[0]
      let grid = max(visionPositions - 1, 0).squareRoot
      guard grid * grid + 1 == visionPositions else {
        throw CLIPError.badConfiguration(
          source: source.origin, setting: "the number of image positions", expected: "a square number and one",
          found: "\(visionPositions)")
      }
      let transformer = try Self.transformer(
        width: patches[0], layers: shapes.count("visual.transformer.resblocks."),
        prefix: "visual.transformer.resblocks.0", activation: activation, shapes: shapes)
      image = .visionTransformer(
        VisionTransformerConfiguration(
          resolution: grid.multipliedReportingOverflow(by: patches[3]).partialValue, patchSize: patches[3],
          transformer: transformer))
    } else if shapes.names.contains("visual.attnpool.positional_embedding") {
      let width = try shapes.shape("visual.layer1.0.conv1.weight", rank: 4)[0]
      let poolPositions = try shapes.shape("visual.attnpool.positional_embedding", rank: 2)[0]
      let grid = max(poolPositions - 1, 0).squareRoot
      guard grid * grid + 1 == poolPositions else {
        throw CLIPError.badConfiguration(
          source: source.origin, setting: "the number of attention-pooling positions",
          expected: "a square number and one", found: "\(poolPositions)")
      }
      image = .modifiedResNet(
        ModifiedResNetConfiguration(
          resolution: grid.multipliedReportingOverflow(by: 32).partialValue, width: width,
          blocks: (1...4).map { shapes.count("visual.layer\($0).") }, heads: max(width / 2, 1)))
    } else {
      throw CLIPError.notCLIP(
        source: source.origin,
        reason: "there is neither visual.proj (a vision transformer) nor visual.attnpool (a ModifiedResNet)")
    }
    self.init(
      embedDimension: projection[1], image: image,
      text: TextTowerConfiguration(
        vocabularySize: tokens[0], contextLength: positions[0], transformer: textTransformer))
    try validate(source: source.origin)
  }

  private static func transformer(
    width: Int, layers: Int, prefix: String, activation: Activation, shapes: TensorShapes
  ) throws -> TransformerConfiguration {
    TransformerConfiguration(
      width: width, layers: layers, mlpWidth: try shapes.shape("\(prefix).mlp.c_fc.weight", rank: 2)[0],
      activation: activation)
  }
}

extension Int {
  /// The integer square root, rounded down.
  fileprivate var squareRoot: Int { Int(Double(self).squareRoot()) }
}
