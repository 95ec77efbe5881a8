/// Reads a pickle without executing anything: it builds a ``PickleTree`` of what the pickle describes.
///
/// Known are the opcodes that PyTorch has ever written (protocols 2 to 5) and the classes of ``PickleGlobal``. A call of
/// anything else, and any other name, is refused. Memory is bounded by the length of the pickle, which is bounded itself.
///
/// Source: `Lib/pickletools.py` of Python 3.13, and PyTorch's `torch/serialization.py` and `pickler.cpp`.
struct PickleInterpreter {
  /// The largest pickle that is read; a large model's with its optimiser takes a megabyte.
  static let byteLimit = 8 << 20
  /// The most containers and objects, and the most values, that one may describe.
  static let nodeLimit = 1 << 19
  static let cellLimit = 1 << 21
  /// How deep containers may nest.
  static let depthLimit = 200

  private let bytes: UnsafeRawBufferPointer
  private let path: String
  private let record: String
  private let isTorchScript: Bool
  private var position = 0
  private var start = 0
  private var tree = PickleTree()
  private var depths: [Int32] = []
  private var stack: [PickleCell] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleCell] = [:]
  private var cells = 0
  private var storages: [String: Int] = [:]

  /// Reads one pickle.
  ///
  /// - Parameters:
  ///   - bytes: the bytes that begin with it.
  ///   - path: the file, for errors.
  ///   - record: where in the file it stands, for errors.
  ///   - isTorchScript: whether the modules of a TorchScript archive may be named.
  /// - Returns: what it describes, and its length.
  /// - Throws: ``CheckpointError`` when it is damaged, too large, or names what is no checkpoint's.
  static func read(
    _ bytes: UnsafeRawBufferPointer, path: String, record: String, isTorchScript: Bool = false
  ) throws(CheckpointError) -> (tree: PickleTree, length: Int) {
    var interpreter = PickleInterpreter(bytes: bytes, path: path, record: record, isTorchScript: isTorchScript)
    return try interpreter.run()
  }

  private init(bytes: UnsafeRawBufferPointer, path: String, record: String, isTorchScript: Bool) {
    self.bytes = UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.byteLimit))
    self.path = path
    self.record = record
    self.isTorchScript = isTorchScript
  }

  private func damaged(_ reason: String) -> CheckpointError {
    .pickle(path: path, record: record, position: start, reason: reason)
  }

  private func refused(_ name: String, _ reason: String) -> CheckpointError {
    .refused(path: path, record: record, name: name, reason: reason)
  }

  private mutating func run() throws(CheckpointError) -> (tree: PickleTree, length: Int) {
    while true {
      start = position
      let opcode = try byte()
      if opcode == UInt8(ascii: ".") {
        tree.root = try pop()
        return (tree, position)
      }
      try execute(opcode)
    }
  }
}

// MARK: - Opcodes

extension PickleInterpreter {
  private mutating func execute(_ opcode: UInt8) throws(CheckpointError) {
    switch opcode {
    // Protocol and framing.
    case 0x80:
      let version = try byte()
      guard version <= 5 else { throw damaged("protocol \(version), expected at most 5") }
    case 0x95:
      let length = try integer(bytes: 8)
      guard length >= 0, length <= bytes.count - position else {
        throw damaged("a frame of \(length) bytes, of which \(bytes.count - position) are there")
      }
    // Numbers and constants.
    case UInt8(ascii: "N"): try push(.none)
    case 0x88: try push(.bool(true))
    case 0x89: try push(.bool(false))
    case UInt8(ascii: "J"): try push(.integer(try integer(bytes: 4)))
    case UInt8(ascii: "K"): try push(.integer(Int(try byte())))
    case UInt8(ascii: "M"): try push(.integer(try length(bytes: 2)))
    case 0x8A: try push(largeInteger(try take(Int(try byte()))))
    case 0x8B: try push(largeInteger(try take(try integer(bytes: 4))))
    case UInt8(ascii: "G"):
      let bits = try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      try push(.number(Double(bitPattern: bits)))
    // Text and bytes.
    case UInt8(ascii: "X"): try push(.string(try text(try length(bytes: 4))))
    case 0x8C: try push(.string(try text(Int(try byte()))))
    case 0x8D: try push(.string(try text(try integer(bytes: 8))))
    case UInt8(ascii: "B"): try push(.bytes(Array(try take(try length(bytes: 4)))))
    case UInt8(ascii: "C"): try push(.bytes(Array(try take(Int(try byte())))))
    case 0x8E, 0x96: try push(.bytes(Array(try take(try integer(bytes: 8)))))
    // Python 2's byte strings, which are text in every checkpoint.
    case UInt8(ascii: "T"): try push(.string(try text(try integer(bytes: 4))))
    case UInt8(ascii: "U"): try push(.string(try text(Int(try byte()))))
    default: try executeContainer(opcode)
    }
  }

