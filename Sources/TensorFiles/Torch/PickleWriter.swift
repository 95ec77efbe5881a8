/// A writer of the pickle protocol 2 opcodes for a dictionary of tensors.
///
/// Source: CPython's `pickletools` for the opcodes; PyTorch's `_rebuild_tensor_v2` and its persistent ids of storages.
package struct PickleWriter {
  /// The stream so far.
  private(set) var bytes: [UInt8] = [0x80, 2]

  /// A value.
  package indirect enum Value: Sendable {
    case none
    case boolean(Bool)
    case integer(Int)
    case string(String)
    case dictionary([(key: String, value: Value)])
    /// An ordered dictionary, as in PyTorch's state dicts.
    case orderedDictionary([(key: String, value: Value)])
    /// An object of a TorchScript module's class.
    case module(name: String, attributes: [(key: String, value: Value)])
    /// A contiguous tensor with its own storage, the archive's record `data/KEY`.
    case tensor(storage: String, key: Int, shape: [Int])
  }

  /// Returns the stream of one value.
  package static func stream(_ value: Value) -> [UInt8] {
    var writer = PickleWriter()
    writer.write(value)
    writer.bytes.append(UInt8(ascii: "."))
    return writer.bytes
  }

  private mutating func write(_ value: Value) {
    switch value {
    case .none: opcode("N")
    case .boolean(let value): bytes.append(value ? 0x88 : 0x89)
    case .integer(let integer): write(integer)
    case .string(let string): write(string)
    case .dictionary(let members):
      opcode("}")
      write(members)
    case .orderedDictionary(let members):
      writeEmptyOrderedDictionary()
      write(members)
    case .module(let name, let attributes):
      global(TorchScriptModule.package, name)
      opcode(")")
      bytes.append(0x81)
      opcode("}")
      write(attributes)
      opcode("b")
    case .tensor(let storage, let key, let shape):
      let count = shape.reduce(1, *)
      global("torch._utils", "_rebuild_tensor_v2")
      opcode("(")
      opcode("(")
      write("storage")
      global("torch", storage)
      write("\(key)")
      write("cpu")
      write(count)
      opcode("t")
      opcode("Q")
      write(0)
      write(tuple: shape)
      write(tuple: StridedElements.contiguousStrides(shape))
      bytes.append(0x89)
      writeEmptyOrderedDictionary()
      opcode("t")
      opcode("R")
    }
  }

  private mutating func write(_ members: [(key: String, value: Value)]) {
    guard !members.isEmpty else { return }
    opcode("(")
    for (key, value) in members {
      write(key)
      write(value)
    }
    opcode("u")
  }

  private mutating func writeEmptyOrderedDictionary() {
    global("collections", "OrderedDict")
    opcode(")")
    opcode("R")
  }

  private mutating func write(tuple: [Int]) {
    opcode("(")
    for element in tuple { write(element) }
    opcode("t")
  }

  private mutating func write(_ integer: Int) {
    if let small = Int32(exactly: integer) {
      opcode("J")
      bytes += withUnsafeBytes(of: small.littleEndian) { Array($0) }
    } else {
      bytes += [0x8A, 8]
      bytes += withUnsafeBytes(of: Int64(integer).littleEndian) { Array($0) }
    }
  }

  private mutating func write(_ string: String) {
    opcode("X")
    bytes += withUnsafeBytes(of: UInt32(string.utf8.count).littleEndian) { Array($0) }
    bytes += Array(string.utf8)
  }

  private mutating func global(_ module: String, _ name: String) {
    opcode("c")
    bytes += Array("\(module)\n\(name)\n".utf8)
  }

  private mutating func opcode(_ letter: Unicode.Scalar) { bytes.append(UInt8(ascii: letter)) }
}
