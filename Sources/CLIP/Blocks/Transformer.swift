import PromptLensTensors

/// A stack of residual attention blocks.
package struct Transformer: Sendable {
  let blocks: LayerStack<ResidualAttentionBlock>

  /// Reads the blocks `prefix0`, `prefix1` … of a state dict.
  ///
  /// - Throws: the source's errors, or `TensorError` when shapes do not match.
  package init(
    prefix: String, of source: some TensorSource, configuration: TransformerConfiguration,
    rotation: RotaryRotation? = nil,
    precision: ComputePrecision, memory: WeightMemory
  ) throws {
    blocks = try LayerStack(count: configuration.layers, memory: memory) {
      try ResidualAttentionBlock(
        "\(prefix)\($0)", of: source, configuration: configuration, rotation: rotation, precision: precision,
        keepsPacked: memory.isKept, usesRows: memory.usesRows)
    }
  }

  /// Runs all blocks on every row.
  ///
  /// - Parameters:
  ///   - rows: the embedded input, `[sequences.rows, width]`; becomes the last block's output.
  ///   - sequences: the division of the rows.
  /// - Throws: `TensorError` when oneDNN fails.
  package func forward(_ rows: UnsafeMutablePointer<Float>, sequences: Sequences) throws {
    for index in 0..<blocks.count { try blocks[index].forward(rows, sequences: sequences) }
  }

  /// Runs all blocks for one row of each sequence.
  ///
  /// - Parameters:
  ///   - rows: the embedded input, `[sequences.rows, width]`; overwritten.
  ///   - sequences: the division of the rows.
  ///   - reading: the row of each sequence that is read, counted from the first of all rows; it sees its whole
  ///     sequence.
  /// - Returns: the rows that are read after the last block, `[sequences.count, width]`.
  /// - Throws: `TensorError` when oneDNN fails.
  package func forward(
    _ rows: UnsafeMutablePointer<Float>, sequences: Sequences, reading: [Int]
  ) throws -> FloatBuffer {
    for index in 0..<blocks.count - 1 { try blocks[index].forward(rows, sequences: sequences) }
    return try blocks[blocks.count - 1].forward(rows, sequences: sequences, reading: reading)
  }
}
