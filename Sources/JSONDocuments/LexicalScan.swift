/// A pass over a document's bytes that rejects input that json-c would accept or silently change.
///
/// json-c checks the grammar. It also takes NaN and leading zeros, drops all but the last of two equal keys, cuts
/// keys at NUL, replaces lone surrogates and allows control characters in strings; this pass checks for all of these.
struct LexicalScan {
  /// The number of members written in each object, in the order of the opening braces.
  private(set) var memberCounts: [Int] = []
  /// The replacements to make before json-c reads the text, in order.
  ///
  /// Whole numbers too long for 64 bits, such as transformers' `model_max_length`, get ".0", because json-c would
  /// refuse or clip them. Escaped surrogate pairs become characters, because json-c 0.16 takes U+1D800, and others
  /// whose last 16 bits look like a surrogate, for half a pair.
  private(set) var edits: [(range: Range<Int>, bytes: [UInt8])] = []

  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  /// The open brackets: each object's index in `memberCounts`, or nil for an array.
  private var open: [Int?] = []
  private var lastStringHoldsNUL = false

  /// A reason and the byte at which it applies.
  struct Refusal: Error {
    let position: Int
    let reason: String
  }

  init(_ bytes: UnsafeRawBufferPointer, maximumDepth: Int) throws(Refusal) {
    self.bytes = bytes
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"), UInt8(ascii: ","):
        position += 1
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard open.count < maximumDepth else {
          throw Refusal(position: position, reason: "nested more than \(maximumDepth) deep")
        }
        let isObject = bytes[position] == UInt8(ascii: "{")
        open.append(isObject ? memberCounts.count : nil)
        if isObject { memberCounts.append(0) }
        position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard open.popLast() != nil else { throw Refusal(position: position, reason: "a bracket that closes nothing") }
        position += 1
      case UInt8(ascii: ":"):
        guard !lastStringHoldsNUL else {
          throw Refusal(position: position, reason: "a key that holds a NUL character")
        }
        if case let object?? = open.last { memberCounts[object] += 1 }
        position += 1
      case UInt8(ascii: "\""): try skipString()
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try skipNumber()
      case UInt8(ascii: "t"): try skip("true")
      case UInt8(ascii: "f"): try skip("false")
      case UInt8(ascii: "n"): try skip("null")
      default: throw Refusal(position: position, reason: "a character that begins no JSON value")
      }
    }
  }

  private func byte(at index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skip(_ word: StaticString) throws(Refusal) {
    for offset in 0..<word.utf8CodeUnitCount where byte(at: position + offset) != word.utf8Start[offset] {
      throw Refusal(position: position, reason: "a word other than true, false and null")
    }
    position += word.utf8CodeUnitCount
  }

  // MARK: Strings

  private mutating func skipString() throws(Refusal) {
    let start = position
    lastStringHoldsNUL = false
    position += 1
    while let next = byte(at: position) {
      switch next {
      case UInt8(ascii: "\""):
        position += 1
        return
      case UInt8(ascii: "\\"): try skipEscape()
      case 0..<0x20: throw Refusal(position: position, reason: "a bare control character in a string")
      default: position += 1
      }
    }
    throw Refusal(position: start, reason: "a string without an end")
  }

  private mutating func skipEscape() throws(Refusal) {
    guard byte(at: position + 1) == UInt8(ascii: "u") else {
      guard let letter = byte(at: position + 1), "\"\\/bfnrt".utf8.contains(letter) else {
        throw Refusal(position: position, reason: "an unknown escape in a string")
      }
      position += 2
      return
    }
    let unit = try escapedUnit()
    if unit == 0 { lastStringHoldsNUL = true }
    guard 0xD800..<0xE000 ~= unit else { return }
    let start = position - 6
    guard unit < 0xDC00, byte(at: position) == UInt8(ascii: "\\"), byte(at: position + 1) == UInt8(ascii: "u"),
      case let low = try escapedUnit(), 0xDC00..<0xE000 ~= low,
      let scalar = Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10 | (low - 0xDC00)))
    else { throw Refusal(position: start, reason: "half of a surrogate pair in a string") }
    edits.append((start..<position, Array(String(scalar).utf8)))
  }

  /// Reads the `\uXXXX` at the position.
  private mutating func escapedUnit() throws(Refusal) -> UInt32 {
    var unit: UInt32 = 0
    for offset in 2..<6 {
      guard let digit = byte(at: position + offset).flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
        throw Refusal(position: position, reason: "an unknown escape in a string")
      }
      unit = unit << 4 | UInt32(digit)
    }
    position += 6
    return unit
  }

  // MARK: Numbers

  private mutating func skipNumber() throws(Refusal) {
    let start = position
    var isWhole = true
    if byte(at: position) == UInt8(ascii: "-") { position += 1 }
    if byte(at: position) == UInt8(ascii: "0") { position += 1 } else { try skipDigits(from: start) }
    if byte(at: position) == UInt8(ascii: ".") {
      isWhole = false
      position += 1
      try skipDigits(from: start)
    }
    if let exponent = byte(at: position), exponent | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      position += 1
      if let sign = byte(at: position), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
      try skipDigits(from: start)
    }
    if let next = byte(at: position), !" \n\r\t,]}".utf8.contains(next) {
      throw Refusal(position: start, reason: "a number with something attached")
    }
    // 18 digits always fit; longer ones are tried.
    guard isWhole, position - start > 18 else { return }
    let digits = UnsafeRawBufferPointer(rebasing: bytes[start..<position])
    if digits.count > 20 || Int64(String(decoding: digits, as: UTF8.self)) == nil {
      edits.append((position..<position, Array(".0".utf8)))
    }
  }

  private mutating func skipDigits(from start: Int) throws(Refusal) {
    let first = position
    while let digit = byte(at: position), UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit { position += 1 }
    guard position > first else { throw Refusal(position: start, reason: "a number without digits") }
  }
}
