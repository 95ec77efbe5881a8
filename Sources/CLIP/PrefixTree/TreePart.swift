/// The trunk of a prefix tree or one of its chunks: rows that one worker computes through all layers.
struct TreePart: Sendable {
  /// The input of a row: an element at a position.
  struct Row: Sendable {
    let element: PromptElement
    let position: Int
  }

  let isTrunk: Bool
  let rows: [Row]
  /// The rows that are the context's, each with its row of the context matrix.
  let contextRows: [(row: Int, slot: Int)]
  /// The rows that each row attends to.
  let layout: RowLayout
  /// The first of the part's ends among those of all parts.
  let firstEnd: Int

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
    _ members: [Int], of tree: PromptTree, isTrunk: Bool, heads: Int, runs: inout [Int: RowLayout.Run],
    endRows: inout [Int: Int]
  ) {
    var rows: [Row] = []
    var segments: [RowLayout.Segment] = []
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
      var ancestors: [RowLayout.Run] = []
      var ancestor = segment.parent
      while let index = ancestor {
        if let run = runs[index] { ancestors.insert(run, at: 0) }
        ancestor = tree.segments[index].parent
      }
      runs[member] = RowLayout.Run(isInTrunk: isTrunk, row: range.lowerBound, count: range.count)
      let keys = segment.firstPosition + range.count
      let isEnd = segment.children.isEmpty
      segments.append(
        RowLayout.Segment(
          rows: range, ancestors: ancestors, keys: keys, hidden: tree.hiddenPositions(through: member),
          probabilities: probabilityCount, end: isEnd ? ends.count : nil, endProbabilities: endProbabilityCount))
      probabilityCount += range.count * heads * keys
      if isEnd {
        endRows[member] = endRows.count
        ends.append(range.lowerBound + (segment.read ?? range.count - 1))
        endProbabilityCount += heads * keys
      }
    }
    self.isTrunk = isTrunk
    self.rows = rows
    contextRows = rows.enumerated().compactMap { index, row in
      if case .context(let slot) = row.element { (index, slot) } else { nil }
    }
    layout = RowLayout(
      rowCount: rows.count, segments: segments, ends: ends, isCausal: tree.isCausal, probabilityCount: probabilityCount,
      endProbabilityCount: endProbabilityCount)
  }
}
