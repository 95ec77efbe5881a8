/// A strict reader of one message of a protocol buffer: its fields in order, with their numbers.
///
/// A SentencePiece model is five small messages. A reader of these few lines has no library to load, refuses damage with
/// a sentence instead of ending the process, and its vocabulary then takes the way of every other: libsentencepiece would
/// be a second tokenizer in C++ beside the one that `tokenizer.json` needs.
///
/// Source: "Encoding" in the documentation of protocol buffers.
struct ProtocolBuffer {
  /// The value of a field.
  enum Value {
    case integer(UInt64)
    case float(Float)
    case double(Double)
    case bytes(ArraySlice<UInt8>)
  }

  private let bytes: ArraySlice<UInt8>
  private let file: String
  /// The message's name, for errors.
  private let name: String

  /// Creates a reader.
  init(_ bytes: ArraySlice<UInt8>, file: String, name: String) {
    self.bytes = bytes
    self.file = file
    self.name = name
  }

  /// Calls `body` with each field's number and value.
  ///
  /// - Throws: ``TokenizationError`` when a field ends behind the message or is of a kind that no such file has.
  func forEachField(_ body: (_ number: Int, _ value: Value) throws -> Void) throws {
    var position = bytes.startIndex
    while position < bytes.endIndex {
      let key = try varint(&position)
      let number = key >> 3
      guard number > 0, number < 1 << 29 else { throw damaged("a field of the number \(number)", at: position) }
      switch key & 7 {
      case 0: try body(Int(number), .integer(varint(&position)))
      case 1:
        let raw = try fixed(8, &position)
        try body(Int(number), .double(Double(bitPattern: raw)))
      case 2:
        let count = try varint(&position)
        guard count <= UInt64(bytes.endIndex - position) else {
          throw damaged("a field of \(count) bytes", at: position)
        }
        try body(Int(number), .bytes(bytes[position..<position + Int(count)]))
        position += Int(count)
      case 5:
        let raw = try fixed(4, &position)
        try body(Int(number), .float(Float(bitPattern: UInt32(truncatingIfNeeded: raw))))
      default: throw damaged("a field of the kind \(key & 7)", at: position)
      }
    }
  }

  private func varint(_ position: inout Int) throws -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < bytes.endIndex else { throw damaged("an end inside a number", at: position) }
      let byte = bytes[position]
      position += 1
      guard shift < 63 || byte <= 1 else { break }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw damaged("a number of more than 64 bits", at: position)
  }

  private func fixed(_ count: Int, _ position: inout Int) throws -> UInt64 {
    guard bytes.endIndex - position >= count else { throw damaged("an end inside a number", at: position) }
    defer { position += count }
    return bytes[position..<position + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private func damaged(_ found: String, at position: Int) -> TokenizationError {
    .vocabulary(
      file: file, expected: "an undamaged SentencePiece model",
      found: "\(found) at byte \(position), in \(name)")
  }
}

extension ProtocolBuffer.Value {
  /// The value as a whole number with a sign; nil for another kind.
  var integer: Int? { if case .integer(let value) = self { Int(truncatingIfNeeded: value) } else { nil } }
  /// The value as a Boolean; nil for another kind.
  var bool: Bool? { if case .integer(let value) = self { value != 0 } else { nil } }
  /// The bytes; nil for another kind.
  var bytes: ArraySlice<UInt8>? { if case .bytes(let value) = self { value } else { nil } }
  /// The number; nil for another kind.
  var float: Float? { if case .float(let value) = self { value } else { nil } }
}
