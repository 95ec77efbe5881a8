import PromptLensCLIP
import PromptLensTensors

/// An affine map from the states of one layer of the text tower, at the positions where words stand, to the words' token
/// embeddings: a reading of the layer in words.
///
/// The map is fitted by ridge regression (``RidgeTranslator``) on prompts with random words in the place of learned vectors,
/// without any image. Every fifth prompt is held out to measure how much of the words the states still hold.
///
/// Source: Belrose et al., "Eliciting Latent Predictions from Transformers with the Tuned Lens" (2023), who fit such a map
/// to the last layer; here the first layer's inputs are the target, since they are what words are.
package struct WordLens: Sendable {
  /// The number of layers before the states.
  package let depth: Int
  /// The number of states that the map was fitted to.
  package let fitted: Int
  /// The number of states that were held out.
  package let heldOut: Int
  /// The share of the held-out embeddings' variance that the map explains; nil if they don't differ.
  package let explained: Double?
  /// The share of held-out states whose own word is the nearest.
  package let recovered: Double
  /// The map's constant term, `[width]`.
  let offset: [Float]
  /// The states that the map was fitted to, `[fitted, width]`.
  let states: [Float]
  private let layer: LinearLayer

  /// The period of prompts that are held out.
  private static let period = 5
  /// The number of fitted states for each number in a state.
  private static let statesOfWidth = 12

  /// Fits a lens to each of some layers.
  ///
  /// - Parameters:
  ///   - depths: the numbers of layers before the states.
  ///   - encoder: the text tower.
  ///   - prompt: a prompt, of whose context the random words take the place.
  ///   - candidates: the words to draw.
  ///   - words: the words to look for the nearest one among, by ``WordMetric/l2``.
  ///   - seed: the seed of the words.
  /// - Returns: a lens for each depth, in the given order.
  /// - Throws: the errors of tracing.
  package static func fitted(
    to depths: [Int], of encoder: TextEncoder, prompt: [PromptElement], drawing candidates: [Int],
    words: NearestWords, seed: UInt64
  ) throws -> [WordLens] {
    let places = prompt.indices.filter { if case .context = prompt[$0] { true } else { false } }
    guard !places.isEmpty, !depths.isEmpty else { return [] }
    let width = encoder.width
    let wanted = statesOfWidth * width * period / (period - 1)
    let lists = ArbitraryWords.lists(
      max((wanted + places.count - 1) / places.count, 2 * period), of: places.count, from: candidates, seed: seed)
    let states = try Parallel.map(lists.count) { index -> [[Float]] in
      var written = prompt
      for (place, word) in zip(places, lists[index]) { written[place] = .token(Int32(word)) }
      let trace = try encoder.trace(written)
      return depths.map { depth in places.flatMap { trace.state(after: depth, at: $0) } }
    }
    let kept = lists.indices.filter { $0 % period != 0 }
    let others = lists.indices.filter { $0 % period == 0 }
    func embeddings(_ indices: [Int]) -> [Float] {
      FloatBuffer(copying: words.embedding, rows: indices.flatMap { lists[$0] }).floats
    }
    let (targets, heldOutTargets) = (embeddings(kept), embeddings(others))
    let names = others.flatMap { lists[$0] }
    return try Parallel.map(depths.count) { index in
      try WordLens(
        depth: depths[index], states: kept.flatMap { states[$0][index] }, targets: targets,
        heldOut: others.flatMap { states[$0][index] }, heldOutTargets: heldOutTargets, names: names, width: width,
        words: words)
    }
  }

  private init(
    depth: Int, states: [Float], targets: [Float], heldOut: [Float], heldOutTargets: [Float], names: [Int], width: Int,
    words: NearestWords
  ) throws {
    self.depth = depth
    self.states = states
    fitted = states.count / width
    self.heldOut = names.count
    let translator = RidgeTranslator(from: states, to: targets, width: width)
    offset = translator.offset
    layer = try LinearLayer(
      weight: Tensor(translator.matrix, shape: [width, width], name: "lens"), orientation: .inputsByOutputs,
      name: "lens")
    explained = translator.explained(from: heldOut, to: heldOutTargets)
    let read = try Self.apply(layer, to: heldOut, adding: offset)
    let near = try words.words(near: Tensor(read, shape: [names.count, width], name: "states"), count: 1)
    recovered =
      Double(zip(near, names).count { $0.first?.id == $1 }) / Double(max(names.count, 1))
  }

  /// Returns the readings of states, in the space of the token embedding.
  ///
  /// - Parameter states: `[count, width]`.
  /// - Returns: `[count, width]`.
  /// - Throws: `TensorError` when oneDNN fails.
  package func read(_ states: Tensor) throws -> Tensor {
    try Tensor(
      Self.apply(layer, to: states.floats(), adding: offset), shape: states.shape.dimensions, name: "readings")
  }

  /// Returns the products of directions with the map, without what it adds to every state.
  func turn(_ directions: [Float]) throws -> [Float] { try Self.apply(layer, to: directions, adding: []) }

  /// The rows of one piece of work.
  private static let chunk = 512

  private static func apply(_ layer: LinearLayer, to rows: [Float], adding offset: [Float]) throws -> [Float] {
    let width = layer.inputs
    let count = rows.count / max(width, 1)
    return try Parallel.map((count + chunk - 1) / chunk) { part -> [Float] in
      let range = part * chunk..<min((part + 1) * chunk, count)
      let asked = FloatBuffer(uninitialized: range.count * width)
      _ = asked.elements.update(fromContentsOf: rows[range.lowerBound * width..<range.upperBound * width])
      let result = FloatBuffer(uninitialized: asked.count)
      try layer.apply(asked.pointer, rows: range.count, to: result.pointer)
      guard !offset.isEmpty else { return result.floats }
      return result.floats.enumerated().map { $0.element + offset[$0.offset % width] }
    }.flatMap { $0 }
  }
}
