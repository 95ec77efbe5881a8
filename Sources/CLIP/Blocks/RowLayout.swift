/// The rows that one worker takes through a transformer's blocks, and the rows that each of them attends to.
struct RowLayout: Sendable {
  /// Some consecutive rows of this layout or of the trunk of a prefix tree.
  struct Run: Sendable {
    let isInTrunk: Bool
    let row: Int
    let count: Int
  }

  /// Rows that attend to each other and to some rows before them: a segment of a prefix tree, or a sequence.
  struct Segment: Sendable {
    /// Its rows in this layout.
    let rows: Range<Int>
    /// The rows before it, from position 0 on.
    let ancestors: [Run]
    /// The rows that its last row attends to: all ancestors' and its own.
    let keys: Int
    /// The keys that no row sees, a 1 for each; nil where there are none.
    var hidden: [UInt8]?
    /// The offset of its attention probabilities, `[rows, heads, keys]`.
    let probabilities: Int
    /// The index of the row of it that is read among the layout's ends, if one is.
    let end: Int?
    /// The offset of that row's probabilities in the last layer, `[heads, keys]`.
    let endProbabilities: Int
  }

  /// The number of rows.
  let rowCount: Int
  let segments: [Segment]
  /// The rows that are read after the last layer.
  let ends: [Int]
  /// Whether a row of a segment attends to the rows up to itself instead of to all.
  let isCausal: Bool
  let probabilityCount: Int
  let endProbabilityCount: Int
}

extension RowLayout {
  /// Creates sequences of one length in which every row attends to every row, and of which the first row is read.
  ///
  /// - Parameters:
  ///   - sequences: the number of sequences.
  ///   - length: the number of rows of each.
  ///   - heads: the number of attention heads, each of which has probabilities.
  init(sequences: Int, length: Int, heads: Int) {
    rowCount = sequences * length
    segments = (0..<sequences).map { index in
      Segment(
        rows: index * length..<(index + 1) * length, ancestors: [], keys: length,
        probabilities: index * length * heads * length, end: index, endProbabilities: index * heads * length)
    }
    ends = (0..<sequences).map { $0 * length }
    isCausal = false
    probabilityCount = sequences * length * heads * length
    endProbabilityCount = sequences * heads * length
  }
}
