import PromptLensONNX
import PromptLensTensors

extension CLIPConfiguration {
  /// The name of the text graph's input, token ids.
  package static let textInput = "input_ids"
  /// The name of the text graph's output.
  package static let textOutput = "text_features"

  /// Returns the text tower as a graph, from padded token ids, `[batch, sequence]`, to features before any
  /// normalization, `[batch, embedDimension]`.
  ///
  /// A sequence may be as short as its longest text, up to the context length; a tower that is read at a class embedding
  /// takes the whole length, since that embedding sees the first padding, and so does one without a causal mask, of which
  /// every position does.
  ///
  /// - Parameter source: the weights, of which shapes and types are read.
  /// - Returns: the graph.
  /// - Throws: the source's error when it lacks a weight.
  package func textGraph(_ source: any TensorSource) throws -> ONNXGraph {
    var builder = GraphBuilder(name: "text", source: source)
    let ids = builder.input(
      Self.textInput, .int64,
      [.free("batch"), text.hasOwnClass || !text.isCausal ? .fixed(text.contextLength) : .free("sequence")])
    var rows = builder.call("Gather", [try builder.stored("token_embedding.weight"), ids], ["axis": .integer(0)])
    if try builder.isNarrow("token_embedding.weight") { rows = builder.widen(rows) }
    let features = try text.graph(rows, ids: ids, &builder)
    builder.output(features, Self.textOutput, [.free("batch"), .fixed(embedDimension)])
    return builder.graph
  }
}

extension TextTowerConfiguration {
  /// Adds the tower behind the token embedding.
  fileprivate func graph(_ tokens: String, ids: String, _ builder: inout GraphBuilder) throws -> String {
    let width = transformer.width
    var rows = tokens
    if hasOwnClass {
      let own = try builder.repeated(builder.weight("cls_emb"), width: width, forEachOf: ids)
      rows = builder.concatenate([rows, own], axis: 1)
    }
    let length = builder.size(rows, axis: 1)
    let table = try builder.weight("positional_embedding")
    rows = builder.add(rows, builder.slice(table, axis: 0, from: 0, to: length))
    var mask: String?
    if isCausal {
      var causal = builder.slice(
        builder.slice(causalMask(&builder), axis: 0, from: 0, to: length), axis: 1, from: 0, to: length)
      if let hidingToken { causal = builder.add(causal, hidden(behind: Int(hidingToken), ids, &builder)) }
      mask = causal
    }
    rows = try transformer.graph("transformer.resblocks.", rows, mask: mask, &builder)
    var read: String
    switch pooling {
    case .classEmbedding, .last: read = builder.entry(rows, axis: 1, positions - 1)
    case .largestID: read = builder.state(rows, at: builder.first(largestOf: ids))
    case .first(let id):
      let isEnd = builder.call("Equal", [ids, builder.integer(id)])
      let found = builder.call("Cast", [isEnd], ["to": .integer(ONNXGraph.ElementType.int64.rawValue)])
      read = builder.state(rows, at: builder.first(largestOf: found))
    }
    read = try builder.layerNorm(read, "ln_final", epsilon: finalNormEpsilon)
    switch projection {
    case .matrix: return builder.product(read, try builder.weight("text_projection"))
    case .linear: return try builder.linear(read, "text_projection")
    case .none: return read
    }
  }

  /// Adds −∞ above the diagonal, `[positions, positions]`.
  private func causalMask(_ builder: inout GraphBuilder) -> String {
    var mask = [Float](repeating: 0, count: positions * positions)
    for row in 0..<positions {
      for column in row + 1..<max(positions, row + 1) { mask[row * positions + column] = -.infinity }
    }
    return builder.floats(mask, shape: [positions, positions])
  }

  /// Adds −∞ for each position behind a padding token, `[batch, 1, 1, positions]`; see ``hidingToken``.
  private func hidden(behind id: Int, _ ids: String, _ builder: inout GraphBuilder) -> String {
    let isHidden = builder.call("Equal", [ids, builder.integer(id)])
    let behind = builder.call(
      "Where", [isHidden, builder.number(-.infinity), builder.number(0)])
    // The first position stands behind none.
    let first = builder.call(
      "Expand",
      [
        builder.number(0),
        builder.concatenate([builder.size(ids, axis: 0), builder.integers([1])], axis: 0),
      ])
    let row = builder.concatenate([first, behind], axis: 1)
    return builder.call("Unsqueeze", [row, builder.integers([1, 2])])
  }
}

extension GraphBuilder {
  /// The first index of the largest number of each row, `[batch, 1]`.
  fileprivate mutating func first(largestOf ids: String) -> String {
    call("ArgMax", [ids], ["axis": .integer(1), "keepdims": .integer(1), "select_last_index": .integer(0)])
  }

  /// The state of each sequence at an index, `[batch, width]`.
  fileprivate mutating func state(_ rows: String, at index: String) -> String {
    call("GatherND", [rows, index], ["batch_dims": .integer(1)])
  }
}
