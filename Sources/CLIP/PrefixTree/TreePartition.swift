/// The division of a prefix tree into a trunk that several chunks continue, and chunks of whole subtrees.
///
/// Whole prompts of a tower without a causal mask are all in chunks. The division depends only on the tree, not on the number of threads.
/// Copies of a tree are divided as the first one, and each chunk has all copies of its subtrees.
struct TreePartition: Sendable {
  /// The segments that more than one chunk continues; without rows when the tree is a single chunk.
  let trunk: TreePart
  /// Subtrees with similar numbers of rows; all prompts end in them.
  let chunks: [TreePart]
  /// The row of each prompt's feature among all chunks' ends.
  let featureRows: [Int]
  /// The number of different prompts, each of which has a feature.
  let endCount: Int

  /// The number of rows that one worker computes at a time: enough for full speed, few enough for the cache.
  static let chunkRows = 128

  init(_ tree: PromptTree, heads: Int) {
    var trunkSegments: [Int] = []
    var subtrees: [Int] = []
    // A subtree that fits a chunk is never divided; the roots of larger ones join the trunk.
    func split(_ segment: Int) {
      guard tree.segments[segment].subtreeRows > Self.chunkRows, !tree.segments[segment].children.isEmpty else {
        subtrees.append(segment)
        return
      }
      trunkSegments.append(segment)
      for child in tree.segments[segment].children { split(child) }
    }
    let count = tree.segments.count / tree.copies
    for segment in 0..<count where tree.segments[segment].parent == nil { split(segment) }
    func copied(_ segments: [Int]) -> [Int] {
      (0..<tree.copies).flatMap { copy in segments.map { $0 + copy * count } }
    }

    trunkSegments = copied(trunkSegments)
    let groups = Self.balanced(subtrees, rows: { tree.segments[$0].subtreeRows }).map(copied)
    var runs: [Int: RowLayout.Run] = [:]
    var endRows: [Int: Int] = [:]
    trunk = TreePart(trunkSegments, of: tree, isTrunk: true, heads: heads, runs: &runs, endRows: &endRows)
    chunks = groups.map { group in
      let members = group.flatMap { Self.subtree($0, of: tree) }
      return TreePart(members, of: tree, isTrunk: false, heads: heads, runs: &runs, endRows: &endRows)
    }
    featureRows = tree.ends.map { endRows[$0] ?? 0 }
    endCount = endRows.count
  }

  /// Returns a segment and all segments that continue it, parents first.
  private static func subtree(_ root: Int, of tree: PromptTree) -> [Int] {
    [root] + tree.segments[root].children.flatMap { subtree($0, of: tree) }
  }

  /// Returns consecutive subtrees in groups with similar numbers of rows. The number of groups, if more than one, is a
  /// multiple of four, so that two or four workers finish together.
  private static func balanced(_ subtrees: [Int], rows: (Int) -> Int) -> [[Int]] {
    let total = subtrees.reduce(0) { $0 + rows($1) }
    guard total > chunkRows else { return subtrees.isEmpty ? [] : [subtrees] }
    let count = ((total + chunkRows - 1) / chunkRows + 3) / 4 * 4
    var groups: [[Int]] = []
    var taken = 0
    var current = -1
    for subtree in subtrees {
      // The group whose share of the rows the subtree's middle falls into.
      let group = min((taken + rows(subtree) / 2) * count / total, count - 1)
      if group > current {
        groups.append([])
        current = group
      }
      groups[groups.count - 1].append(subtree)
      taken += rows(subtree)
    }
    return groups
  }
}
