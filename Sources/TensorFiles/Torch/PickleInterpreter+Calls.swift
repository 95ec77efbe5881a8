// Calls of classes and functions.
extension PickleInterpreter {
  mutating func pushGlobal(module: String, name: String) throws(TensorFileError) {
    guard let global = PickleGlobal(module: module, name: name, isTorchScript: isTorchScript) else {
      let shown = "\(module).\(name)".unicodeScalars.prefix(120).map { $0.properties.isWhitespace ? " " : String($0) }
      guard !(module == "torch._utils" && name == "_rebuild_tensor_v3") else {
        throw refused(
          shown.joined(),
          "by which PyTorch saves tensors of float8 and other types that aren't read here; convert the "
            + "weights to float16, bfloat16 or float32 first")
      }
      throw refused(
        shown.joined(), "which is neither a tensor nor a container, nor a known optimizer or scheduler")
    }
    if case .inert(let name) = global { tree.classes.insert(name) }
    try make(.global(global))
  }

  func global(_ cell: PickleCell) throws(TensorFileError) -> PickleGlobal {
    guard case .node(let number) = cell, case .global(let global) = tree.nodes[number] else {
      throw damaged("a call of what is neither a class nor a function")
    }
    return global
  }

  func describe(_ cell: PickleCell) -> String {
    guard let global = try? global(cell) else { return "a value" }
    return if case .inert(let name) = global { name } else { "\(global)" }
  }

  /// Returns an object of a class, made without calling its initializer (`NEWOBJ`).
  mutating func create(_ cell: PickleCell, _ arguments: PickleCell) throws(TensorFileError) -> PickleCell {
    switch try global(cell) {
    case .inert(let name):
      try make(.object(className: name, arguments: arguments, state: .none))
      return try pop()
    case .dictionary, .defaultDictionary, .list, .set: return try call(cell, arguments)
    default: throw refused(describe(cell), "of which no object can be made here")
    }
  }

  /// Returns the result of calling a known class or function (`REDUCE`).
  mutating func call(_ cell: PickleCell, _ operands: PickleCell) throws(TensorFileError) -> PickleCell {
    guard let arguments = elements(operands) else { throw damaged("a call whose arguments aren't a tuple") }
    switch try global(cell) {
    case .tensor: return try tensor(arguments)
    case .parameter:
      guard let tensor = arguments.first, case .node(let number) = tensor, case .tensor = tree.nodes[number] else {
        throw damaged("a parameter that isn't a tensor")
      }
      return tensor
    case .dictionary: return try dictionary(arguments.first)
    case .defaultDictionary: return try dictionary(arguments.count > 1 ? arguments[1] : nil)
    case .list: try make(.list(try contents(arguments)))
    case .tuple: try make(.tuple(try contents(arguments)))
    case .set: try make(.set(try contents(arguments)))
    case .typedList:
      guard let list = arguments.first else { throw damaged("a typed list of nothing") }
      return list
    case .storage: throw refused(describe(cell), "called, where a storage is a record of its own")
    case .numPyType:
      guard case .string(let name)? = arguments.first else { throw damaged("a NumPy type without a name") }
      try make(.object(className: "numpy.dtype \(name)", arguments: operands, state: .none))
    case .numPyScalar: return try scalar(arguments)
    case .encode:
      guard arguments.count == 2, case .string(let text) = arguments[0], arguments[1] == .string("latin1"),
        text.unicodeScalars.allSatisfy({ $0.value < 256 })
      else { throw refused("_codecs.encode", "with arguments other than a text of bytes and latin1") }
      return .bytes(text.unicodeScalars.map { UInt8($0.value) })
    case .inert(let name): try make(.object(className: name, arguments: operands, state: .none))
    }
    return try pop()
  }

  mutating func contents(_ arguments: [PickleCell]) throws(TensorFileError) -> [PickleCell] {
    guard let first = arguments.first else { return [] }
    guard arguments.count == 1, let elements = elements(first) else {
      throw damaged("a container made of something that isn't one")
    }
    // The copy may be made later, when either is appended to; it is counted now.
    cells += elements.count
    return elements
  }

  /// Returns a dictionary of another, or of a list of pairs.
  mutating func dictionary(_ contents: PickleCell?) throws(TensorFileError) -> PickleCell {
    var entries: [(key: PickleCell, value: PickleCell)] = []
    if case .node(let number)? = contents, case .dictionary(let other) = tree.nodes[number] {
      entries = other
    } else if let contents {
      guard let list = elements(contents) else { throw damaged("a dictionary made of what is neither one nor a list") }
      for element in list {
        guard let pair = elements(element), pair.count == 2 else {
          throw damaged("a dictionary made of items that aren't pairs")
        }
        entries.append((pair[0], pair[1]))
      }
    }
    cells += entries.count
    try make(.dictionary(entries))
    return try pop()
  }

  /// Sets the state of an object (`BUILD`). An ordered dictionary's own attributes don't matter.
  mutating func build(_ cell: PickleCell, _ state: PickleCell) throws(TensorFileError) {
    guard case .node(let number) = cell else { throw damaged("a state for something that isn't an object") }
    switch tree.nodes[number] {
    case .dictionary: return
    case .object(let name, let arguments, state: .none):
      tree.nodes[number] = .object(className: name, arguments: arguments, state: state)
      try deepen(number, by: [state])
    default: throw damaged("a state for something that isn't an object, or already has one")
    }
  }

  /// Returns NumPy's scalar, given its type and its bytes.
  mutating func scalar(_ arguments: [PickleCell]) throws(TensorFileError) -> PickleCell {
    guard arguments.count == 2, case .node(let number) = arguments[0],
      case .object(let type, _, _) = tree.nodes[number], case .bytes(let bytes) = arguments[1]
    else { throw refused("numpy.core.multiarray.scalar", "with arguments other than a type and bytes") }
    let bits = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    switch (type, bytes.count) {
    case ("numpy.dtype f8", 8): return .number(Double(bitPattern: bits))
    case ("numpy.dtype f4", 4): return .number(Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))))
    case ("numpy.dtype i8", 8), ("numpy.dtype u8", 8): return .integer(Int(truncatingIfNeeded: bits))
    case ("numpy.dtype i4", 4): return .integer(Int(Int32(truncatingIfNeeded: bits)))
    case ("numpy.dtype b1", 1): return .bool(bits != 0)
    default: throw refused("numpy.core.multiarray.scalar", "of the type \(type), which is unknown")
    }
  }
}
