// Lists, tuples, sets and dictionaries, with their nesting depth.
extension PickleInterpreter {
  mutating func make(_ node: PickleNode) throws(TensorFileError) {
    guard tree.nodes.count < Self.nodeLimit else { throw damaged("more than \(Self.nodeLimit) containers") }
    var depth: Int32 = 1
    switch node {
    case .list(let elements), .tuple(let elements), .set(let elements):
      for element in elements { depth = max(depth, self.depth(element) + 1) }
    case .dictionary(let pairs):
      for pair in pairs { depth = max(depth, self.depth(pair.key) + 1, self.depth(pair.value) + 1) }
    case .object(_, let arguments, _): depth = self.depth(arguments) + 1
    default: break
    }
    try check(depth)
    tree.nodes.append(node)
    depths.append(depth)
    try push(.node(tree.nodes.count - 1))
  }

  func depth(_ cell: PickleCell) -> Int32 {
    if case .node(let number) = cell { depths[number] } else { 0 }
  }

  func check(_ depth: Int32) throws(TensorFileError) {
    guard depth <= Self.depthLimit else { throw damaged("containers nested more than \(Self.depthLimit) deep") }
  }

  /// Records that a container now holds values.
  mutating func deepen(_ number: Int, by values: [PickleCell]) throws(TensorFileError) {
    for value in values { depths[number] = max(depths[number], depth(value) + 1) }
    try check(depths[number])
  }

  mutating func append(_ elements: [PickleCell]) throws(TensorFileError) {
    guard case .node(let number) = try top() else { throw damaged("elements for something that isn't a list") }
    switch tree.nodes[number] {
    case .list(var list):
      tree.nodes[number] = .list([])
      list += elements
      tree.nodes[number] = .list(list)
    case .set(var set):
      tree.nodes[number] = .set([])
      set += elements
      tree.nodes[number] = .set(set)
    default: throw damaged("elements for something that isn't a list")
    }
    try deepen(number, by: elements)
  }

  func pairs(_ cells: [PickleCell]) throws(TensorFileError) -> [(key: PickleCell, value: PickleCell)] {
    guard cells.count % 2 == 0 else { throw damaged("a key without a value") }
    return stride(from: 0, to: cells.count, by: 2).map { (cells[$0], cells[$0 + 1]) }
  }

  mutating func setItems(_ cells: [PickleCell]) throws(TensorFileError) {
    let added = try pairs(cells)
    guard case .node(let number) = try top(), case .dictionary(var pairs) = tree.nodes[number] else {
      throw damaged("keys and values for something that isn't a dictionary")
    }
    tree.nodes[number] = .dictionary([])
    pairs += added
    tree.nodes[number] = .dictionary(pairs)
    try deepen(number, by: cells)
  }

  /// Returns the elements of a tuple or list.
  func elements(_ cell: PickleCell) -> [PickleCell]? {
    guard case .node(let number) = cell else { return nil }
    switch tree.nodes[number] {
    case .list(let elements), .tuple(let elements), .set(let elements): return elements
    default: return nil
    }
  }

  func integers(_ cell: PickleCell) -> [Int]? {
    guard let elements = elements(cell) else { return nil }
    let integers = elements.compactMap { if case .integer(let integer) = $0 { integer } else { nil } }
    return integers.count == elements.count ? integers : nil
  }
}
