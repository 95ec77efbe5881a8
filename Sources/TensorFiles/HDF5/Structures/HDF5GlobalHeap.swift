/// The collections in which HDF5 keeps text of variable length.
///
/// libhdf5 1.10 follows a reference into a collection without checking that the object exists, and allocates a text
/// each time it is named, so references are followed here.
///
/// Source: HDF5 File Format Specification 3.0, section III.E.
struct HDF5GlobalHeap {
  let bytes: UnsafeRawBufferPointer
  let base: Int
  private var collections: [Int: [Int: HDF5Bytes]] = [:]

  /// Creates the heap of a file whose bytes outlive it; `base` is the origin of its addresses.
  init(_ bytes: UnsafeRawBufferPointer, base: Int) {
    self.bytes = bytes
    self.base = base
  }

  /// Reads the texts that references of 16 bytes name: a length, a collection's address, an object's index.
  ///
  /// - Parameters:
  ///   - references: the references, one after another.
  ///   - count: the number of references.
  ///   - limit: the most bytes that the texts may have together.
  /// - Returns: the texts.
  /// - Throws: ``HDF5Unreadable`` when a reference names nothing, or the texts are too long.
  mutating func texts(_ references: HDF5Bytes, count: Int, limit: Int) throws(HDF5Unreadable) -> [String] {
    var references = references
    guard count <= references.count / 16 else { throw HDF5Unreadable(reason: "fewer texts than it says") }
    var texts: [String] = []
    var left = limit
    for _ in 0..<count {
      var reference = try references.part(16)
      let length = try reference.integer(4)
      guard length > 0 else {
        texts.append("")
        continue
      }
      let address = try reference.address(base)
      let index = try reference.integer(4)
      guard let object = try collection(address)[index], length <= object.count, length <= left else {
        throw HDF5Unreadable(reason: "a text that is not where it should be")
      }
      left -= length
      texts.append(object.text(upTo: length))
    }
    return texts
  }

  /// Returns the objects of a collection by their indices.
  private mutating func collection(_ address: Int) throws(HDF5Unreadable) -> [Int: HDF5Bytes] {
    if let known = collections[address] { return known }
    var header = HDF5Bytes(bytes, from: address)
    try header.signature("GCOL")
    header.skip(4)
    let size = try header.integer(8)
    guard size >= 16 else { throw HDF5Unreadable(reason: "an empty collection") }
    var block = try header.part(size - 16)
    var objects: [Int: HDF5Bytes] = [:]
    while block.count >= 16 {
      let index = try block.integer(2)
      block.skip(6)
      let size = try block.integer(8)
      // Object 0 is the free space behind the others.
      guard index != 0 else { break }
      objects[index] = try block.part(size)
      block.skip((8 - size % 8) % 8)
    }
    collections[address] = objects
    return objects
  }
}
