/// The trunk of a prefix tree or one of its chunks: rows that one worker computes through all layers.
struct TreePart: Sendable {
  /// The input of a row: an element at a position.
  struct Row: Sendable {
    let element: PromptElement
    let position: Int
  }

  /// Some consecutive rows of this part or of the trunk.
  struct Run: Sendable {
    let isInTrunk: Bool
    let row: Int
    let count: Int
  }

  /// The rows of a segment and the rows that they attend to.
  struct Segment: Sendable {
    /// Its rows in this part.
    let rows: Range<Int>
    /// The rows before it, from position 0 on.
    let ancestors: [Run]
    /// The rows that its last row attends to: all ancestors' and its own.
    let keys: Int
    /// The keys that no row sees, a 1 for each; nil where there are none.
    let hidden: [UInt8]?
    /// The offset of its attention probabilities, `[rows, heads, keys]`.
    let probabilities: Int
    /// The index of its last row among the part's ends, if prompts end there.
    let end: Int?
    /// The offset of the last row's probabilities in the last layer, `[heads, keys]`.
    let endProbabilities: Int
  }

  let isTrunk: Bool
  let rows: [Row]
  let segments: [Segment]
  /// The rows that prompts end in.
  let ends: [Int]
  /// The first of the part's ends among those of all parts.
  let firstEnd: Int
  let probabilityCount: Int
  let endProbabilityCount: Int

  /// Creates a part of some segments of a tree, parents first.
  ///
  /// - Parameters:
  ///   - members: the segments' indices in the tree.
  ///   - tree: the whole tree.
  ///   - isTrunk: whether the part is the trunk.
  ///   - heads: the tower's attention heads, each of which has probabilities.
  ///   - runs: the rows of the segments of earlier parts; this part's are added.
  ///   - endRows: for each segment that prompts end in, its index among all ends; this part's are added.
  init(
    _ members: [Int], of tree: PromptTree, isTrunk: Bool, heads: Int, runs: inout [Int: Run],
    endRows: inout [Int: Int]
  ) {
    var rows: [Row] = []
    var segments: [Segment] = []
    var ends: [Int] = []
    var probabilityCount = 0
    var endProbabilityCount = 0
    firstEnd = endRows.count
    for member in members {
      let segment = tree.segments[member]
      let range = rows.count..<rows.count + segment.elements.count
      for (offset, element) in segment.elements.enumerated() {
        rows.append(Row(element: element, position: segment.firstPosition + offset))
      }
      var ancestors: [Run] = []
      var ancestor = segment.parent
      while let index = ancestor {
        if let run = runs[index] { ancestors.insert(run, at: 0) }
        ancestor = tree.segments[index].parent
      }
      runs[member] = Run(isInTrunk: isTrunk, row: range.lowerBound, count: range.count)
      let keys = segment.firstPosition + range.count
      let isEnd = segment.children.isEmpty
      segments.append(
        Segment(
          rows: range, ancestors: ancestors, keys: keys, hidden: tree.hiddenPositions(through: member),
          probabilities: probabilityCount, end: isEnd ? ends.count : nil, endProbabilities: endProbabilityCount))
      probabilityCount += range.count * heads * keys
      if isEnd {
        endRows[member] = endRows.count
        ends.append(range.upperBound - 1)
        endProbabilityCount += heads * keys
      }
    }
    self.isTrunk = isTrunk
    self.rows = rows
    self.segments = segments
    self.ends = ends
    self.probabilityCount = probabilityCount
    self.endProbabilityCount = endProbabilityCount
  }
}
