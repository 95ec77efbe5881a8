import PromptLensCLIP
import PromptLensTensors
import TestSupport

/// A small CLIP with random weights whose states neither vanish nor explode.
enum RandomTowers {
  static let configuration = CLIPConfiguration(
    embedDimension: 6,
    image: .visionTransformer(
      VisionTransformerConfiguration(
        resolution: 12, patchSize: 4,
        transformer: TransformerConfiguration(width: 16, layers: 3, heads: 2, mlpWidth: 28))),
    text: TextTowerConfiguration(
      vocabularySize: 40, contextLength: 24,
      transformer: TransformerConfiguration(width: 20, layers: 3, heads: 2, mlpWidth: 36)))

  static func source(_ configuration: CLIPConfiguration = configuration) throws -> TensorDictionary {
    var tensors: [String: Tensor] = [:]
    for (index, entry) in (configuration.tensors + [("token_embedding.weight", [40, 20])]).enumerated() {
      let isScale = entry.name.contains("ln_") && entry.name.hasSuffix(".weight")
      let values = randomFloats(
        entry.shape.reduce(1, *), in: isScale ? 0.5...1.5 : -0.6...0.6, seed: UInt64(index + 1))
      tensors[entry.name] = try Tensor(values, shape: entry.shape)
    }
    return TensorDictionary(tensors, origin: "random towers")
  }
}

/// Returns Σ rᵢ xᵢ.
func product(_ left: some Sequence<Float>, _ right: some Sequence<Float>) -> Double {
  zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}
