import PromptLensONNX
import PromptLensTensors

/// A classifier that can be written as operators of ONNX behind an image tower.
package protocol GraphClassifier: FeatureClassifier {
  /// Adds the logits.
  ///
  /// - Parameters:
  ///   - features: the image tower's result, `[images, width]`, before any normalization.
  ///   - builder: receives the operators.
  /// - Returns: `[images, classes]`.
  func graph(_ features: String, _ builder: inout GraphBuilder) -> String
}

extension LinearClassifier: GraphClassifier {
  /// Adds `s · f Wᵀ + b`.
  package func graph(_ features: String, _ builder: inout GraphBuilder) -> String {
    let rows = normalizes ? builder.unit(features) : features
    let logits = builder.scaled(builder.linear(rows, matrix: builder.matrix(weights), bias: nil), by: scale)
    guard let bias else { return logits }
    return builder.add(logits, builder.floats(bias.floats(), shape: bias.shape.dimensions))
  }
}

extension TipAdapterClassifier: GraphClassifier {
  /// Adds `s f̂ · t̂ + α exp(−β (1 − f̂ · keys)) labels`.
  package func graph(_ features: String, _ builder: inout GraphBuilder) -> String {
    let unit = builder.unit(features)
    let words = builder.scaled(builder.linear(unit, matrix: builder.matrix(text), bias: nil), by: scale)
    let affinities = builder.linear(unit, matrix: builder.matrix(keys), bias: nil)
    let distances = builder.add(affinities, builder.number(-1))
    let values = builder.call("Exp", [builder.scaled(distances, by: Float(beta))])
    var oneHot = [Float](repeating: 0, count: labels.count * classCount)
    for (key, label) in labels.enumerated() { oneHot[key * classCount + label] = 1 }
    let cached = builder.product(values, builder.floats(oneHot, shape: [labels.count, classCount]))
    return builder.add(words, builder.scaled(cached, by: Float(alpha)))
  }
}

extension ClipAdapterClassifier: GraphClassifier {
  /// Adds the bottleneck and the cosines of its mixture with the feature.
  package func graph(_ features: String, _ builder: inout GraphBuilder) -> String {
    let hidden = builder.call("Relu", [builder.linear(features, matrix: builder.matrix(down), bias: nil)])
    let adapted = builder.call("Relu", [builder.linear(hidden, matrix: builder.matrix(up), bias: nil)])
    let mixed = builder.add(builder.scaled(adapted, by: ratio), builder.scaled(features, by: 1 - ratio))
    return builder.scaled(builder.linear(builder.unit(mixed), matrix: builder.matrix(text), bias: nil), by: scale)
  }
}

extension GraphBuilder {
  fileprivate mutating func matrix(_ tensor: Tensor) -> String {
    floats(tensor.floats(), shape: tensor.shape.dimensions)
  }

  fileprivate mutating func scaled(_ value: String, by factor: Float) -> String {
    factor == 1 ? value : multiply(value, number(factor))
  }
}
