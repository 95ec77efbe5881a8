// Lists of whole numbers: those of labels, one for each image.
extension TorchValue {
  /// The whole numbers of a list, or of NumPy's array with one axis, whose bytes lie in the pickle; nil for all other values.
  package var wholeNumbers: [Int]? {
    if let elements {
      let found = elements.compactMap(\.integer)
      return found.count == elements.count ? found : nil
    }
    guard case .node(let number) = cell,
      case .object(className: "numpy.ndarray", arguments: _, let state) = archive.tree.nodes[number],
      let parts = cells(of: state), parts.count == 5, let shape = cells(of: parts[1]), shape.count == 1,
      case .integer(let count) = shape[0], case .node(let typeNumber) = parts[2],
      case .object(let type, _, let description) = archive.tree.nodes[typeNumber],
      let order = cells(of: description), order.count > 1, case .bytes(let bytes) = parts[4]
    else { return nil }
    let widths = ["numpy.dtype i8": 8, "numpy.dtype i4": 4, "numpy.dtype u1": 1]
    guard let width = widths[type], bytes.count % width == 0, bytes.count / width == count,
      order[1] == .string("<") || width == 1
    else { return nil }
    return (0..<count).map { index in
      let bits = bytes[index * width..<(index + 1) * width].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return width == 4 ? Int(Int32(truncatingIfNeeded: bits)) : Int(truncatingIfNeeded: bits)
    }
  }

  /// The cells of a tuple or list.
  private func cells(of cell: PickleCell) -> [PickleCell]? {
    guard case .node(let number) = cell else { return nil }
    switch archive.tree.nodes[number] {
    case .list(let cells), .tuple(let cells): return cells
    default: return nil
    }
  }
}
