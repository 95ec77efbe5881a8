/// Names for the tensors of a tree: the keys and attributes that lead to each, joined by dots.
///
/// For example, `{"state_dict": {"module.visual.proj": …}}` gives `state_dict.module.visual.proj`, and a TorchScript
/// module's nested attributes give the names of its state dict.
enum TorchNames {
  private static let nameLimit = 1024
  private static let countLimit = 1 << 16

  /// Finds all tensors, each under the first name that leads to it through containers not yet seen.
  ///
  /// - Throws: ``TensorFileError`` when the tree doesn't hold a tensor because it isn't a container, two tensors get
  ///   one name, or names are too long or too many.
  static func tensors(in tree: PickleTree, path: String) throws(TensorFileError) -> [(String, PickleTensor)] {
    var found: [(String, PickleTensor)] = []
    var seen = [Bool](repeating: false, count: tree.nodes.count)
    var waiting: [(name: String, cell: PickleCell)] = [("", tree.root)]
    func unexpected(_ object: String, _ expected: String, _ was: String) -> TensorFileError {
      .unexpected(path: path, object: object, expected: expected, found: was)
    }
    guard case .node = tree.root else {
      throw unexpected("the pickled value", "a dictionary of tensors", "a single value")
    }
    while let (name, cell) = waiting.popLast() {
      guard case .node(let number) = cell else { continue }
      if case .tensor(let tensor) = tree.nodes[number] {
        guard found.count < countLimit else {
          throw unexpected("the number of tensors", "at most \(countLimit)", "larger")
        }
        found.append((name, tensor))
        continue
      }
      guard !seen[number] else { continue }
      seen[number] = true
      var children: [(key: PickleCell, value: PickleCell)] = []
      switch tree.nodes[number] {
      case .dictionary(let pairs): children = pairs
      case .list(let elements), .tuple(let elements), .set(let elements):
        children = elements.enumerated().map { (.integer($0.offset), $0.element) }
      case .object(_, _, let state):
        waiting.append((name, state))
        continue
      default: continue
      }
      for (key, value) in children.reversed() {
        guard case .node = value else { continue }
        let part: String
        switch key {
        case .string(let string): part = string
        case .integer(let integer): part = "\(integer)"
        default: part = "?"
        }
        let child = name.isEmpty ? part : "\(name).\(part)"
        guard child.utf8.count <= nameLimit else {
          throw unexpected("a tensor's name", "at most \(nameLimit) bytes", "\(child.utf8.count) bytes long")
        }
        waiting.append((child, value))
      }
    }
    // Two ways to one tensor may give it one name; two tensors of one name would be ambiguous.
    var tensors: [String: PickleTensor] = [:]
    for (name, tensor) in found {
      if let other = tensors.updateValue(tensor, forKey: name), other != tensor {
        throw unexpected("the tensor \(name)", "the only one of its name", "there twice")
      }
    }
    return tensors.map { ($0.key, $0.value) }
  }
}
