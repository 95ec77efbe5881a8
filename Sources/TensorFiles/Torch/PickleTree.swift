/// The tree of values that a pickle describes, built without executing code.
///
/// Containers and objects are nodes of an array, and values refer to them by index, so that cycles can't leak, sharing
/// is free, and deep nesting can't exhaust the stack.
struct PickleTree: Sendable {
  /// The containers, objects and tensors, in the order of their creation.
  var nodes: [PickleNode] = []
  /// The value of the whole pickle.
  var root: PickleCell = .none
  /// The storages of tensors, each once.
  var storages: [PickleStorage] = []
  /// The classes whose objects are inert, by name.
  var classes: Set<String> = []
}

/// A value.
enum PickleCell: Sendable, Equatable {
  case none
  case bool(Bool)
  case integer(Int)
  /// A whole number beyond 64 bits: its two's complement, little-endian.
  case largeInteger([UInt8])
  case number(Double)
  case string(String)
  case bytes([UInt8])
  case node(Int)
}

/// A value to which others can refer.
enum PickleNode: Sendable {
  case list([PickleCell])
  case tuple([PickleCell])
  case set([PickleCell])
  case dictionary([(key: PickleCell, value: PickleCell)])
  /// A class or function that the pickle names.
  case global(PickleGlobal)
  /// An object of a class that is known by its name only, with its arguments.
  case object(className: String, arguments: PickleCell, state: PickleCell)
  /// A storage, by its number in the tree.
  case storage(Int)
  case tensor(PickleTensor)
}

/// A sequence of numbers in a separate record.
struct PickleStorage: Sendable, Equatable {
  /// The record's name, or its index in the list of a legacy file.
  let key: String
  /// The type of its numbers.
  let element: ElementType
  /// The number of elements.
  let count: Int
}

/// An unchecked description of a view of a storage.
struct PickleTensor: Sendable, Equatable {
  let storage: Int
  let offset: Int
  let shape: [Int]
  let strides: [Int]
}
