/// What must be known of a file's superblock before libhdf5 may open it.
enum HDF5Superblock {
  /// Refuses a driver information block, which only files of several parts have: libhdf5 allocates as many bytes as the
  /// block says to have, up to 4 GiB, before it finds out that they are not there.
  ///
  /// Source: HDF5 File Format Specification 3.0, II.A, versions 0 and 1 of the superblock.
  static func check(_ bytes: UnsafeRawBufferPointer, path: String) throws(CheckpointError) {
    guard let start = HDF5File.signatureOffset(in: bytes), start + 14 <= bytes.count, bytes[start + 8] <= 1 else {
      return
    }
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
}
