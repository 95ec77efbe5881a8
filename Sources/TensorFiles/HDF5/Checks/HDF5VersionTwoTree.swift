/// A B-tree of the second version, which new files use for the links and attributes of large groups, and for chunks.
///
/// libhdf5 1.10 follows a node's children as deep as the tree says to be, without asking whether it has met them
/// before, so a tree of a few nodes can take all time; it is walked here first.
///
/// Source: HDF5 File Format Specification 3.0, section III.A.2.
struct HDF5VersionTwoTree {
  private let bytes: UnsafeRawBufferPointer
  private let base: Int
  private let recordBytes: Int
  /// By depth: the most records of a node, and the bytes that the number of all below it takes.
  private var levels: [(most: Int, countBytes: Int)] = []
  private var visited: Set<Int> = []

  private static let maximumDepth = 32

  /// The kind of a tree's records. libhdf5 takes it from the tree, even where it looks for another.
  struct Records {
    /// The specification's number of the kind.
    let type: Int
    /// The bytes of one.
    let bytes: Int

    static let linksByName = Records(type: 5, bytes: 11)
    static let linksByOrder = Records(type: 6, bytes: 15)
    static let attributesByName = Records(type: 8, bytes: 17)
    static let attributesByOrder = Records(type: 9, bytes: 13)
  }

  /// Checks a tree by the address of its header; all ones mean that there isn't one.
  ///
  /// - Throws: ``HDF5Unreadable`` when it holds other records, or a node lies beyond the file's end, has more records
  ///   than room, or is met twice.
  static func check(
    _ bytes: UnsafeRawBufferPointer, base: Int, at address: UInt64, of records: Records
  ) throws(HDF5Unreadable) {
    guard address != .max else { return }
    var header = try HDF5Bytes(bytes, base: base, at: address)
    try header.signature("BTHD")
    header.skip(1)
    let type = try header.integer(1)
    let nodeBytes = try header.integer(4)
    let recordBytes = try header.integer(2)
    guard type == records.type, recordBytes == records.bytes else {
      throw HDF5Unreadable(reason: "a B-tree of other records than the index's")
    }
    let depth = try header.integer(2)
    header.skip(2)
    let root = try header.word()
    let count = try header.integer(2)
    guard root != .max else { return }
    guard depth <= maximumDepth, recordBytes > 0, nodeBytes <= bytes.count, nodeBytes >= 10 + recordBytes else {
      throw HDF5Unreadable(reason: "a B-tree of impossible sizes")
    }
    var tree = HDF5VersionTwoTree(bytes: bytes, base: base, recordBytes: recordBytes)
    try tree.measure(nodeBytes: nodeBytes, depth: depth)
    try tree.checkNode(root, count: count, depth: depth)
  }

  private init(bytes: UnsafeRawBufferPointer, base: Int, recordBytes: Int) {
    self.bytes = bytes
    self.base = base
    self.recordBytes = recordBytes
  }

  /// Computes the maximum number of records of a node at each depth, which determines the width of stored counts.
  private mutating func measure(nodeBytes: Int, depth: Int) throws(HDF5Unreadable) {
    let leaf = (nodeBytes - 10) / recordBytes
    levels = [(leaf, 0)]
    var below = leaf
    for level in stride(from: 1, through: depth, by: 1) {
      let pointer = 8 + Self.width(of: leaf) + levels[level - 1].countBytes
      let most = (nodeBytes - 10 - pointer) / (recordBytes + pointer)
      let (product, overflow) = (most + 1).multipliedReportingOverflow(by: below)
      let (all, sumOverflow) = product.addingReportingOverflow(most)
      guard most > 0, !overflow, !sumOverflow else { throw HDF5Unreadable(reason: "a B-tree of impossible sizes") }
      below = all
      levels.append((most, Self.width(of: all)))
    }
  }

  private static func width(of number: Int) -> Int { (Int.bitWidth - number.leadingZeroBitCount + 7) / 8 }

  private mutating func checkNode(_ address: UInt64, count: Int, depth: Int) throws(HDF5Unreadable) {
    guard let offset = Int(exactly: address), visited.insert(offset).inserted else {
      throw HDF5Unreadable(reason: "a B-tree whose nodes form a loop")
    }
    guard count <= levels[depth].most else { throw HDF5Unreadable(reason: "a B-tree's node of too many records") }
    var node = try HDF5Bytes(bytes, base: base, at: address)
    try node.signature(depth > 0 ? "BTIN" : "BTLF")
    node.skip(2)
    _ = try node.part(count * recordBytes)
    guard depth > 0 else { return }
    for _ in 0...count {
      let child = try node.word()
      let records = try node.integer(Self.width(of: levels[0].most))
      node.skip(levels[depth - 1].countBytes)
      try checkNode(child, count: records, depth: depth - 1)
    }
  }
}
