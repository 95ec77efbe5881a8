/// A prefix tree of prompts, in which prompts share the nodes of their common prefixes.
///
/// CLIP's text tower is causal, so the state at a position depends only on the positions before it; prompts that share
/// a prefix share its states. With one context for all classes and the class name at the end, a thousand classes cost
/// one prefix and a few positions each.
///
/// In a tower without a causal mask no state depends on a prefix alone: there every prompt is a segment of its own, and only
/// equal prompts share one.
package struct PromptTree: Sendable {
  /// A run of nodes with one child each: consecutive positions that always occur together.
  struct Segment: Sendable {
    /// The segment that this one continues; `nil` for one that begins at position 0.
    let parent: Int?
    /// The position of its first element.
    let firstPosition: Int
    var elements: [PromptElement]
    var children: [Int] = []
    /// The offset of the element whose state is read, in a segment that prompts end in; nil for its last.
    var read: Int?
    /// Rows of this segment and of all that continue it.
    var subtreeRows = 0
  }

  /// The segments, parents before their children.
  let segments: [Segment]
  /// The segment that each prompt ends in.
  let ends: [Int]

  /// The number of prompts.
  package var promptCount: Int { ends.count }
  /// The number of nodes, the positions whose states are computed.
  package let rows: Int
  /// The number of positions of all prompts without sharing.
  package let unsharedRows: Int

  /// The token behind which a position is hidden from all others; nil where none is.
  let hidingToken: Int32?
  /// Whether a position attends only to those before it.
  let isCausal: Bool
  /// The number of copies of the prompts, which follow each other in the segments.
  let copies: Int

  /// Builds the tree.
  ///
  /// - Parameters:
  ///   - prompts: for each prompt its elements from the start token to the end token. A prompt can't be the prefix of
  ///     another, which the end token ensures.
  ///   - hidingToken: the token behind which a position is hidden from all others; nil where none is.
  /// - Throws: ``CLIPError/badTokens(index:reason:)`` for a prompt that is empty or a prefix of another.
  package init(_ prompts: [[PromptElement]], hidingToken: Int32? = nil) throws(CLIPError) {
    self.hidingToken = hidingToken
    isCausal = true
    copies = 1
    var builder = TrieBuilder()
    let leaves = prompts.map { builder.insert($0) }
    for (index, leaf) in leaves.enumerated() where leaf == 0 || builder.nodes[leaf].hasChild {
      throw .badTokens(
        index: index, reason: leaf == 0 ? "it is empty" : "it is a prefix of another prompt")
    }
    (segments, ends) = builder.segments(endingAt: leaves)
    rows = builder.nodes.count - 1
    unsharedRows = prompts.reduce(0) { $0 + $1.count }
  }

  /// Gathers whole prompts, for a tower without a causal mask.
  ///
  /// - Parameter prompts: for each prompt the elements of all positions that its tower sees, padding too, and the position
  ///   that is read.
  /// - Throws: ``CLIPError/badTokens(index:reason:)`` for a prompt that is empty.
  init(whole prompts: [(elements: [PromptElement], read: Int)]) throws(CLIPError) {
    struct Whole: Hashable {
      let elements: [PromptElement]
      let read: Int
    }
    hidingToken = nil
    isCausal = false
    copies = 1
    var segments: [Segment] = []
    var ends: [Int] = []
    var known: [Whole: Int] = [:]
    for (index, prompt) in prompts.enumerated() {
      guard prompt.elements.indices.contains(prompt.read) else {
        throw .badTokens(index: index, reason: "it is empty")
      }
      let key = Whole(elements: prompt.elements, read: prompt.read)
      if let segment = known[key] {
        ends.append(segment)
        continue
      }
      known[key] = segments.count
      ends.append(segments.count)
      segments.append(
        Segment(
          parent: nil, firstPosition: 0, elements: prompt.elements, read: prompt.read,
          subtreeRows: prompt.elements.count))
    }
    self.segments = segments
    self.ends = ends
    rows = segments.reduce(0) { $0 + $1.elements.count }
    unsharedRows = prompts.reduce(0) { $0 + $1.elements.count }
  }

  /// Creates a tree of the segments of copies of another.
  init(_ segments: [Segment], endingAt ends: [Int], copies: Int, like tree: PromptTree) {
    self.segments = segments
    self.ends = ends
    self.copies = copies
    rows = segments.reduce(0) { $0 + $1.elements.count }
    unsharedRows = tree.unsharedRows * copies / tree.copies
    hidingToken = tree.hidingToken
    isCausal = tree.isCausal
  }

  /// Returns which positions of a segment and its ancestors are hidden from all others, a 1 for each; nil where none
  /// is.
  func hiddenPositions(through segment: Int) -> [UInt8]? {
    guard let hidingToken else { return nil }
    var path: [PromptElement] = []
    var next: Int? = segment
    while let index = next {
      path.insert(contentsOf: segments[index].elements, at: 0)
      next = segments[index].parent
    }
    guard path.dropLast().contains(.token(hidingToken)) else { return nil }
    return [0] + path.dropLast().map { $0 == .token(hidingToken) ? 1 : 0 }
  }
}

/// A builder of nodes of single elements, in the order of their first occurrence.
private struct TrieBuilder {
  struct Node {
    let parent: Int
    let element: PromptElement
    var childCount = 0
    var hasChild: Bool { childCount > 0 }
  }

  private struct Edge: Hashable {
    let parent: Int
    let element: PromptElement
  }

  /// The nodes; node 0 is the root, before position 0, and parents precede their children.
  private(set) var nodes = [Node(parent: -1, element: .token(-1))]
  private var edges: [Edge: Int] = [:]

  /// Inserts a prompt, and returns its last node.
  mutating func insert(_ prompt: [PromptElement]) -> Int {
    prompt.reduce(0) { parent, element in
      let edge = Edge(parent: parent, element: element)
      if let node = edges[edge] { return node }
      nodes.append(Node(parent: parent, element: element))
      nodes[parent].childCount += 1
      edges[edge] = nodes.count - 1
      return nodes.count - 1
    }
  }

  /// Joins runs of nodes with one child each.
  func segments(endingAt leaves: [Int]) -> (segments: [PromptTree.Segment], ends: [Int]) {
    var segments: [PromptTree.Segment] = []
    var segmentOf = [Int](repeating: -1, count: nodes.count)
    for (index, node) in nodes.enumerated().dropFirst() {
      if node.parent > 0, nodes[node.parent].childCount == 1 {
        segmentOf[index] = segmentOf[node.parent]
        segments[segmentOf[index]].elements.append(node.element)
        continue
      }
      let parent = node.parent > 0 ? segmentOf[node.parent] : nil
      let position = parent.map { segments[$0].firstPosition + segments[$0].elements.count } ?? 0
      segmentOf[index] = segments.count
      if let parent { segments[parent].children.append(segments.count) }
      segments.append(PromptTree.Segment(parent: parent, firstPosition: position, elements: [node.element]))
    }
    for index in segments.indices.reversed() {
      segments[index].subtreeRows += segments[index].elements.count
      if let parent = segments[index].parent { segments[parent].subtreeRows += segments[index].subtreeRows }
    }
    return (segments, leaves.map { segmentOf[$0] })
  }
}