  private mutating func executeContainer(_ opcode: UInt8) throws(CheckpointError) {
    switch opcode {
    case UInt8(ascii: "("):
      guard marks.count < Self.cellLimit else { throw damaged("more than \(Self.cellLimit) marks") }
      marks.append(stack.count)
    case UInt8(ascii: "0"):
      // As in Python, popping an empty part of the stack pops its mark.
      if let mark = marks.last, mark == stack.count { marks.removeLast() } else { _ = try pop() }
    case UInt8(ascii: "1"): _ = try popToMark()
    case UInt8(ascii: "2"): try push(try top())
    case UInt8(ascii: "]"): try make(.list([]))
    case UInt8(ascii: "l"): try make(.list(try popToMark()))
    case UInt8(ascii: ")"): try make(.tuple([]))
    case UInt8(ascii: "t"): try make(.tuple(try popToMark()))
    case 0x85, 0x86, 0x87: try make(.tuple(try pop(Int(opcode) - 0x84)))
    case 0x8F: try make(.set([]))
    case 0x91: try make(.set(try popToMark()))
    case UInt8(ascii: "}"): try make(.dictionary([]))
    case UInt8(ascii: "d"): try make(.dictionary(try pairs(try popToMark())))
    case UInt8(ascii: "a"):
      let element = try pop()
      try append([element])
    case UInt8(ascii: "e"), 0x90: try append(try popToMark())
    case UInt8(ascii: "s"): try setItems(try pop(2))
    case UInt8(ascii: "u"): try setItems(try popToMark())
    default: try executeObject(opcode)
    }
  }

  private mutating func executeObject(_ opcode: UInt8) throws(CheckpointError) {
    switch opcode {
    // What was made is remembered under a number.
    case UInt8(ascii: "q"): try remember(Int(try byte()))
    case UInt8(ascii: "r"): try remember(try length(bytes: 4))
    case 0x94: try remember(memo.count)
    case UInt8(ascii: "h"): try push(try recall(Int(try byte())))
    case UInt8(ascii: "j"): try push(try recall(try length(bytes: 4)))
    // Names, and what is made of them.
    case UInt8(ascii: "c"):
      let module = try line()
      try pushGlobal(module: module, name: try line())
    case 0x93:
      let names = try pop(2)
      guard case .string(let module) = names[0], case .string(let name) = names[1] else {
        throw damaged("a name that is no text")
      }
      try pushGlobal(module: module, name: name)
    case UInt8(ascii: "R"):
      let operands = try pop(2)
      try push(try call(operands[0], operands[1]))
    case 0x81:
      let operands = try pop(2)
      try push(try create(operands[0], operands[1]))
    case 0x92:
      let operands = try pop(3)
      guard case .node(let number) = operands[2], case .dictionary(let keywords) = tree.nodes[number], keywords.isEmpty
      else { throw refused(describe(operands[0]), "with arguments by name, which no checkpoint needs") }
      try push(try create(operands[0], operands[1]))
    case UInt8(ascii: "i"):
      let module = try line()
      let name = try line()
      let arguments = try popToMark()
      try pushGlobal(module: module, name: name)
      let global = try pop()
      try make(.tuple(arguments))
      try push(try create(global, try pop()))
    case UInt8(ascii: "b"):
      let state = try pop()
      try build(try top(), state)
    case UInt8(ascii: "Q"): try pushStorage(try pop())
    case 0x82, 0x83, 0x84:
      throw refused("an extension by its number", "which only the program that registered it knows")
    default:
      throw damaged(
        "opcode 0x\(String(opcode, radix: 16)), which is unknown or none that PyTorch writes")
    }
  }
}

