extension PromptTree {
  /// The tree as numbers, of which another process makes the same tree.
  var numbers: [Int64] {
    var numbers: [Int64] = [
      hidingToken.map(Int64.init) ?? -1, isCausal ? 1 : 0, Int64(rows), Int64(unsharedRows), Int64(copies),
      Int64(segments.count),
    ]
    func append(_ list: [Int]) { numbers += [Int64(list.count)] + list.map(Int64.init) }
    for segment in segments {
      numbers += [segment.parent ?? -1, segment.firstPosition, segment.read ?? -1, segment.subtreeRows].map(Int64.init)
      append(segment.children)
      append(segment.elements.map(\.number))
    }
    append(ends)
    return numbers
  }

  /// Makes the tree of another process.
  init(numbers: [Int64]) {
    var next = 0
    func read() -> Int {
      defer { next += 1 }
      return next < numbers.count ? Int(numbers[next]) : 0
    }
    func list() -> [Int] {
      let count = min(read(), numbers.count - min(next, numbers.count))
      return (0..<max(count, 0)).map { _ in read() }
    }
    let hidingToken = read()
    self.hidingToken = hidingToken < 0 ? nil : Int32(truncatingIfNeeded: hidingToken)
    isCausal = read() == 1
    rows = read()
    unsharedRows = read()
    copies = max(read(), 1)
    segments = (0..<max(read(), 0)).map { _ in
      let (parent, firstPosition, offset, subtreeRows) = (read(), read(), read(), read())
      let children = list()
      return Segment(
        parent: parent < 0 ? nil : parent, firstPosition: firstPosition,
        elements: list().map(PromptElement.init(number:)),
        children: children, read: offset < 0 ? nil : offset, subtreeRows: subtreeRows)
    }
    ends = list()
  }
}

extension PromptElement {
  /// The element as a number: tokens are even, context rows odd.
  fileprivate var number: Int {
    switch self {
    case .token(let id): 2 * Int(id)
    case .context(let row): 2 * row + 1
    case .classEmbedding: -1
    }
  }

  fileprivate init(number: Int) {
    self =
      number < 0
      ? .classEmbedding : number % 2 == 0 ? .token(Int32(truncatingIfNeeded: number / 2)) : .context(number / 2)
  }
}
