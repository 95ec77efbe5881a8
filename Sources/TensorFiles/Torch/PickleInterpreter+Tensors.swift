// Storages and the tensors that are views of them.
extension PickleInterpreter {
  /// Pushes the storage of a persistent id: `("storage", class, key, device, count)`, and in legacy files a view, which
  /// must be nil.
  mutating func pushStorage(_ cell: PickleCell) throws(TensorFileError) {
    guard let parts = elements(cell), (5...6).contains(parts.count), parts[0] == .string("storage"),
      case .node(let number) = parts[1], case .global(.storage(let element)) = tree.nodes[number],
      case .string(let key) = parts[2], case .integer(let count) = parts[4], count >= 0, key.utf8.count <= 256
    else { throw damaged("a reference that isn't a storage with its class, key, device and size") }
    guard parts.count == 5 || parts[5] == .none else { throw damaged("a storage that is a view of another") }
    let storage = PickleStorage(key: key, element: element, count: count)
    let identity = "\(key) \(element.rawValue) \(count)"
    let index = storages[identity] ?? tree.storages.count
    if index == tree.storages.count {
      storages[identity] = index
      tree.storages.append(storage)
    }
    try make(.storage(index))
  }

  /// Returns the tensor of `_rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks[, metadata])`.
  mutating func tensor(_ arguments: [PickleCell]) throws(TensorFileError) -> PickleCell {
    guard arguments.count >= 4, case .node(let number) = arguments[0], case .storage(let storage) = tree.nodes[number],
      case .integer(let offset) = arguments[1], let shape = integers(arguments[2]), let strides = integers(arguments[3])
    else { throw damaged("a tensor without a storage, an offset, a shape and strides") }
    guard shape.count == strides.count, shape.count <= 64 else {
      throw damaged("a tensor of \(shape.count) axes with \(strides.count) strides")
    }
    try make(.tensor(PickleTensor(storage: storage, offset: offset, shape: shape, strides: strides)))
    return try pop()
  }
}
