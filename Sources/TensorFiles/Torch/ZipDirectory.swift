import PromptLensCDeflate
import PromptLensFiles

/// The records of a zip archive as PyTorch writes them: all that matters is stored, not compressed, so it can be
/// mapped.
///
/// Sizes and offsets are taken from the central directory, since PyTorch writes sizes after the data. Two records of
/// one name are refused, because two readers could take different ones.
///
/// Source: PKWARE's APPNOTE 6.3.10, and PyTorch's `PyTorchStreamWriter`.
struct ZipDirectory: Sendable {
  /// A record of the directory.
  struct Entry: Sendable, Equatable {
    /// The name in the archive, with its folder.
    let name: String
    /// The number of the compression method; 0 when the bytes are stored as they are.
    let method: Int
    /// The range of the bytes in the file.
    let range: Range<Int>
    /// The CRC-32 of the bytes.
    let crc: UInt32
  }

  /// The records, in the directory's order.
  let entries: [Entry]
  /// A Boolean value that indicates whether the archive holds CRC-32s. PyTorch can leave them out, and writes zeros
  /// then.
  let hasChecksums: Bool

  private static let directoryLimit = 64 << 20

  /// Returns whether bytes begin as a zip archive with a record does.
  static func looksLikeZip(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 22 && bytes[..<4].elementsEqual([0x50, 0x4B, 0x03, 0x04])
  }

  /// Reads the directory of a mapped file.
  ///
  /// - Throws: ``TensorFileError`` when the archive is damaged, encrypted or ambiguous.
  init(_ file: MappedFile) throws(TensorFileError) {
    let reader = LittleEndianReader(bytes: file.bytes)
    func damaged(_ object: String, _ expected: String, _ found: String) -> TensorFileError {
      .unexpected(path: file.path, object: object, expected: expected, found: found)
    }
    guard let directory = Self.directory(in: reader) else {
      throw damaged("the zip archive", "complete", "without a valid end record; the file is cut short or damaged")
    }
    var entries: [Entry] = []
    var names: Set<String> = []
    var position = directory.range.lowerBound
    for number in 0..<directory.count {
      guard let record = Self.record(at: position, end: directory.range.upperBound, in: reader) else {
        throw damaged("the zip directory's record \(number + 1)", "one of \(directory.count)", "damaged")
      }
      position = record.end
      let entry = record.entry
      guard record.flags & 0x2041 == 0 else { throw damaged(entry.name, "not encrypted", "encrypted") }
      guard names.insert(entry.name).inserted else {
        throw damaged(entry.name, "one record of its name", "there twice; readers could differ in which they take")
      }
      entries.append(entry)
    }
    guard position == directory.range.upperBound else {
      throw damaged("the zip directory", "\(directory.count) records", "longer than they are")
    }
    self.entries = entries
    hasChecksums = entries.contains { $0.crc != 0 }
  }

  /// Finds the directory by the end record: its range and its number of records.
  private static func directory(in reader: LittleEndianReader) -> (range: Range<Int>, count: Int)? {
    let total = reader.bytes.count
    guard total >= 22 else { return nil }
    for end in stride(from: total - 22, through: max(0, total - 22 - 0xFFFF), by: -1)
    where reader.u32(end) == 0x0605_4B50 {
      guard let comment = reader.u16(end + 20), end + 22 + comment == total, reader.u16(end + 4) == reader.u16(end + 6),
        var count = reader.u16(end + 10), var size = reader.u32(end + 12), var start = reader.u32(end + 16)
      else { continue }
      var limit = end
      // The 64-bit end record is found by a locator just before the end record.
      if count == 0xFFFF || size == 0xFFFF_FFFF || start == 0xFFFF_FFFF, reader.u32(end - 20) == 0x0706_4B50 {
        guard let record = reader.u64(end - 12), reader.u32(record) == 0x0606_4B50,
          let bigCount = reader.u64(record + 32),
          let bigSize = reader.u64(record + 40), let bigStart = reader.u64(record + 48)
        else { return nil }
        (count, size, start, limit) = (bigCount, bigSize, bigStart, record)
      }
      guard size <= directoryLimit, start <= limit, size <= limit - start, count <= size / 46 else { return nil }
      return (start..<start + size, count)
    }
    return nil
  }

