/// An HDF5 structure that is damaged, missing, or unsupported.
struct HDF5Unreadable: Error {
  let reason: String
  /// Whether the structure is sound as far as it was read, and only of a kind that isn't read here.
  var isUnsupported = false
}

/// A part of a file that is read from its start, never beyond its end.
struct HDF5Bytes {
  private var rest: UnsafeRawBufferPointer.SubSequence

  /// Creates the bytes from an offset, none when it lies beyond the end.
  init(_ bytes: UnsafeRawBufferPointer, from offset: Int) {
    rest = offset >= 0 && offset <= bytes.count ? bytes[offset...] : bytes[bytes.count...]
  }

  /// Creates the bytes from an address, which must be in the file.
  init(_ bytes: UnsafeRawBufferPointer, base: Int, at address: UInt64) throws(HDF5Unreadable) {
    guard let offset = Int(exactly: address), offset < bytes.count - base else {
      throw HDF5Unreadable(reason: "an address beyond the file's end")
    }
    rest = bytes[(base + offset)...]
  }

  private init(_ part: UnsafeRawBufferPointer.SubSequence) { rest = part }

  /// The number of bytes left.
  var count: Int { rest.count }

  /// Returns a Boolean value that indicates whether the next byte has a value.
  func starts(with byte: UInt8) throws(HDF5Unreadable) -> Bool {
    guard let first = rest.first else { throw HDF5Unreadable(reason: "an address beyond the file's end") }
    return first == byte
  }

  /// Takes a little-endian number of 1 to 8 bytes.
  mutating func integer(_ width: Int) throws(HDF5Unreadable) -> Int {
    let value = try word(width)
    guard let integer = Int(exactly: value) else { throw HDF5Unreadable(reason: "a number beyond 63 bits") }
    return integer
  }

  /// Takes a little-endian number of 1 to 8 bytes that may have all its bits.
  mutating func word(_ width: Int = 8) throws(HDF5Unreadable) -> UInt64 {
    guard (1...8).contains(width), rest.count >= width else {
      throw HDF5Unreadable(reason: "a structure that ends too early")
    }
    defer { rest = rest.dropFirst(width) }
    return rest.prefix(width).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
  }

  /// Takes an address of 8 bytes and counts it from the file's first byte.
  mutating func address(_ base: Int) throws(HDF5Unreadable) -> Int {
    let (address, overflow) = base.addingReportingOverflow(try integer(8))
    guard !overflow else { throw HDF5Unreadable(reason: "an address beyond the file's end") }
    return address
  }

  /// Takes a number of bytes as a separate part with its own bounds.
  mutating func part(_ count: Int) throws(HDF5Unreadable) -> HDF5Bytes {
    guard count >= 0, count <= rest.count else { throw HDF5Unreadable(reason: "a structure that ends too early") }
    defer { rest = rest.dropFirst(count) }
    return HDF5Bytes(rest.prefix(count))
  }

  /// Takes a required signature.
  mutating func signature(_ text: String) throws(HDF5Unreadable) {
    guard rest.starts(with: text.utf8) else { throw HDF5Unreadable(reason: "no \(text) where one should be") }
    rest = rest.dropFirst(text.utf8.count)
  }

  /// Skips a number of bytes.
  mutating func skip(_ count: Int) { rest = rest.dropFirst(count) }

  /// Returns the text of at most `length` bytes, up to its first null.
  func text(upTo length: Int) -> String { String(decoding: rest.prefix(length).prefix { $0 != 0 }, as: UTF8.self) }
}