// MARK: - Reading

extension PickleInterpreter {
  private mutating func byte() throws(CheckpointError) -> UInt8 {
    guard position < bytes.count else { throw ended() }
    defer { position += 1 }
    return bytes[position]
  }

  private mutating func take(_ count: Int) throws(CheckpointError) -> Slice<UnsafeRawBufferPointer> {
    guard count >= 0 else { throw damaged("a length of \(count)") }
    guard count <= bytes.count - position else { throw ended() }
    defer { position += count }
    return bytes[position..<position + count]
  }

  private func ended() -> CheckpointError {
    damaged(
      bytes.count == Self.byteLimit ? "it has more than \(Self.byteLimit) bytes" : "it ends before it is complete")
  }

  /// A little-endian number with a sign, of 4 or 8 bytes.
  private mutating func integer(bytes count: Int) throws(CheckpointError) -> Int {
    let bits = try take(count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return count == 4 ? Int(Int32(truncatingIfNeeded: bits)) : Int(truncatingIfNeeded: bits)
  }

  /// A little-endian number without a sign, of up to 4 bytes.
  private mutating func length(bytes count: Int) throws(CheckpointError) -> Int {
    try take(count).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private func largeInteger(_ digits: Slice<UnsafeRawBufferPointer>) -> PickleCell {
    guard digits.count <= 8 else { return .largeInteger(Array(digits)) }
    let isNegative = digits.last.map { $0 & 0x80 != 0 } ?? false
    let bits = digits.reversed().reduce(isNegative ? UInt64.max : 0) { $0 << 8 | UInt64($1) }
    return .integer(Int(truncatingIfNeeded: bits))
  }

  private mutating func text(_ count: Int) throws(CheckpointError) -> String {
    guard let text = String(validating: try take(count), as: UTF8.self) else { throw damaged("text that is not UTF-8") }
    return text
  }

  /// The text up to the next newline.
  private mutating func line() throws(CheckpointError) -> String {
    guard let end = bytes[position...].prefix(1024).firstIndex(of: UInt8(ascii: "\n")) else {
      throw damaged("a name without an end")
    }
    let line = try text(end - position)
    position = end + 1
    return line
  }
}

// MARK: - The stack and the memo

extension PickleInterpreter {
  private mutating func push(_ cell: PickleCell) throws(CheckpointError) {
    cells += 1
    guard cells <= Self.cellLimit else { throw damaged("more than \(Self.cellLimit) values") }
    stack.append(cell)
  }

  private func top() throws(CheckpointError) -> PickleCell {
    guard let cell = stack.last, stack.count > marks.last ?? 0 else { throw damaged("nothing to take from the stack") }
    return cell
  }

  private mutating func pop() throws(CheckpointError) -> PickleCell {
    let cell = try top()
    stack.removeLast()
    return cell
  }

  private mutating func pop(_ count: Int) throws(CheckpointError) -> [PickleCell] {
    guard stack.count - count >= marks.last ?? 0 else { throw damaged("nothing to take from the stack") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws(CheckpointError) -> [PickleCell] {
    guard let mark = marks.popLast() else { throw damaged("no mark on the stack") }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  private mutating func remember(_ number: Int) throws(CheckpointError) {
    guard memo.count < Self.nodeLimit else { throw damaged("more than \(Self.nodeLimit) values remembered") }
    memo[number] = try top()
  }

  private func recall(_ number: Int) throws(CheckpointError) -> PickleCell {
    guard let cell = memo[number] else { throw damaged("the value \(number) was never remembered") }
    return cell
  }
}

// MARK: - Containers

extension PickleInterpreter {
  private mutating func make(_ node: PickleNode) throws(CheckpointError) {
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

  private func depth(_ cell: PickleCell) -> Int32 {
    if case .node(let number) = cell { depths[number] } else { 0 }
  }

  private func check(_ depth: Int32) throws(CheckpointError) {
    guard depth <= Self.depthLimit else { throw damaged("containers nested more than \(Self.depthLimit) deep") }
  }

  /// Notes that a container now holds values.
  private mutating func deepen(_ number: Int, by values: [PickleCell]) throws(CheckpointError) {
    for value in values { depths[number] = max(depths[number], depth(value) + 1) }
    try check(depths[number])
  }

  private mutating func append(_ elements: [PickleCell]) throws(CheckpointError) {
    guard case .node(let number) = try top() else { throw damaged("elements for what is no list") }
    switch tree.nodes[number] {
    case .list(var list):
      tree.nodes[number] = .list([])
      list += elements
      tree.nodes[number] = .list(list)
    case .set(var set):
      tree.nodes[number] = .set([])
      set += elements
      tree.nodes[number] = .set(set)
    default: throw damaged("elements for what is no list")
    }
    try deepen(number, by: elements)
  }

  private func pairs(_ cells: [PickleCell]) throws(CheckpointError) -> [(key: PickleCell, value: PickleCell)] {
    guard cells.count % 2 == 0 else { throw damaged("a key without a value") }
    return stride(from: 0, to: cells.count, by: 2).map { (cells[$0], cells[$0 + 1]) }
  }

  private mutating func setItems(_ cells: [PickleCell]) throws(CheckpointError) {
    let added = try pairs(cells)
    guard case .node(let number) = try top(), case .dictionary(var pairs) = tree.nodes[number] else {
      throw damaged("keys and values for what is no dictionary")
    }
    tree.nodes[number] = .dictionary([])
    pairs += added
    tree.nodes[number] = .dictionary(pairs)
    try deepen(number, by: cells)
  }

  /// The elements of a tuple or list.
  private func elements(_ cell: PickleCell) -> [PickleCell]? {
    guard case .node(let number) = cell else { return nil }
    switch tree.nodes[number] {
    case .list(let elements), .tuple(let elements), .set(let elements): return elements
    default: return nil
    }
  }

  private func integers(_ cell: PickleCell) -> [Int]? {
    guard let elements = elements(cell) else { return nil }
    let integers = elements.compactMap { if case .integer(let integer) = $0 { integer } else { nil } }
    return integers.count == elements.count ? integers : nil
  }
}

// MARK: - Names and calls

extension PickleInterpreter {
  private mutating func pushGlobal(module: String, name: String) throws(CheckpointError) {
    guard let global = PickleGlobal(module: module, name: name, isTorchScript: isTorchScript) else {
      let shown = "\(module).\(name)".unicodeScalars.prefix(120).map { $0.properties.isWhitespace ? " " : String($0) }
      throw refused(
        shown.joined(), "which is neither a tensor nor a container, and no optimiser or scheduler that is known")
    }
    if case .inert(let name) = global { tree.classes.insert(name) }
    try make(.global(global))
  }

  private func global(_ cell: PickleCell) throws(CheckpointError) -> PickleGlobal {
    guard case .node(let number) = cell, case .global(let global) = tree.nodes[number] else {
      throw damaged("a call of what is neither a class nor a function")
    }
    return global
  }

  private func describe(_ cell: PickleCell) -> String {
    guard let global = try? global(cell) else { return "a value" }
    return if case .inert(let name) = global { name } else { "\(global)" }
  }

  /// An object of a class, made without calling its initialiser (`NEWOBJ`).
  private mutating func create(_ cell: PickleCell, _ arguments: PickleCell) throws(CheckpointError) -> PickleCell {
    switch try global(cell) {
    case .inert(let name):
      try make(.object(className: name, arguments: arguments, state: .none))
      return try pop()
    case .dictionary, .defaultDictionary, .list, .set: return try call(cell, arguments)
    default: throw refused(describe(cell), "of which no object can be made here")
    }
  }

  /// What a call of a known class or function gives (`REDUCE`).
  private mutating func call(_ cell: PickleCell, _ operands: PickleCell) throws(CheckpointError) -> PickleCell {
    guard let arguments = elements(operands) else { throw damaged("a call whose arguments are no tuple") }
    switch try global(cell) {
    case .tensor: return try tensor(arguments)
    case .parameter:
      guard let tensor = arguments.first, case .node(let number) = tensor, case .tensor = tree.nodes[number] else {
        throw damaged("a parameter of what is no tensor")
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

  private mutating func contents(_ arguments: [PickleCell]) throws(CheckpointError) -> [PickleCell] {
    guard let first = arguments.first else { return [] }
    guard arguments.count == 1, let elements = elements(first) else {
      throw damaged("a container made of what is none")
    }
    // The copy may be made later, when either is appended to; it is counted now.
    cells += elements.count
    return elements
  }

  /// A dictionary of another, or of a list of pairs.
  private mutating func dictionary(_ contents: PickleCell?) throws(CheckpointError) -> PickleCell {
    var entries: [(key: PickleCell, value: PickleCell)] = []
    if case .node(let number)? = contents, case .dictionary(let other) = tree.nodes[number] {
      entries = other
    } else if let contents {
      guard let list = elements(contents) else { throw damaged("a dictionary made of what is neither one nor a list") }
      for element in list {
        guard let pair = elements(element), pair.count == 2 else {
          throw damaged("a dictionary made of what are no pairs")
        }
        entries.append((pair[0], pair[1]))
      }
    }
    cells += entries.count
    try make(.dictionary(entries))
    return try pop()
  }

  /// What an object is made of besides its class (`BUILD`). An ordered dictionary's own attributes do not matter.
  private mutating func build(_ cell: PickleCell, _ state: PickleCell) throws(CheckpointError) {
    guard case .node(let number) = cell else { throw damaged("a state for what is no object") }
    switch tree.nodes[number] {
    case .dictionary: return
    case .object(let name, let arguments, state: .none):
      tree.nodes[number] = .object(className: name, arguments: arguments, state: state)
      try deepen(number, by: [state])
    default: throw damaged("a state for what is no object, or has one")
    }
  }

  /// NumPy's scalar: its type and its bytes.
  private mutating func scalar(_ arguments: [PickleCell]) throws(CheckpointError) -> PickleCell {
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
    default: throw refused("numpy.core.multiarray.scalar", "of the type \(type), which is none that is known")
    }
  }
}

// MARK: - Tensors

extension PickleInterpreter {
  /// A persistent id: `("storage", class, key, device, count)`, and in legacy files a view, which must be none.
  private mutating func pushStorage(_ cell: PickleCell) throws(CheckpointError) {
    guard let parts = elements(cell), (5...6).contains(parts.count), parts[0] == .string("storage"),
      case .node(let number) = parts[1], case .global(.storage(let element)) = tree.nodes[number],
      case .string(let key) = parts[2], case .integer(let count) = parts[4], count >= 0, key.utf8.count <= 256
    else { throw damaged("a reference that is no storage with its class, key, device and size") }
    guard parts.count == 5 || parts[5] == .none else { throw damaged("a storage that is a view of another") }
    let storage = PickleStorage(key: key, element: element, count: count)
    let identity = "\(key) \(element.rawValue) \(count)"
    let place = storages[identity] ?? tree.storages.count
    if place == tree.storages.count {
      storages[identity] = place
      tree.storages.append(storage)
    }
    try make(.storage(place))
  }

  /// `_rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks[, metadata])`.
  private mutating func tensor(_ arguments: [PickleCell]) throws(CheckpointError) -> PickleCell {
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
