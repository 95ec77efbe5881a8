/// The trunk of a prefix tree or one of its chunks: rows that one worker takes through all layers.
struct TreePart: Sendable {
  /// What a row begins as.
  struct Row: Sendable {
    let element: PromptElement
    let position: Int
  }

  /// Where some consecutive rows are: in this part or in the trunk.
  struct Place: Sendable {
    let isInTrunk: Bool
    let row: Int
    let count: Int
  }

  /// A segment's rows and what they attend to.
  struct Segment: Sendable {
    /// Its rows in this part.
    let rows: Range<Int>
    /// What stands before it, from position 0 on.
    let ancestors: [Place]
    /// The rows that its last row attends to: all ancestors' and its own.
    let keys: Int
    /// Where its attention probabilities begin, `[rows, heads, keys]`.
    let probabilities: Int
    /// The place of its last row among the part's ends, if prompts end there.
    let end: Int?
    /// Where the last row's probabilities begin in the last layer, `[heads, keys]`.
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

  /// A part made of some segments of a tree, parents first.
  ///
  /// - Parameters:
  ///   - members: the segments, by their places in the tree.
  ///   - tree: the whole tree.
  ///   - isTrunk: whether the part is the trunk.
  ///   - heads: the tower's attention heads, each of which has probabilities.
  ///   - places: where the segments of earlier parts are; this part's are added.
  ///   - endRows: for each segment that prompts end in its place among all ends; this part's are added.
  init(
    _ members: [Int], of tree: PromptTree, isTrunk: Bool, heads: Int, places: inout [Int: Place],
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
      var ancestors: [Place] = []
      var ancestor = segment.parent
      while let index = ancestor {
        if let place = places[index] { ancestors.insert(place, at: 0) }
        ancestor = tree.segments[index].parent
      }
      places[member] = Place(isInTrunk: isTrunk, row: range.lowerBound, count: range.count)
      let keys = segment.firstPosition + range.count
      let isEnd = segment.children.isEmpty
      segments.append(
        Segment(
          rows: range, ancestors: ancestors, keys: keys, probabilities: probabilityCount,
          end: isEnd ? ends.count : nil, endProbabilities: endProbabilityCount))
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
