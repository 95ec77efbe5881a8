extension ImageTowerConfiguration {
  /// The kind and the numbers of the tower, for people.
  package var summary: String {
    switch self {
    case .visionTransformer(let vision):
      let tower = vision.transformer
      return "vision transformer, \(vision.inputSize), patch \(vision.patchSize), \(tower.summary)"
        + (tower.block.hasLayerScale ? ", layer scale" : "")
    case .modifiedResNet(let network):
      return "ModifiedResNet, \(network.resolution) px, width \(network.width), blocks \(network.blocks), "
        + "\(network.heads) heads"
    case .convNeXt(let network):
      return "ConvNeXt (\(network.name)), \(network.inputSize), widths \(network.widths), blocks \(network.depths), "
        + "projection \(network.projection.rawValue)"
    case .timmTransformer(let tower):
      return
        "vision transformer (\(tower.name)), \(tower.inputSize), patch \(tower.stride), \(tower.transformer.summary)"
        + (tower.rotary == nil ? "" : ", rotary embedding") + ", \(tower.pooling.summary)"
    }
  }
}

extension TransformerConfiguration {
  fileprivate var summary: String { "width \(width), \(layers) layers, \(heads) heads, \(activation.rawValue)" }
}

extension TimmTransformerConfiguration.Pooling {
  fileprivate var summary: String {
    switch self {
    case .classToken: "read at the class token"
    case .mean: "averaged"
    case .attention(let heads, _): "attention pooling of \(heads) heads"
    }
  }
}