  /// Reads the directory's record at an offset.
  private static func record(
    at position: Int, end: Int, in reader: LittleEndianReader
  ) -> (entry: Entry, flags: Int, end: Int)? {
    guard position <= end - 46, reader.u32(position) == 0x0201_4B50, let flags = reader.u16(position + 8),
      let method = reader.u16(position + 10), let crc = reader.u32(position + 16),
      var packed = reader.u32(position + 20), var size = reader.u32(position + 24),
      let nameLength = reader.u16(position + 28), let extraLength = reader.u16(position + 30),
      let commentLength = reader.u16(position + 32), var local = reader.u32(position + 42),
      nameLength + extraLength + commentLength <= end - position - 46
    else { return nil }
    let extra = position + 46 + nameLength..<position + 46 + nameLength + extraLength
    // 64-bit values stand in an extra field, in this order, for those that are all ones here.
    if packed == 0xFFFF_FFFF || size == 0xFFFF_FFFF || local == 0xFFFF_FFFF {
      guard var field = reader.extraField(1, in: extra) else { return nil }
      func take(_ value: inout Int) -> Bool {
        guard value == 0xFFFF_FFFF else { return true }
        guard field.count >= 8, let wide = reader.u64(field.lowerBound) else { return false }
        value = wide
        field = field.lowerBound + 8..<field.upperBound
        return true
      }
      guard take(&size), take(&packed), take(&local) else { return nil }
    }
    guard reader.u32(local) == 0x0403_4B50, let localName = reader.u16(local + 26),
      let localExtra = reader.u16(local + 28), localName == nameLength
    else { return nil }
    let start = local + 30 + localName + localExtra
    let total = reader.bytes.count
    guard start <= total, packed <= total - start, method != 0 || packed == size else { return nil }
    let name = reader.bytes[position + 46..<position + 46 + nameLength]
    guard name.elementsEqual(reader.bytes[local + 30..<local + 30 + localName]),
      let text = String(validating: name, as: UTF8.self)
    else { return nil }
    let entry = Entry(
      name: text, method: method, range: start..<start + packed, crc: UInt32(truncatingIfNeeded: crc))
    return (entry, flags, position + 46 + nameLength + extraLength + commentLength)
  }

  /// Returns the CRC-32 of bytes.
  static func crc32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    libdeflate_crc32(0, bytes.baseAddress, bytes.count)
  }
}

/// A reader of little-endian numbers at any offset: nil where they lie beyond the bytes, or don't fit an `Int`.
struct LittleEndianReader {
  let bytes: UnsafeRawBufferPointer

  func u16(_ offset: Int) -> Int? { load(offset, UInt16.self).map { Int($0) } }
  func u32(_ offset: Int) -> Int? { load(offset, UInt32.self).map { Int($0) } }
  func u64(_ offset: Int) -> Int? { load(offset, UInt64.self).flatMap { Int(exactly: $0) } }

  /// Returns the range of the data of a zip record's extra field of one number.
  func extraField(_ number: Int, in range: Range<Int>) -> Range<Int>? {
    var offset = range.lowerBound
    while offset + 4 <= range.upperBound, let kind = u16(offset), let length = u16(offset + 2),
      length <= range.upperBound - offset - 4
    {
      if kind == number { return offset + 4..<offset + 4 + length }
      offset += 4 + length
    }
    return nil
  }

  private func load<Value: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _ type: Value.Type) -> Value? {
    guard offset >= 0, offset <= bytes.count - MemoryLayout<Value>.size else { return nil }
    return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
  }
}
