/// A value in a PyTorch file: a container, a tensor, a number, a text, or an inert object.
///
/// ```swift
/// let archive = try TorchArchive(path: "model.pth.tar-50")
/// let context = archive.root["state_dict"]?["ctx"]?.tensor
/// ```
package struct TorchValue: Sendable {
  let archive: TorchArchive
  let cell: PickleCell

  /// The kind with its article, for messages: "a dictionary", "a tensor", "an object of torch.optim.sgd.SGD".
  package var kind: String {
    switch cell {
    case .none: return "None"
    case .bool: return "a boolean"
    case .integer, .largeInteger: return "a whole number"
    case .number: return "a number"
    case .string: return "a text"
    case .bytes: return "bytes"
    case .node(let number):
      switch archive.tree.nodes[number] {
      case .list: return "a list"
      case .tuple: return "a tuple"
      case .set: return "a set"
      case .dictionary: return "a dictionary"
      case .global: return "a class"
      case .object(let name, _, _): return "an object of \(name)"
      case .storage: return "a storage"
      case .tensor: return "a tensor"
      }
    }
  }

  /// A Boolean value that indicates whether this is None.
  package var isNone: Bool { cell == .none }
  /// This value as a Boolean, nil when it isn't one.
  package var bool: Bool? { if case .bool(let bool) = cell { bool } else { nil } }
  /// This value as a whole number, nil when it isn't one.
  package var integer: Int? { if case .integer(let integer) = cell { integer } else { nil } }
  /// This value as a text, nil when it isn't one.
  package var string: String? { if case .string(let string) = cell { string } else { nil } }

  /// This value as a number, whole or not, nil when it isn't one.
  package var number: Double? {
    // Two conditions, since Swift 6.3's optimizer crashes on a switch here.
    if case .integer(let integer) = cell { return Double(integer) }
    if case .number(let number) = cell { return number }
    return nil
  }

  /// The value of a single value, the kind of all others.
  package var summary: String {
    if case .integer(let integer) = cell { return "\(integer)" }
    if case .number(let number) = cell { return "\(number)" }
    if case .string(let string) = cell { return String(string.prefix(256)) }
    return kind
  }

  /// This value as a tensor, nil when it isn't one.
  package var tensor: TorchTensor? {
    guard case .node(let number) = cell, case .tensor(let tensor) = archive.tree.nodes[number] else { return nil }
    return TorchTensor(archive: archive, description: tensor)
  }

  /// The class of an object, whose parts were read but which was never made; nil for all other values.
  package var className: String? {
    guard case .node(let number) = cell, case .object(let name, _, _) = archive.tree.nodes[number] else { return nil }
    return name
  }

  /// The elements of a list, a tuple or a set, nil for all other values.
  package var elements: [TorchValue]? {
    guard case .node(let number) = cell else { return nil }
    switch archive.tree.nodes[number] {
    case .list(let cells), .tuple(let cells), .set(let cells):
      return cells.map { TorchValue(archive: archive, cell: $0) }
    default: return nil
    }
  }

  /// The keys and values of a dictionary, or the attributes of an object, in order; nil for all other values.
  package var entries: [(key: TorchValue, value: TorchValue)]? {
    guard case .node(let number) = cell else { return nil }
    switch archive.tree.nodes[number] {
    case .dictionary(let pairs):
      return pairs.map { (TorchValue(archive: archive, cell: $0.key), TorchValue(archive: archive, cell: $0.value)) }
    case .object(_, _, let state): return TorchValue(archive: archive, cell: state).entries
    default: return nil
    }
  }

  /// Returns the value under a text key of a dictionary or an attribute of an object; of two the later, as in Python.
  package subscript(key: String) -> TorchValue? { entries?.last { $0.key.string == key }?.value }
}
