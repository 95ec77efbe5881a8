extension PromptTree {
  /// Returns copies of the tree side by side, each of which has a context of its own.
  ///
  /// The copies share no nodes, not even the start token, and are divided as this tree is: each copy's rows have the same
  /// ancestors and are in the same chunk as in the tree itself, next to those of the other copies.
  ///
  /// - Parameters:
  ///   - count: the number of copies.
  ///   - contextRows: the number of rows of a copy's context, which follow those of the copy before.
  /// - Returns: a tree of `count` times the prompts.
  func repeated(_ count: Int, contextRows: Int) -> PromptTree {
    var copied: [Segment] = []
    var copiedEnds: [Int] = []
    for copy in 0..<count {
      let first = copied.count
      for segment in segments {
        let elements = segment.elements.map { element in
          if case .context(let row) = element { PromptElement.context(row + copy * contextRows) } else { element }
        }
        copied.append(
          Segment(
            parent: segment.parent.map { $0 + first }, firstPosition: segment.firstPosition, elements: elements,
            children: segment.children.map { $0 + first }, read: segment.read, subtreeRows: segment.subtreeRows))
      }
      copiedEnds += ends.map { $0 + first }
    }
    return PromptTree(copied, endingAt: copiedEnds, copies: copies * count, like: self)
  }
}
