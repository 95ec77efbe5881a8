import PromptLensCLIP
import Foundation
import TestSupport
import PromptLensTensors

/// A text tower in f64, written as the formulas are: one prompt at a time, all positions, nothing shared.
struct ReferenceTower {
  let configuration: TextTowerConfiguration
  private let tensors: [String: (values: [Double], shape: [Int])]

  init(_ configuration: TextTowerConfiguration, _ source: some TensorSource) throws {
    self.configuration = configuration
    tensors = try Dictionary(
      uniqueKeysWithValues: source.names.map { name in
        let tensor = try source.tensor(name)
        return (name, (tensor.floats().map(Double.init), tensor.shape.dimensions))
      })
  }

  /// Returns the feature of one prompt, before normalization. A tower with a class embedding takes all its positions:
  /// the prompt, padding, and the embedding; the key after a padding token is hidden.
  func feature(of prompt: [PromptElement], context: [Double]) -> [Double] {
    let width = configuration.transformer.width
    var prompt = prompt
    var hidden: Set<Int> = []
    if case .classEmbedding(let padding) = configuration.pooling {
      let token = PromptElement.token(Int32(padding))
      prompt += [PromptElement](repeating: token, count: configuration.contextLength - prompt.count)
      hidden = Set(prompt.indices.filter { prompt[$0] == token }.map { $0 + 1 })
      prompt.append(.classEmbedding)
    }
    var rows = prompt.enumerated().map { position, element -> [Double] in
      let vector: ArraySlice<Double>
      switch element {
      case .token(let id): vector = row("token_embedding.weight", Int(id), width)
      case .context(let slot): vector = context[slot * width..<(slot + 1) * width]
      case .classEmbedding: vector = row("cls_emb", 0, width)
      }
      return zip(vector, row("positional_embedding", position, width)).map { $0 + $1 }
    }
    for layer in 0..<configuration.transformer.layers {
      let name = "transformer.resblocks.\(layer)"
      let normalized = rows.map { norm($0, "\(name).ln_1", configuration.transformer.normEpsilon) }
      let projected = normalized.map { linear($0, "\(name).attn.in_proj_weight", "\(name).attn.in_proj_bias") }
      for position in rows.indices {
        let mixed = attention(projected, position, hidden)
        add(linear(mixed, "\(name).attn.out_proj.weight", "\(name).attn.out_proj.bias"), to: &rows[position])
        let inner = linear(
          norm(rows[position], "\(name).ln_2", configuration.transformer.normEpsilon), "\(name).mlp.c_fc.weight",
          "\(name).mlp.c_fc.bias"
        ).map(activation)
        add(linear(inner, "\(name).mlp.c_proj.weight", "\(name).mlp.c_proj.bias"), to: &rows[position])
      }
    }
    let state = norm(rows[rows.count - 1], "ln_final", configuration.finalNormEpsilon)
    let (projection, shape) = (tensors["text_projection"]?.values ?? [], tensors["text_projection"]?.shape ?? [0, 0])
    return (0..<shape[1]).map { output in
      (0..<width).reduce(0) { $0 + state[$1] * projection[$1 * shape[1] + output] }
    }
  }

  private func row(_ name: String, _ index: Int, _ width: Int) -> ArraySlice<Double> {
    tensors[name]?.values[index * width..<(index + 1) * width] ?? []
  }

  private func linear(_ x: [Double], _ weight: String, _ bias: String) -> [Double] {
    let (weights, biases) = (tensors[weight]?.values ?? [], tensors[bias]?.values ?? [])
    return biases.indices.map { output in
      x.indices.reduce(biases[output]) { $0 + x[$1] * weights[output * x.count + $1] }
    }
  }

  private func norm(_ x: [Double], _ name: String, _ epsilon: Float) -> [Double] {
    let mean = x.reduce(0, +) / Double(x.count)
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
    let (scale, shift) = (tensors["\(name).weight"]?.values ?? [], tensors["\(name).bias"]?.values ?? [])
    return x.indices.map { scale[$0] * (x[$0] - mean) / (variance + Double(epsilon)).squareRoot() + shift[$0] }
  }

  private func attention(_ projected: [[Double]], _ position: Int, _ hidden: Set<Int>) -> [Double] {
    let (width, headWidth) = (configuration.transformer.width, configuration.transformer.headWidth)
    return (0..<configuration.transformer.heads).flatMap { head -> [Double] in
      let columns = head * headWidth..<(head + 1) * headWidth
      let weights = (0...position).map { key in
        hidden.contains(key)
          ? 0
          : exp(
            columns.reduce(0.0) { $0 + projected[position][$1] * projected[key][width + $1] }
              / Double(headWidth).squareRoot())
      }
      let total = weights.reduce(0, +)
      return columns.map { column in
        (0...position).reduce(0.0) { $0 + weights[$1] / total * projected[$1][2 * width + column] }
      }
    }
  }

  private func activation(_ x: Double) -> Double {
    switch configuration.transformer.activation {
    case .quickGELU: x / (1 + exp(-1.702 * x))
    case .gelu: 0.5 * x * erfc(-x / 2.0.squareRoot())
    case .tanhGELU: 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    }
  }

  private func add(_ values: [Double], to row: inout [Double]) {
    for index in row.indices { row[index] += values[index] }
  }

  /// Returns a tower with random weights whose states neither vanish nor explode.
  static func random(_ configuration: TextTowerConfiguration, embedDimension: Int) throws -> TensorDictionary {
    let clip = CLIPConfiguration(
      embedDimension: embedDimension,
      image: .visionTransformer(
        VisionTransformerConfiguration(
          resolution: 2, patchSize: 1, transformer: TransformerConfiguration(width: 2, layers: 1))),
      text: configuration)
    var tensors: [String: Tensor] = [:]
    for (index, entry) in clip.tensors.enumerated() where !entry.name.hasPrefix("visual.") {
      let count = entry.shape.reduce(1, *)
      let isScale =
        entry.name.hasSuffix("ln_1.weight") || entry.name.hasSuffix("ln_2.weight") || entry.name == "ln_final.weight"
      let values = randomFloats(count, in: isScale ? 0.5...1.5 : -0.6...0.6, seed: UInt64(index + 1))
      tensors[entry.name] = try Tensor(values, shape: entry.shape)
    }
    return TensorDictionary(tensors, origin: "random tower")
  }
}
