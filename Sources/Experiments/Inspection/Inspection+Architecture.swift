import PromptLensCLIP

extension Inspection {
  /// Adds the facts of an architecture.
  package mutating func add(_ configuration: CLIPConfiguration) {
    add("architecture", configuration.architectureName)
    add("image tower", configuration.image.summary)
    let text = configuration.text
    add(
      "text tower",
      "\(text.contextLength) positions, width \(text.transformer.width), \(text.transformer.layers) layers, "
        + "\(text.transformer.heads) heads, \(text.transformer.activation.rawValue)"
        + (text.padding.map { ", without a causal mask, padded with \($0)" } ?? ""))
    if configuration.hasLogitBias { add("scores", "sigmoids of scaled cosines with a bias") }
    add("vocabulary size", text.vocabularySize)
    add("embedding dimension", configuration.embedDimension)
    add("preprocessing", "\(configuration.preprocessing)")
  }
}
