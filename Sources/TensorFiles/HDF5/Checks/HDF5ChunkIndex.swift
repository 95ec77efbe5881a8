/// The index by which a chunked dataset finds its chunks.
///
/// libhdf5 1.10 walks the whole index when a dataset is opened. It follows a B-tree's children whatever their level,
/// and takes an array to be as long as it says, so a small file could take all of the stack or of the time; both are
/// checked before it may.
///
/// Source: HDF5 File Format Specification 3.0, sections III.A.1, IV.A.2.i (data layout), VII.A and VII.B.
struct HDF5ChunkIndex {
  private let bytes: UnsafeRawBufferPointer
  private let base: Int
  private var visited: Set<Int> = []

  private static let nowhere = UInt64.max
  private static let maximumLevel = 64

  /// Checks the index that a dataset's layout message leads to, and that the chunks hold the dataset's elements and,
  /// where nothing packs them, have the length of a chunk. Other layouts don't have an index.
  ///
  /// libhdf5 takes a chunk's length from the index, and the number of bytes that it reads from the layout.
  ///
  /// - Throws: ``HDF5Unreadable`` when it is damaged, loops, or is longer than the file.
  static func check(
    _ bytes: UnsafeRawBufferPointer, base: Int, layout message: HDF5Bytes, elementBytes: Int, isPacked: Bool
  ) throws(HDF5Unreadable) {
    var layout = message
    var index = HDF5ChunkIndex(bytes: bytes, base: base)
    let version = try layout.integer(1)
    switch version {
    case 1...3:
      // Versions 1 and 2 have the number of sizes first, and five bytes that are not used.
      let leading = version < 3 ? try layout.integer(1) : 0
      guard try layout.integer(1) == 2 else { return }
      if version < 3 { layout.skip(5) }
      let dimensions = version < 3 ? leading : try layout.integer(1)
      let tree = try layout.word()
      let chunk = try Chunk(&layout, dimensions: dimensions, width: 4, elementBytes: elementBytes, isPacked: isPacked)
      // Datasets without chunks don't have a tree.
      if tree != nowhere { try index.checkNode(tree, chunk, level: nil) }
    case 4:
      guard try layout.integer(1) == 2 else { return }
      try index.checkNewIndex(&layout, elementBytes: elementBytes, isPacked: isPacked)
    default: return
    }
  }

  /// The properties that all chunks of a dataset share.
  private struct Chunk {
    /// The sizes of its axes, with that of an element.
    let dimensions: Int
    /// The bytes of one that is not packed.
    let bytes: Int
    let isPacked: Bool

    /// Reads the sizes, the last of which is that of an element.
    init(
      _ layout: inout HDF5Bytes, dimensions: Int, width: Int, elementBytes: Int, isPacked: Bool
    ) throws(HDF5Unreadable) {
      var (last, volume) = (0, 1)
      for _ in 0..<dimensions {
        last = try layout.integer(width)
        let (product, overflow) = volume.multipliedReportingOverflow(by: last)
        guard !overflow, last > 0 else { throw HDF5Unreadable(reason: "chunks of an impossible size") }
        volume = product
      }
      guard last == elementBytes else { throw HDF5Unreadable(reason: "chunks of other elements than the dataset's") }
      self.dimensions = dimensions
      bytes = volume
      self.isPacked = isPacked
    }

    /// The bytes of an entry in an index of version 4: an address and, of a packed chunk, its length and which filters
    /// it skipped. Lengths take a byte more than the largest needs.
    var entryBytes: Int { isPacked ? 8 + min(1 + (Int.bitWidth - 1 - bytes.leadingZeroBitCount + 8) / 8, 8) + 4 : 8 }
  }

  private init(bytes: UnsafeRawBufferPointer, base: Int) {
    self.bytes = bytes
    self.base = base
  }

  // MARK: The B-tree of layouts up to version 3

  private mutating func checkNode(_ address: UInt64, _ chunk: Chunk, level parent: Int?) throws(HDF5Unreadable) {
    guard let offset = Int(exactly: address), visited.insert(offset).inserted else {
      throw HDF5Unreadable(reason: "a B-tree whose nodes form a loop")
    }
    var node = try HDF5Bytes(bytes, base: base, at: address)
    try node.signature("TREE")
    guard try node.integer(1) == 1 else { throw HDF5Unreadable(reason: "a B-tree of another kind than a dataset's") }
    let level = try node.integer(1)
    guard level < parent ?? Self.maximumLevel else { throw HDF5Unreadable(reason: "a B-tree whose levels do not fall") }
    let count = try node.integer(2)
    for _ in 0..<2 {
      let sibling = try node.word()
      if sibling != Self.nowhere { _ = try HDF5Bytes(bytes, base: base, at: sibling) }
    }
    for _ in 0..<count {
      // A key is a chunk's length, the filters it skipped, and its offsets.
      let stored = try node.integer(4)
      node.skip(4 + 8 * chunk.dimensions)
      let child = try node.word()
      guard level == 0 else {
        try checkNode(child, chunk, level: level)
        continue
      }
      guard chunk.isPacked ? stored > 0 : stored == chunk.bytes else {
        throw HDF5Unreadable(reason: "a chunk of \(stored) bytes in place of \(chunk.bytes)")
      }
    }
  }

  // MARK: The five kinds of version 4

  private func checkNewIndex(
    _ layout: inout HDF5Bytes, elementBytes: Int, isPacked: Bool
  ) throws(HDF5Unreadable) {
    layout.skip(1)
    let dimensions = try layout.integer(1)
    let encoded = try layout.integer(1)
    let chunk = try Chunk(
      &layout, dimensions: dimensions, width: encoded, elementBytes: elementBytes, isPacked: isPacked)
    switch try layout.integer(1) {
    case 3:
      layout.skip(1)
      try checkArray(try layout.word(), of: chunk, signature: "FAHD", countOffset: 8)
    case 4:
      layout.skip(5)
      try checkArray(try layout.word(), of: chunk, signature: "EAHD", countOffset: 44)
    case 5:
      layout.skip(6)
      // A chunk's offsets don't include the size of an element.
      let records = HDF5VersionTwoTree.Records(
        type: isPacked ? 11 : 10, bytes: chunk.entryBytes + 8 * (dimensions - 1))
      try HDF5VersionTwoTree.check(bytes, base: base, at: try layout.word(), of: records)
    // A single chunk needs no index, and neither do chunks that stand one behind the other.
    default: break
    }
  }

  /// Checks that a fixed or an extensible array lists chunks and doesn't have more elements than the file has bytes.
  ///
  /// libhdf5 takes the kind of the elements from the array, and reads the number of bytes that this kind needs.
  private func checkArray(
    _ address: UInt64, of chunk: Chunk, signature: String, countOffset: Int
  ) throws(HDF5Unreadable) {
    guard address != Self.nowhere else { return }
    var header = try HDF5Bytes(bytes, base: base, at: address)
    var count = header
    try header.signature(signature)
    header.skip(1)
    guard try header.integer(1) == (chunk.isPacked ? 1 : 0), try header.integer(1) == chunk.entryBytes else {
      throw HDF5Unreadable(reason: "an index of other records than the dataset's chunks")
    }
    count.skip(countOffset)
    // Parts of an extensible array may be missing, so its elements need not all have room in the file.
    guard try count.integer(8) <= max(bytes.count, 1 << 20) else {
      throw HDF5Unreadable(reason: "an index of more chunks than the file could hold")
    }
  }
}
