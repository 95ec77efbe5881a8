import PromptLensFiles

/// A writer of a zip archive of uncompressed records at multiples of 64 bytes, as in PyTorch, so that tensors can be
/// mapped.
///
/// Source: PKWARE's APPNOTE 6.3.10, without zip64, so archives are smaller than 4 GiB.
package struct StoredZipWriter {
  private let file: OutputFile
  private let path: String
  private var directory: [UInt8] = []
  private var count = 0

  private static let alignment = 64
  /// PyTorch's mark of the padding, `FB`.
  private static let paddingMark: UInt16 = 0x4246

  /// Begins an archive.
  ///
  /// - Parameters:
  ///   - file: the empty file to write to.
  ///   - path: the name for errors.
  package init(_ file: OutputFile, path: String) {
    self.file = file
    self.path = path
  }

  /// Writes a record.
  ///
  /// - Throws: `FileError`; ``TensorFileError`` when the archive would reach 4 GiB.
  package mutating func add(_ name: String, _ bytes: UnsafeRawBufferPointer) throws {
    let start = file.count
    let nameBytes = Array(name.utf8)
    let bare = start + 30 + nameBytes.count + 4
    let padding = (Self.alignment - bare % Self.alignment) % Self.alignment
    guard bare + padding + bytes.count < Int(UInt32.max), count < Int(UInt16.max) else {
      throw TensorFileError.unwritable(
        path: path, object: name, reason: "the archive would have 4 GiB or more, which this form cannot hold")
    }
    // Version, flags, method, time and date (the epoch of zip, so that equal calls write equal bytes), CRC-32, both
    // sizes.
    var common: [UInt8] = []
    for field in [0, 0, 0, 0x0021] as [UInt16] { common += Self.little(field) }
    common += Self.little(ZipDirectory.crc32(bytes))
    common += Self.little(UInt32(bytes.count)) + Self.little(UInt32(bytes.count))
    common += Self.little(UInt16(nameBytes.count))
    let head = [0x50, 0x4B, 3, 4] + Self.little(UInt16(20)) + common + Self.little(UInt16(4 + padding)) + nameBytes
    let extra = Self.little(Self.paddingMark) + Self.little(UInt16(padding)) + [UInt8](repeating: 0x5A, count: padding)
    try file.write(head + extra)
    try file.write(bytes)
    // Comment, disk, attributes.
    directory += [0x50, 0x4B, 1, 2] + Self.little(UInt16(20)) + Self.little(UInt16(20)) + common
    for field in [0, 0, 0, 0] as [UInt16] { directory += Self.little(field) }
    directory += Self.little(UInt32(0)) + Self.little(UInt32(start)) + nameBytes
    count += 1
  }

  /// Writes a record of bytes.
  package mutating func add(_ name: String, _ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try add(name, $0) }
  }

  /// Ends the archive.
  package func finish() throws {
    let start = file.count
    var end: [UInt8] = [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
    end += Self.little(UInt16(count)) + Self.little(UInt16(count))
    end += Self.little(UInt32(directory.count)) + Self.little(UInt32(start)) + [0, 0]
    try file.write(directory + end)
  }

  private static func little<Integer: FixedWidthInteger>(_ integer: Integer) -> [UInt8] {
    withUnsafeBytes(of: integer.littleEndian) { Array($0) }
  }
}
