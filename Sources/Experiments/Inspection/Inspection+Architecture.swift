import PromptLensCLIP

extension Inspection {
  /// Adds the facts of an architecture.
  package mutating func add(_ configuration: CLIPConfiguration) {
    add("architecture", configuration.architectureName)
    switch configuration.image {
    case .visionTransformer(let vision):
      let tower = vision.transformer
      add(
        "image tower",
        "vision transformer, \(vision.inputSize), patch \(vision.patchSize), width \(tower.width), "
          + "\(tower.layers) layers, \(tower.heads) heads, \(tower.activation.rawValue)")
    case .modifiedResNet(let network):
      add(
        "image tower",
        "ModifiedResNet, \(network.resolution) px, width \(network.width), blocks \(network.blocks), "
          + "\(network.heads) heads")
    }
    let text = configuration.text
    add(
      "text tower",
      "\(text.contextLength) positions, width \(text.transformer.width), \(text.transformer.layers) layers, "
        + "\(text.transformer.heads) heads, \(text.transformer.activation.rawValue)")
    add("vocabulary size", text.vocabularySize)
    add("embedding dimension", configuration.embedDimension)
    add("preprocessing", "\(configuration.preprocessing)")
  }
}
