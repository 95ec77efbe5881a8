/// The index by which a chunked dataset finds its chunks.
///
/// libhdf5 1.10 walks the whole index when a dataset is opened. It follows a B-tree's children whatever their level, and
/// takes an array to be as long as it says, so a small file could take all of the stack or of the time; both are checked
/// before it may.
///
/// Source: HDF5 File Format Specification 3.0, sections III.A.1, IV.A.2.i (data layout), VII.A and VII.B.
struct HDF5ChunkIndex {
  private let bytes: UnsafeRawBufferPointer
  private let base: Int
  private var visited: Set<Int> = []

  private static let nowhere = UInt64.max
  private static let maximumLevel = 64

  /// Checks the index that a dataset's layout message leads to, and that its chunks are of the dataset's elements: libhdf5
  /// takes a chunk's length from one, and what it reads of it from the other. Other layouts have none.
  ///
  /// - Throws: ``HDF5Unreadable`` when it is damaged, loops, or is longer than the file.
  static func check(
    _ bytes: UnsafeRawBufferPointer, base: Int, layout message: HDF5Bytes, elementBytes: Int
  ) throws(HDF5Unreadable) {
    var layout = message
    var index = HDF5ChunkIndex(bytes: bytes, base: base)
    switch try layout.integer(1) {
    case 1, 2:
      let dimensions = try layout.integer(1)
      guard try layout.integer(1) == 2 else { return }
      layout.skip(5)
      try index.checkTree(try layout.word(), dimensions: dimensions)
      try checkChunk(&layout, dimensions: dimensions, width: 4, elementBytes: elementBytes)
    case 3:
      guard try layout.integer(1) == 2 else { return }
      let dimensions = try layout.integer(1)
      try index.checkTree(try layout.word(), dimensions: dimensions)
      try checkChunk(&layout, dimensions: dimensions, width: 4, elementBytes: elementBytes)
    case 4:
      guard try layout.integer(1) == 2 else { return }
      try index.checkNewIndex(&layout, elementBytes: elementBytes)
    default: return
    }
  }

  /// Reads a chunk's sizes, the last of which is that of an element.
  private static func checkChunk(
    _ layout: inout HDF5Bytes, dimensions: Int, width: Int, elementBytes: Int
  ) throws(HDF5Unreadable) {
    var last = 0
    for _ in 0..<dimensions { last = try layout.integer(width) }
    guard last == elementBytes else { throw HDF5Unreadable(reason: "chunks of other elements than the dataset's") }
  }

  private init(bytes: UnsafeRawBufferPointer, base: Int) {
    self.bytes = bytes
    self.base = base
  }

  // MARK: The B-tree of layouts up to version 3

  private mutating func checkTree(_ address: UInt64, dimensions: Int) throws(HDF5Unreadable) {
    // A dataset without chunks has no tree.
    guard address != Self.nowhere else { return }
    try checkNode(address, keyBytes: 8 + 8 * dimensions, level: nil)
  }

  private mutating func checkNode(_ address: UInt64, keyBytes: Int, level parent: Int?) throws(HDF5Unreadable) {
    guard let place = Int(exactly: address), visited.insert(place).inserted else {
      throw HDF5Unreadable(reason: "a B-tree whose nodes form a loop")
    }
    var node = try HDF5Bytes(bytes, base: base, at: address)
    try node.signature("TREE")
    guard try node.integer(1) == 1 else { throw HDF5Unreadable(reason: "a B-tree that is no dataset's") }
    let level = try node.integer(1)
    guard level < parent ?? Self.maximumLevel else { throw HDF5Unreadable(reason: "a B-tree whose levels do not fall") }
    let count = try node.integer(2)
    for _ in 0..<2 {
      let sibling = try node.word()
      if sibling != Self.nowhere { _ = try HDF5Bytes(bytes, base: base, at: sibling) }
    }
    for _ in 0..<count {
      node.skip(keyBytes)
      let child = try node.word()
      if level > 0 { try checkNode(child, keyBytes: keyBytes, level: level) }
    }
  }

  // MARK: The five kinds of version 4

  private func checkNewIndex(_ layout: inout HDF5Bytes, elementBytes: Int) throws(HDF5Unreadable) {
    let flags = try layout.integer(1)
    let dimensions = try layout.integer(1)
    let encoded = try layout.integer(1)
    try Self.checkChunk(&layout, dimensions: dimensions, width: encoded, elementBytes: elementBytes)
    switch try layout.integer(1) {
    case 1:
      // A single chunk needs no index.
      if flags & 2 != 0 { layout.skip(12) }
    case 3:
      layout.skip(1)
      try checkArray(try layout.word(), signature: "FAHD", countPlace: 8)
    case 4:
      layout.skip(5)
      try checkArray(try layout.word(), signature: "EAHD", countPlace: 44)
    case 5:
      layout.skip(6)
      try HDF5SecondTree.check(bytes, base: base, at: try layout.word())
    default: break
    }
  }

  /// Checks that a fixed or an extensible array has no more elements than bytes are in the file.
  private func checkArray(
    _ address: UInt64, signature: String, countPlace: Int
  ) throws(HDF5Unreadable) {
    guard address != Self.nowhere else { return }
    var header = try HDF5Bytes(bytes, base: base, at: address)
    var count = header
    try header.signature(signature)
    count.skip(countPlace)
    // Parts of an extensible array may be missing, so its elements need not all have room in the file.
    guard try count.integer(8) <= max(bytes.count, 1 << 20) else {
      throw HDF5Unreadable(reason: "an index of more chunks than the file could hold")
    }
  }
}
