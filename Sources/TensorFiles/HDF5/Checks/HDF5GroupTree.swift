/// The B-tree, the symbol tables and the heap of a group of the old form, which TensorFlow and h5py write.
///
/// libhdf5 1.10 reads a node at whatever address its parent gives, "nowhere" included, through a null pointer; so the
/// whole tree is walked before it may.
///
/// Source: HDF5 File Format Specification 3.0, sections III.A.1, III.B and III.D.
struct HDF5GroupTree {
  private let bytes: UnsafeRawBufferPointer
  private let base: Int
  private var visited: Set<Int> = []

  private static let nowhere = UInt64.max
  /// The value that libhdf5 writes for the offset of a block that doesn't exist.
  private static let endOfFreeBlocks: UInt64 = 1
  /// The deepest tree that 64-bit sizes could need.
  private static let maximumLevel = 64

  /// Checks a group's B-tree and heap, by their addresses.
  ///
  /// - Throws: ``HDF5Unreadable`` when a node lies beyond the file's end, is of another kind, or is met twice.
  static func check(
    _ bytes: UnsafeRawBufferPointer, base: Int, tree: UInt64, heap: UInt64
  ) throws(HDF5Unreadable) {
    var walk = HDF5GroupTree(bytes: bytes, base: base)
    try walk.checkHeap(heap)
    try walk.checkNode(tree, level: nil)
  }

  private init(bytes: UnsafeRawBufferPointer, base: Int) {
    self.bytes = bytes
    self.base = base
  }

  private func block(at address: UInt64) throws(HDF5Unreadable) -> HDF5Bytes {
    try HDF5Bytes(bytes, base: base, at: address)
  }

  private func checkHeap(_ address: UInt64) throws(HDF5Unreadable) {
    var heap = try block(at: address)
    try heap.signature("HEAP")
    heap.skip(4)
    let size = try heap.integer(8)
    let free = try heap.word()
    let segment = try block(at: try heap.word())
    guard segment.count >= size else { throw HDF5Unreadable(reason: "a heap that reaches beyond the file's end") }
    try checkFreeBlocks(from: free, in: segment, size: size)
  }

  /// Follows the list of a heap's unused blocks, each of which holds the offset of the next and its own size.
  ///
  /// libhdf5 1.10 allocates a record for each as long as there is a next one: a list that loops takes all memory.
  private func checkFreeBlocks(from first: UInt64, in segment: HDF5Bytes, size: Int) throws(HDF5Unreadable) {
    var next = first
    var left = size / 16
    while next != Self.endOfFreeBlocks {
      guard let offset = Int(exactly: next), size >= 16, offset <= size - 16 else {
        throw HDF5Unreadable(reason: "unused space beyond its heap's end")
      }
      guard left > 0 else { throw HDF5Unreadable(reason: "a heap whose unused blocks form a loop") }
      left -= 1
      var block = segment
      block.skip(offset)
      next = try block.word()
      let length = try block.integer(8)
      guard length <= size - offset else { throw HDF5Unreadable(reason: "unused space beyond its heap's end") }
    }
  }

  private mutating func checkNode(_ address: UInt64, level parent: Int?) throws(HDF5Unreadable) {
    guard let offset = Int(exactly: address), visited.insert(offset).inserted else {
      throw HDF5Unreadable(reason: "a B-tree whose nodes form a loop")
    }
    var node = try block(at: address)
    try node.signature("TREE")
    guard try node.integer(1) == 0 else { throw HDF5Unreadable(reason: "a B-tree of another kind than a group's") }
    let level = try node.integer(1)
    guard level < parent ?? Self.maximumLevel else { throw HDF5Unreadable(reason: "a B-tree whose levels do not fall") }
    let count = try node.integer(2)
    for _ in 0..<2 {
      let sibling = try node.word()
      if sibling != Self.nowhere { _ = try block(at: sibling) }
    }
    for _ in 0..<count {
      node.skip(8)
      let child = try node.word()
      if level > 0 { try checkNode(child, level: level) } else { try checkSymbols(child) }
    }
  }

  private mutating func checkSymbols(_ address: UInt64) throws(HDF5Unreadable) {
    var table = try block(at: address)
    try table.signature("SNOD")
    table.skip(2)
    let count = try table.integer(2)
    guard count * 40 <= table.count else { throw HDF5Unreadable(reason: "a symbol table that ends too early") }
    for _ in 0..<count {
      table.skip(8)
      let header = try table.word()
      table.skip(24)
      // Soft links don't have a header.
      if header != Self.nowhere { _ = try block(at: header) }
    }
  }
}
