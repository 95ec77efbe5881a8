// Numbers and text as a pickle writes them.
extension PickleInterpreter {
  mutating func byte() throws(TensorFileError) -> UInt8 {
    guard position < bytes.count else { throw ended() }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func take(_ count: Int) throws(TensorFileError) -> Slice<UnsafeRawBufferPointer> {
    guard count >= 0 else { throw damaged("a length of \(count)") }
    guard count <= bytes.count - position else { throw ended() }
    defer { position += count }
    return bytes[position..<position + count]
  }

  func ended() -> TensorFileError {
    damaged(
      bytes.count == Self.byteLimit ? "it has more than \(Self.byteLimit) bytes" : "it ends before it is complete")
  }

  /// Returns a little-endian number with a sign, of 4 or 8 bytes.
  mutating func integer(bytes count: Int) throws(TensorFileError) -> Int {
    let bits = try take(count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return count == 4 ? Int(Int32(truncatingIfNeeded: bits)) : Int(truncatingIfNeeded: bits)
  }

  /// Returns a little-endian number without a sign, of up to 4 bytes.
  mutating func length(bytes count: Int) throws(TensorFileError) -> Int {
    try take(count).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  func largeInteger(_ digits: Slice<UnsafeRawBufferPointer>) -> PickleCell {
    let isNegative = digits.last.map { $0 & 0x80 != 0 } ?? false
    let sign: UInt8 = isNegative ? 0xFF : 0
    var digits = digits
    // Some writers repeat the sign in bytes without other information.
    while digits.count > 8, digits.last == sign, digits.dropLast().last.map({ $0 & 0x80 == sign & 0x80 }) == true {
      digits = digits.dropLast()
    }
    guard digits.count <= 8 else { return .largeInteger(Array(digits)) }
    let bits = digits.reversed().reduce(isNegative ? UInt64.max : 0) { $0 << 8 | UInt64($1) }
    return .integer(Int(truncatingIfNeeded: bits))
  }

  mutating func text(_ count: Int) throws(TensorFileError) -> String {
    guard let text = String(validating: try take(count), as: UTF8.self) else { throw damaged("text that is not UTF-8") }
    return text
  }

  /// Returns the text up to the next newline.
  mutating func line() throws(TensorFileError) -> String {
    guard let end = bytes[position...].prefix(1024).firstIndex(of: UInt8(ascii: "\n")) else {
      throw damaged("a name without an end")
    }
    let line = try text(end - position)
    position = end + 1
    return line
  }
}
