/// A reader of pickles that builds a ``PickleTree`` of the described values without executing code.
///
/// It supports the opcodes that PyTorch has ever written (protocols 2 to 5) and the classes of ``PickleGlobal``. Any
/// other call or name is an error. Memory is bounded by the length of the pickle, which is bounded
/// itself.
///
/// Source: `Lib/pickletools.py` of Python 3.13, and PyTorch's `torch/serialization.py` and `pickler.cpp`.
struct PickleInterpreter {
  /// The maximum size of a pickle in bytes; a large model with its optimizer takes a megabyte.
  static let byteLimit = 8 << 20
  /// The maximum number of containers and objects, and of values.
  static let nodeLimit = 1 << 19
  static let cellLimit = 1 << 21
  /// The maximum nesting depth of containers.
  static let depthLimit = 200

  let bytes: UnsafeRawBufferPointer
  let path: String
  let record: String
  let isTorchScript: Bool
  var position = 0
  /// The offset of the current opcode.
  var start = 0
  var tree = PickleTree()
  var depths: [Int32] = []
  var stack: [PickleCell] = []
  var marks: [Int] = []
  var memo: [Int: PickleCell] = [:]
  var cells = 0
  var storages: [String: Int] = [:]

  /// Reads one pickle.
  ///
  /// - Parameters:
  ///   - bytes: the bytes that begin with it.
  ///   - path: the file, for errors.
  ///   - record: the name of its record in the file, for errors.
  ///   - isTorchScript: whether the modules of a TorchScript archive may be named.
  /// - Returns: the tree of its values, and its length.
  /// - Throws: ``TensorFileError`` when it is damaged, too large, or names something that doesn't belong in a
  ///   checkpoint.
  static func read(
    _ bytes: UnsafeRawBufferPointer, path: String, record: String, isTorchScript: Bool = false
  ) throws(TensorFileError) -> (tree: PickleTree, length: Int) {
    var interpreter = PickleInterpreter(bytes: bytes, path: path, record: record, isTorchScript: isTorchScript)
    return try interpreter.run()
  }

  private init(bytes: UnsafeRawBufferPointer, path: String, record: String, isTorchScript: Bool) {
    self.bytes = UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.byteLimit))
    self.path = path
    self.record = record
    self.isTorchScript = isTorchScript
  }

  /// Returns an error at the current opcode.
  func damaged(_ reason: String) -> TensorFileError {
    .pickle(path: path, record: record, position: start, reason: reason)
  }

  /// Returns the error for a name that doesn't belong in a checkpoint.
  func refused(_ name: String, _ reason: String) -> TensorFileError {
    .refused(path: path, record: record, name: name, reason: reason)
  }

  private mutating func run() throws(TensorFileError) -> (tree: PickleTree, length: Int) {
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
  private mutating func execute(_ opcode: UInt8) throws(TensorFileError) {
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

  private mutating func executeContainer(_ opcode: UInt8) throws(TensorFileError) {
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

  private mutating func executeObject(_ opcode: UInt8) throws(TensorFileError) {
    switch opcode {
    // Results are remembered under a number.
    case UInt8(ascii: "q"): try remember(Int(try byte()))
    case UInt8(ascii: "r"): try remember(try length(bytes: 4))
    case 0x94: try remember(memo.count)
    case UInt8(ascii: "h"): try push(try recall(Int(try byte())))
    case UInt8(ascii: "j"): try push(try recall(try length(bytes: 4)))
    // Names and their objects.
    case UInt8(ascii: "c"):
      let module = try line()
      try pushGlobal(module: module, name: try line())
    case 0x93:
      let names = try pop(2)
      guard case .string(let module) = names[0], case .string(let name) = names[1] else {
        throw damaged("a name that isn't text")
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
