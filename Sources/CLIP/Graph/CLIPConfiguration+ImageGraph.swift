import PromptLensONNX
import PromptLensTensors

extension CLIPConfiguration {
  /// The name of the image graph's input, normalized pixels.
  package static let imageInput = "pixel_values"
  /// The name of the image graph's output.
  package static let imageOutput = "image_features"

  /// Returns the image tower as a graph, from prepared images, `[batch, 3, height, width]`, to features before any
  /// normalization, `[batch, embedDimension]`.
  ///
  /// - Parameter source: the weights, of which shapes and types are read.
  /// - Returns: the graph.
  /// - Throws: the source's error when it lacks a weight.
  package func imageGraph(_ source: any TensorSource) throws -> ONNXGraph {
    var builder = GraphBuilder(name: "image", source: source)
    let features = try addImageTower(to: &builder)
    builder.output(features, Self.imageOutput, [.free("batch"), .fixed(embedDimension)])
    return builder.graph
  }

  /// Adds the input of images and the image tower to a graph.
  ///
  /// - Parameters:
  ///   - builder: receives the operators.
  ///   - prompts: the prompt tokens of each block that has some, as `ImageEncoder/promptTokens` has them; empty for none.
  /// - Returns: the features.
  /// - Throws: the source's error when it lacks a weight, ``CLIPError/noImagePrompts(tower:)`` for prompts in a tower that
  ///   takes none.
  package func addImageTower(to builder: inout GraphBuilder, prompts: [Int: [Float]] = [:]) throws -> String {
    let size = image.inputSize
    let pixels = builder.input(
      Self.imageInput, .float32, [.free("batch"), .fixed(3), .fixed(size.height), .fixed(size.width)])
    switch image {
    case .visionTransformer(let tower) where prompts.isEmpty || tower.takesPrompts:
      return try tower.graph(pixels, prompts: prompts, &builder)
    case _ where !prompts.isEmpty: throw CLIPError.noImagePrompts(tower: image.summary)
    case .visionTransformer(let tower): return try tower.graph(pixels, &builder)
    case .modifiedResNet(let tower): return try tower.graph(pixels, embedDimension: embedDimension, &builder)
    case .convNeXt(let tower): return try tower.graph(pixels, &builder)
    case .timmTransformer(let tower): return try tower.graph(pixels, &builder)
    }
  }
}

extension TimmProjection {
  /// Adds the step from pooled states to the shared space.
  func graph(_ states: String, classifier: String, _ builder: inout GraphBuilder) throws -> String {
    switch self {
    case .classifier: try builder.linear(states, classifier)
    case .linear: try builder.linear(states, "visual.head.proj", hasBias: false)
    case .mlp:
      try builder.linear(
        builder.gelu(try builder.linear(states, "visual.head.mlp.fc1")), "visual.head.mlp.fc2", hasBias: false)
    case .none: states
    }
  }
}
