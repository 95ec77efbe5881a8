import PromptLensKernels
import PromptLensTensors

/// CLIP's text tower: token and positional embeddings, a transformer, and a projection of the end token's state, of a class
/// embedding's behind it, or of the last position's.
///
/// Prompts are encoded as a prefix tree: a shared prefix is computed once, and positions after the last one that is
/// read aren't computed at all. This is exact where the tower is causal. In one without a mask (SigLIP's) every prompt is
/// computed alone with all of its padding; only the last block is limited to the position that is read.
package struct TextEncoder: Sendable {
  let configuration: TextTowerConfiguration
  /// The width of the space that images and texts share.
  package let embedDimension: Int
  let blocks: LayerStack<ResidualAttentionBlock>
  let finalNorm: LayerNorm
  let projection: LinearLayer
  /// The table of token embeddings, the largest tensor, which is kept only if blocks are.
  private let tokenEmbedding: LayerStack<EmbeddingTable>
  let positionalEmbedding: EmbeddingTable
  /// The vector behind a text that the tower is read at; nil for towers that are read at the end token.
  private let classEmbedding: [Float]?

  /// Reads the tower's tensors; weights are packed when they are first used.
  ///
  /// - Parameters:
  ///   - configuration: the architecture.
  ///   - source: tensors named as in OpenAI's state dict.
  ///   - precision: the arithmetic of the products.
  ///   - memory: whether the weights stay in memory.
  /// - Throws: the source's errors, or `TensorError` when shapes do not match.
  package init(
    configuration: CLIPConfiguration, source: some TensorSource, precision: ComputePrecision = .float32,
    memory: WeightMemory = .kept
  ) throws {
    let transformer = configuration.text.transformer
    self.configuration = configuration.text
    embedDimension = configuration.embedDimension
    tokenEmbedding = try LayerStack(count: 1, memory: memory) { _ in
      try EmbeddingTable(source.tensor("token_embedding.weight"), name: "token_embedding.weight")
    }
    positionalEmbedding = try EmbeddingTable(source.tensor("positional_embedding"), name: "positional_embedding")
    blocks = try LayerStack(count: transformer.layers, memory: memory) {
      try ResidualAttentionBlock(
        "transformer.resblocks.\($0)", of: source, configuration: transformer, precision: precision,
        keepsPacked: memory.isKept)
    }
    finalNorm = try LayerNorm("ln_final", of: source, epsilon: configuration.text.finalNormEpsilon)
    switch configuration.text.projection {
    case .matrix:
      projection = try LinearLayer(
        weight: source.tensor("text_projection"), orientation: .inputsByOutputs, precision: precision,
        name: "text_projection")
    case .linear: projection = try LinearLayer("text_projection", of: source, precision: precision)
    case .none:
      // One row in each prompt passes it, so that a product with the identity costs next to nothing.
      let width = transformer.width
      var identity = [Float](repeating: 0, count: width * width)
      for index in 0..<width { identity[index * width + index] = 1 }
      projection = try LinearLayer(weight: Tensor(identity, shape: [width, width]), name: "identity")
    }
    if case .classEmbedding = configuration.text.pooling {
      classEmbedding = try source.tensor("cls_emb").floats()
    } else {
      classEmbedding = nil
    }
  }

  /// The width of the tower, and of a context vector.
  package var width: Int { configuration.transformer.width }
  /// The number of blocks.
  package var layers: Int { blocks.count }
  /// The number of positions of a prompt at most.
  package var contextLength: Int { configuration.contextLength }
  /// Whether a position attends only to those before it.
  package var isCausal: Bool { configuration.isCausal }

  /// Computes the features of texts, before any normalization.
  ///
  /// - Parameter tokens: for each text its ids, start and end included; ids after the first end token are ignored.
  /// - Returns: f32, `[texts, embedDimension]`.
  /// - Throws: ``CLIPError/badTokens(index:reason:)`` for ids outside the vocabulary, a text without an end token, or
  ///   one with more positions than the tower has.
  package func encode(_ tokens: [[Int32]]) throws -> Tensor {
    let end = Int32(configuration.endToken)
    let prompts = try tokens.enumerated().map { index, ids in
      guard let last = ids.firstIndex(of: end) else {
        if let bad = ids.first(where: { $0 < 0 || $0 >= configuration.vocabularySize }) { throw outside(bad, index) }
        throw CLIPError.badTokens(
          index: index, reason: "its \(ids.count) ids lack the end token (id \(end))")
      }
      return ids[...last].map { PromptElement.token($0) }
    }
    let pass = try PromptPass(encoder: self, tree: tree(prompts), tapeLimit: 0)
    return try Tensor(pass.forward(), shape: [tokens.count, embedDimension], name: "text features")
  }

  /// Returns the prefix tree of prompts, with what this tower reads behind their end tokens.
  ///
  /// - Parameter prompts: for each prompt its elements from the start token to the end token.
  /// - Returns: the tree.
  /// - Throws: ``CLIPError/badTokens(index:reason:)`` for a prompt that is empty or a prefix of another.
  package func tree(_ prompts: [[PromptElement]]) throws(CLIPError) -> PromptTree {
    let completed = prompts.map { configuration.completed($0) }
    guard configuration.isCausal else {
      return try PromptTree(
        whole: zip(prompts, completed).map { ($1, configuration.readPosition(of: $0, completed: $1)) })
    }
    return try PromptTree(completed, hidingToken: configuration.hidingToken)
  }

  /// Checks that prompts fit the tower.
  ///
  /// - Returns: the required number of rows of the context matrix.
  func check(_ tree: PromptTree) throws(CLIPError) -> Int {
    var contextRows = 0
    for (prompt, end) in tree.ends.enumerated() {
      // A class embedding has a position of its own.
      let extra = configuration.positions - configuration.contextLength
      let positions = tree.segments[end].firstPosition + tree.segments[end].elements.count - extra
      guard positions <= configuration.contextLength else {
        throw .badTokens(
          index: prompt,
          reason: "it takes \(positions) positions, and the text tower has \(configuration.contextLength)")
      }
    }
    for segment in tree.segments {
      for element in segment.elements {
        switch element {
        case .token(let id):
          guard id >= 0, id < configuration.vocabularySize else {
            throw outside(id, tree.firstPrompt(through: segment))
          }
        case .context(let row): contextRows = max(contextRows, row + 1)
        case .classEmbedding:
          guard classEmbedding != nil else {
            throw .badTokens(
              index: tree.firstPrompt(through: segment), reason: "the text tower has no class embedding")
          }
        }
      }
    }
    return contextRows
  }

  private func outside(_ id: Int32, _ index: Int) -> CLIPError {
    .badTokens(index: index, reason: "token id \(id) is outside the vocabulary of \(configuration.vocabularySize)")
  }

  /// Releases the memory of a mapped token embedding, which is read again when needed.
  func releaseTokenEmbedding() { for table in tokenEmbedding.kept { table.releasePages() } }

  /// Computes the input of a part's rows: the token's or the context's vector, plus the position's.
  ///
  /// - Throws: the error of reading the token embedding if it isn't kept in memory.
  func embed(_ part: TreePart, context: FloatBuffer) throws -> FloatBuffer {
    let tokenEmbedding = try tokenEmbedding[0]
    let rows = FloatBuffer(uninitialized: part.rows.count * width)
    let position = FloatBuffer(uninitialized: width)
    for (index, input) in part.rows.enumerated() {
      let row = rows.pointer + index * width
      switch input.element {
      case .token(let id): tokenEmbedding.copyRow(Int(id), to: row)
      case .context(let slot): row.update(from: context.pointer + slot * width, count: width)
      case .classEmbedding: for (column, value) in (classEmbedding ?? []).enumerated() { row[column] = value }
      }
      let isLast = input.element == .classEmbedding
      positionalEmbedding.copyRow(isLast ? configuration.positions - 1 : input.position, to: position.pointer)
      kernels().pointee.add(position.pointer, row, width)
    }
    return rows
  }
}

extension PromptTree {
  /// Returns the first prompt that passes through a segment, for errors.
  fileprivate func firstPrompt(through segment: Segment) -> Int {
    ends.firstIndex { end in
      var next: Int? = end
      while let index = next {
        if segments[index].firstPosition == segment.firstPosition, segments[index].elements == segment.elements {
          return true
        }
        next = segments[index].parent
      }
      return false
    } ?? 0
  }
}
