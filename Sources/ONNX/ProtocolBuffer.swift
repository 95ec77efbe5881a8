/// A protocol buffer's message, field by field as it is written.
///
/// ONNX files are protocol buffers. No library of Debian's writes ONNX without Python, and the generated classes for C++
/// hold a whole model in memory; of the encoding, a graph needs only varints, floats and fields with a length.
///
/// Source: "Encoding" of the documentation of Protocol Buffers.
struct ProtocolBuffer: Sendable, Equatable {
  /// The fields so far.
  private(set) var bytes: [UInt8] = []

  /// A way in which a field's value is encoded.
  private enum WireType: Int {
    case varint = 0
    case length = 2
    case fourBytes = 5
  }

  private mutating func addTag(_ field: Int, _ type: WireType) { addVarint(UInt64(field << 3 | type.rawValue)) }

  private mutating func addVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Adds a whole number.
  mutating func add(_ field: Int, integer value: Int) {
    addTag(field, .varint)
    addVarint(UInt64(bitPattern: Int64(value)))
  }

  /// Adds a number of four bytes.
  mutating func add(_ field: Int, float value: Float) {
    addTag(field, .fourBytes)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Adds text.
  mutating func add(_ field: Int, text: String) { add(field, bytes: Array(text.utf8)) }

  /// Adds a message inside this one.
  mutating func add(_ field: Int, message: ProtocolBuffer) { add(field, bytes: message.bytes) }

  /// Adds bytes.
  mutating func add(_ field: Int, bytes contents: [UInt8]) {
    open(field, byteCount: contents.count)
    bytes.append(contentsOf: contents)
  }

  /// Begins a field whose contents, of `byteCount` bytes, are written behind this message.
  mutating func open(_ field: Int, byteCount: Int) {
    addTag(field, .length)
    addVarint(UInt64(byteCount))
  }
}
