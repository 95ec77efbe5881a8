/// What must be known of a file's superblock before libhdf5 may open it.
enum HDF5Superblock {
  /// Refuses a driver information block, which only files of several parts have: libhdf5 allocates as many bytes as the
  /// block says to have, up to 4 GiB, before it finds out that they are not there.
  ///
  /// Source: HDF5 File Format Specification 3.0, II.A, versions 0 and 1 of the superblock.
  static func check(_ bytes: UnsafeRawBufferPointer, path: String) throws(CheckpointError) {
    guard let start = HDF5File.signatureOffset(in: bytes), start + 14 <= bytes.count else { return }
    guard bytes[start + 8] <= 1 else { return try checkExtension(bytes, start: start, path: path) }
    let width = Int(bytes[start + 13])
    let addresses = start + (bytes[start + 8] == 0 ? 24 : 28)
    let driver = addresses + 3 * width
    guard driver + width <= bytes.count else { return }
    guard bytes[driver..<driver + width].allSatisfy({ $0 == 0xFF }) else {
      throw .unsupported(
        path: path, object: "the superblock", expected: "that of a file of its own, without driver information",
        found: "that of a part of a file of several parts")
    }
  }

  /// Refuses messages that objects share, which no known writer of models makes, in versions 2 and 3: their indices are
  /// followed like all others.
  private static func checkExtension(
    _ bytes: UnsafeRawBufferPointer, start: Int, path: String
  ) throws(CheckpointError) {
    let header: HDF5ObjectHeader
    do {
      var superblock = HDF5Bytes(bytes, from: start + 9)
      // Files with shorter addresses are refused later.
      guard try superblock.integer(1) == 8 else { return }
      superblock.skip(10)
      let address = try superblock.word()
      guard address != .max else { return }
      _ = try HDF5Bytes(bytes, base: start, at: address)
      header = try HDF5ObjectHeader(bytes, base: start, address: Int(address))
    } catch {
      throw .damaged(path: path, object: "the superblock", reason: error.reason)
    }
    guard header[HDF5ObjectHeader.Message.sharedMessages] == nil,
      header[HDF5ObjectHeader.Message.driverInformation] == nil
    else {
      throw .unsupported(
        path: path, object: "the superblock", expected: "that of a file of its own, whose objects share no messages",
        found: "another one")
    }
  }
}
