/// The parts of a file's superblock that are checked before libhdf5 opens it, which reads the root group's header at
/// once.
///
/// Source: HDF5 File Format Specification 3.0, II.A and III.C.
struct HDF5Superblock {
  /// A Boolean value that indicates whether addresses and lengths are of 8 bytes, as in all files that are not very
  /// old; otherwise the other properties are unknown.
  private let hasWideAddresses: Bool
  /// The address of a driver's information; only files that are split into several have any.
  private var driver = nowhere
  /// The address of the header with messages about the whole file.
  private var superblockExtension = nowhere
  private let root: UInt64
  /// The root group's B-tree and heap as versions 0 and 1 repeat them, to be used where its header has none.
  private var cached: (tree: UInt64, heap: UInt64)?

  private static let nowhere = UInt64.max

  /// Checks the superblock of a file, and the header of its root group.
  ///
  /// - Throws: ``TensorFileError`` when the file is a part of another one, its objects share messages, its addresses
  ///   are not of 8 bytes, or libhdf5 would fail on it.
  static func check(_ bytes: UnsafeRawBufferPointer, path: String) throws(TensorFileError) {
    guard let start = HDF5File.signatureOffset(in: bytes) else { return }
    do {
      guard let superblock = try HDF5Superblock(HDF5Bytes(bytes, from: start + 8)) else { return }
      try superblock.check(bytes, start: start, path: path)
    } catch let error as TensorFileError {
      throw error
    } catch let error as HDF5Unreadable {
      throw .damaged(path: path, object: "the superblock", reason: error.reason)
    } catch {
      throw .damaged(path: path, object: "the superblock", reason: "\(error)")
    }
  }

  /// Reads the superblock behind its signature, nil when it is of a version that libhdf5 1.10 refuses.
  private init?(_ content: HDF5Bytes) throws(HDF5Unreadable) {
    var content = content
    let version = try content.integer(1)
    guard version <= 3 else { return nil }
    if version < 2 { content.skip(4) }
    let widths = [try content.integer(1), try content.integer(1)]
    hasWideAddresses = widths == [8, 8]
    guard hasWideAddresses else {
      root = Self.nowhere
      return
    }
    if version < 2 {
      // Sizes of B-trees and flags; version 1 has one size more.
      content.skip(version == 0 ? 9 : 13)
      content.skip(24)
      driver = try content.word()
      content.skip(8)
      root = try content.word()
      let isCached = try content.integer(4) == 1
      content.skip(4)
      if isCached { cached = (try content.word(), try content.word()) }
    } else {
      content.skip(9)
      superblockExtension = try content.word()
      content.skip(8)
      root = try content.word()
    }
  }

  private func check(_ bytes: UnsafeRawBufferPointer, start: Int, path: String) throws {
    func unsupported(_ object: String, _ expected: String, _ found: String) -> TensorFileError {
      .unsupported(path: path, object: object, expected: expected, found: found)
    }
    guard hasWideAddresses else {
      throw unsupported("/", "a file with addresses of 8 bytes", "one with shorter or longer ones")
    }
    // libhdf5 allocates as many bytes as the driver's block says to have, up to 4 GiB, before it finds out that they
    // are not there.
    guard driver == Self.nowhere else {
      throw unsupported(
        "the superblock", "that of a file of its own, without driver information",
        "that of a part of a file of several parts")
    }
    if superblockExtension != Self.nowhere {
      // Messages that objects share are made by no known writer of models, and their indices are followed like all
      // others.
      let header = try Self.header(bytes, start: start, at: superblockExtension)
      guard header[HDF5ObjectHeader.Message.sharedMessages] == nil,
        header[HDF5ObjectHeader.Message.driverInformation] == nil
      else {
        throw unsupported(
          "the superblock", "that of a file of its own, whose objects share no messages", "another one")
      }
    }
    do throws(HDF5Unreadable) {
      let header = try Self.header(bytes, start: start, at: root)
      try header.checkIndices(bytes, base: start)
      try header.checkLinks()
      try header.checkTypes()
      if let cached { try HDF5GroupTree.check(bytes, base: start, tree: cached.tree, heap: cached.heap) }
    } catch {
      throw TensorFileError.damaged(path: path, object: "/", reason: error.reason)
    }
  }

  private static func header(
    _ bytes: UnsafeRawBufferPointer, start: Int, at address: UInt64
  ) throws(HDF5Unreadable) -> HDF5ObjectHeader {
    guard let offset = Int(exactly: address) else { throw HDF5Unreadable(reason: "an address beyond the file's end") }
    return try HDF5ObjectHeader(bytes, base: start, address: offset)
  }
}
