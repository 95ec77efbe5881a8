import Kernels
import Tensors

/// CLIP's text tower: token and positional embeddings, a causal transformer, and a projection of the end token's state.
///
/// A prompt's state at a position depends only on what stands before it, so everything after the end token is left out.
public struct TextEncoder: Sendable {
  private let configuration: TextTowerConfiguration
  private let embedDimension: Int
  private let tokenEmbedding: EmbeddingTable
  private let positionalEmbedding: EmbeddingTable
  private let transformer: Transformer
  private let finalNorm: LayerNorm
  private let projection: LinearLayer

  /// Rows that one worker takes through the tower at a time: enough for full speed, few enough to stay in cache.
  private static let chunkRows = 256

  /// Reads the tower's tensors; weights are packed when they are first used.
  ///
  /// - Throws: what the source throws, or ``TensorError`` when shapes do not match.
  public init(
    configuration: CLIPConfiguration, source: some TensorSource, precision: ComputePrecision = .float32
  ) throws {
    self.configuration = configuration.text
    embedDimension = configuration.embedDimension
    tokenEmbedding = try EmbeddingTable(source.tensor("token_embedding.weight"), name: "token_embedding.weight")
    positionalEmbedding = try EmbeddingTable(source.tensor("positional_embedding"), name: "positional_embedding")
    transformer = try Transformer(
      prefix: "transformer.resblocks.", of: source, configuration: configuration.text.transformer, precision: precision)
    finalNorm = try LayerNorm(
      scale: source.tensor("ln_final.weight"), shift: source.tensor("ln_final.bias"),
      epsilon: configuration.text.finalNormEpsilon)
    projection = try LinearLayer(
      weight: source.tensor("text_projection"), orientation: .inputsByOutputs, precision: precision,
      name: "text_projection")
  }

  /// The features of texts, before any normalisation.
  ///
  /// - Parameter tokens: for each text its ids, start and end included; what follows the first end token is ignored.
  /// - Returns: f32, `[texts, embedDimension]`.
  /// - Throws: ``CLIPError/badTokens(index:reason:)`` for ids outside the vocabulary, a text without an end token, or one
  ///   with more positions than the tower has.
  public func encode(_ tokens: [[Int32]]) throws -> Tensor {
    let lengths = try tokens.enumerated().map { try length(of: $1, index: $0) }
    let chunks = Self.chunks(of: lengths)
    let features = FloatBuffer(count: tokens.count * embedDimension)
    try Parallel.forEach(chunks.count) { index in
      let chunk = chunks[index]
      try encode(
        tokens[chunk], lengths: Array(lengths[chunk]), to: features.pointer + chunk.lowerBound * embedDimension)
    }
    return try Tensor(features, shape: [tokens.count, embedDimension], name: "text features")
  }

  private func encode(_ tokens: ArraySlice<[Int32]>, lengths: [Int], to: UnsafeMutablePointer<Float>) throws {
    let width = configuration.transformer.width
    let sequences = Sequences(lengths: lengths, isCausal: true)
    let rows = FloatBuffer(count: sequences.rows * width)
    let position = FloatBuffer(count: width)
    for (index, ids) in tokens.enumerated() {
      for place in 0..<lengths[index] {
        let row = rows.pointer + (sequences.offsets[index] + place) * width
        tokenEmbedding.copyRow(Int(ids[place]), to: row)
        positionalEmbedding.copyRow(place, to: position.pointer)
        kernels().pointee.add(position.pointer, row, width)
      }
    }
    let ends = (0..<sequences.count).map { sequences.offsets[$0 + 1] - 1 }
    let states = try transformer.forward(rows.pointer, sequences: sequences, reading: ends)
    finalNorm.forward(states.pointer, count: sequences.count, to: states.pointer)
    try projection.apply(states.pointer, rows: sequences.count, to: to)
  }

  /// Positions up to and with the first end token.
  private func length(of ids: [Int32], index: Int) throws(CLIPError) -> Int {
    let end = Int32(configuration.vocabularySize - 1)
    if let bad = ids.first(where: { $0 < 0 || $0 > end }) {
      throw .badTokens(index: index, reason: "token id \(bad) is outside the vocabulary of \(end + 1)")
    }
    guard let last = ids.firstIndex(of: end) else {
      throw .badTokens(index: index, reason: "there is no end token (id \(end)) among its \(ids.count) ids")
    }
    guard last < configuration.contextLength else {
      throw .badTokens(
        index: index, reason: "it takes \(last + 1) positions, and the text tower has \(configuration.contextLength)")
    }
    return last + 1
  }

  /// Consecutive texts of about ``chunkRows`` rows. The cut depends on the lengths alone.
  private static func chunks(of lengths: [Int]) -> [Range<Int>] {
    var chunks: [Range<Int>] = []
    var start = 0
    var rows = 0
    for (index, length) in lengths.enumerated() {
      if rows > 0, rows + length > chunkRows {
        chunks.append(start..<index)
        (start, rows) = (index, 0)
      }
      rows += length
    }
    if start < lengths.count { chunks.append(start..<lengths.count) }
    return chunks
  }
}
