import PromptLensTensorFiles
import PromptLensCheckpoints
import Foundation
import TestSupport
import PromptLensTensors
import Testing

/// Structures that crash libhdf5 1.10, found by the mutation harness.
@Suite("HDF5 structures that are rejected before libhdf5 sees them")
struct DamagedHDF5StructureTests {
  @Test("the undamaged files can be read")
  func undamaged() throws {
    try withFile { path in
      let floats = try HDF5File(path: path).tensor("group/numbers").floats()
      #expect(floats == [1, 2, 3])
    }
  }

  @Test("a driver information block, which asks for gigabytes, is rejected")
  func driverInformation() throws {
    // The superblock's last address before the root group's entry, in versions 0 and 1.
    try expectRefusal { file in
      let width = Int(file.bytes[13])
      file.set(width, at: (file.bytes[8] == 0 ? 24 : 28) + 3 * width, bytes: width)
    }
  }

  @Test("a root group whose header continues at an undefined address is rejected")
  func rootHeader() throws {
    var file = try Bytes(fixture: "chunked")
    // Version 0: the root group's entry stands behind 24 bytes and four addresses, and its header's address behind one more.
    // The header's first message becomes one that it goes on, at the address "nowhere".
    let message = file.integer(at: 24 + 5 * 8) + 16
    try #require(file.bytes[8] == 0 && file.integer(at: message + 2, bytes: 2) == 16)
    file.set(0x10, at: message, bytes: 2)
    file.set(-1, at: message + 8, bytes: 8)
    try withTemporaryFolder { folder in
      try Data(file.bytes).write(to: URL(fileURLWithPath: "\(folder)/damaged.h5"))
      #expect(throws: TensorFileError.self) { try HDF5File(path: "\(folder)/damaged.h5") }
    }
  }

  @Test("a message that is stored in a missing shared heap is rejected", arguments: [3, 5] as [UInt8])
  func sharedMessage(type: UInt8) throws {
    var file = try Bytes(fixture: "chunked")
    // The flags stand before three reserved bytes and the content; bit 1 says that the content is a reference.
    file.bytes[try file.message(type: type, begins: type == 3 ? [0x11] : [2]) - 4] |= 2
    try withTemporaryFolder { folder in
      try Data(file.bytes).write(to: URL(fileURLWithPath: "\(folder)/damaged.h5"))
      let error = #expect(throws: TensorFileError.self) { try HDF5File(path: "\(folder)/damaged.h5") }
      #expect("\(String(describing: error))".contains("kept elsewhere"), "\(String(describing: error))")
    }
  }

  @Test("addresses of four bytes are rejected by name")
  func narrowAddresses() throws {
    var file = try Bytes(fixture: "chunked")
    file.bytes[13] = 4
    try withTemporaryFolder { folder in
      try Data(file.bytes).write(to: URL(fileURLWithPath: "\(folder)/damaged.h5"))
      let error = #expect(throws: TensorFileError.self) { try HDF5File(path: "\(folder)/damaged.h5") }
      #expect("\(String(describing: error))".contains("addresses of 8 bytes"), "\(String(describing: error))")
    }
  }

  @Test("a group's B-tree with an undefined child is rejected")
  func treeChild() throws {
    try expectRefusal { file in
      // Behind the signature: type and level, count, two siblings, a key, and the first child.
      let tree = try file.offset(of: "TREE")
      file.set(-1, at: tree + 8 + 16 + 8, bytes: 8)
    }
  }

  @Test("a heap whose list of unused blocks forms a loop is rejected")
  func freeBlocks() throws {
    try expectRefusal { file in
      // Behind the signature: version, the size of the data, the first unused block, and where the data are.
      let heap = try file.offset(of: "HEAP")
      let data = file.integer(at: heap + 24)
      let first = file.integer(at: heap + 16)
      try #require(first != 1, "a heap without unused blocks")
      file.set(first, at: data + first, bytes: 8)
    }
  }

  @Test("a fill value larger than an element is rejected")
  func fillValue() throws {
    try expectRefusal { file in
      // Version 2, when it is allocated, when it is written, whether it is defined, and its size: an element has 4 bytes.
      let message = try file.message(type: 5, begins: [2])
      file.bytes[message + 3] = 1
      file.set(8, at: message + 4, bytes: 4)
    }
  }

  @Test("a user-defined link without a target is rejected")
  func emptyLink() throws {
    try expectRefusal { file in
      // The message of the fill value becomes a link: version, flags (a kind follows), kind, a name of one letter, and
      // no bytes to lead anywhere.
      let message = try file.message(type: 5, begins: [2])
      file.set(6, at: message - 8, bytes: 2)
      let length = file.integer(at: message - 6, bytes: 2)
      let link: [UInt8] = [1, 0x08, 200, 1, UInt8(ascii: "a"), 0, 0]
      try #require(length >= link.count)
      file.bytes.replaceSubrange(message..<message + link.count, with: link)
    }
  }

  @Test(
    "chunks are read through every kind of index",
    arguments: ["chunked", "filtered", "fixed-array", "extensible-array", "second-tree", "newest", "many-attributes"])
  func indices(name: String) throws {
    let file = try HDF5File(path: Fixtures.path("hdf5/\(name).h5"))
    #expect(try file.tensor("numbers").floats() == (0..<96).map { Float($0) })
    if name == "many-attributes" { #expect(try file.attributeNames(of: "numbers").count == 12) }
  }

  @Test("a text in the heap of many attributes is not supported rather than damaged, and the rest of the file is read")
  func heapOfAttributes() throws {
    let path = Fixtures.path("hdf5/newest-attributes.h5")
    let file = try HDF5File(path: path)
    #expect(try file.tensor("numbers").floats() == (0..<96).map { Float($0) })
    #expect(try file.attributeNames().count == 64)
    let error = #expect(throws: TensorFileError.self) { try file.attribute("attribute 3") }
    guard case .unsupported(path, "the attribute attribute 3 of /", _, _)? = error else {
      Issue.record("\(error.map { "\($0)" } ?? "")")
      return
    }
    #expect(error.map { "\($0)" }?.contains("libver='earliest'") == true)
  }

  @Test("chunks are read correctly in several bands")
  func bands() throws {
    let file = try HDF5File(path: Fixtures.path("hdf5/large.h5"))
    let expected = (0..<1300).flatMap { row in (0..<1000).map { column in Float((31 * row + column) % 64) } }
    let numbers = try file.tensor("numbers")
    #expect(numbers.dtype == .float16 && numbers.shape.dimensions == [1300, 1000])
    #expect(numbers.floats() == expected)
  }

  @Test(
    "indices of chunks that form a loop, or are longer than the file, are rejected",
    arguments: [
      ("chunked", "loop"), ("second-tree", "impossible"), ("extensible-array", "more chunks"),
      ("fixed-array", "more chunks"), ("newest", "other chunks"), ("many-attributes", "too many records"),
    ])
  func chunkIndex(name: String, reason: String) throws {
    var file = try Bytes(fixture: name)
    switch name {
    case "chunked":
      // A dataset's tree is of type 1; its first child stands behind a key of 8 + 8 x 3 bytes.
      let tree = try file.offset(of: "TREE\u{1}")
      file.bytes[tree + 5] = 1
      file.set(tree, at: tree + 24 + 32, bytes: 8)
    case "second-tree": file.set(60_000, at: try file.offset(of: "BTHD") + 12, bytes: 2)
    case "extensible-array": file.set(1 << 40, at: try file.offset(of: "EAHD") + 44, bytes: 8)
    case "fixed-array", "newest": file.set(1 << 40, at: try file.offset(of: "FAHD") + 8, bytes: 8)
    default: file.set(60_000, at: try file.offset(of: "BTHD") + 24, bytes: 2)
    }
    try withTemporaryFolder { folder in
      try Data(file.bytes).write(to: URL(fileURLWithPath: "\(folder)/damaged.h5"))
      let error = #expect(throws: TensorFileError.self) { try HDF5File(path: "\(folder)/damaged.h5") }
      #expect("\(String(describing: error))".contains(reason), "\(String(describing: error))")
    }
  }

  @Test("chunks whose bookkeeping would exhaust the memory are rejected", .timeLimit(.minutes(1)))
  func chunkCount() throws {
    var file = try Bytes(fixture: "chunked")
    // Of version 1, with two axes whose largest sizes follow: 500,000 chunks, of which six are stored.
    let message = try file.message(type: 1, begins: [1, 2, 1])
    for offset in [message + 8, message + 24] { file.set(1_000_000, at: offset, bytes: 8) }
    try withTemporaryFolder { folder in
      try Data(file.bytes).write(to: URL(fileURLWithPath: "\(folder)/damaged.h5"))
      let error = #expect(throws: TensorFileError.self) { try HDF5File(path: "\(folder)/damaged.h5") }
      let message = String(describing: error)
      #expect(message.contains("1000000, 8] in chunks of [4, 4]"), "\(message)")
    }
  }

  @Test("chunks shorter than the dataset's layout are rejected")
  func shortChunks() throws {
    var file = try Bytes(fixture: "chunked")
    // Version 3, chunked, three sizes with that of an element; behind the address stand a chunk's rows and columns.
    let message = try file.message(type: 8, begins: [3, 2, 3])
    file.set(3341, at: message + 3 + 8 + 4, bytes: 4)
    try withTemporaryFolder { folder in
      try Data(file.bytes).write(to: URL(fileURLWithPath: "\(folder)/damaged.h5"))
      let error = #expect(throws: TensorFileError.self) { try HDF5File(path: "\(folder)/damaged.h5") }
      let message = String(describing: error)
      #expect(message.contains("a chunk of 64 bytes in place of 53456"), "\(message)")
    }
  }

  @Test(
    "an unpacked chunk shorter than its shape, or empty, is rejected",
    arguments: [32, 0, 63, 65])
  func shortChunk(bytes: Int) throws {
    var file = try Bytes(fixture: "chunked")
    // Behind a tree's signature, kind, level, count and two siblings stands the first chunk's key, its size first.
    file.set(bytes, at: try file.offset(of: "TREE\u{1}") + 24, bytes: 4)
    try withTemporaryFolder { folder in
      try Data(file.bytes).write(to: URL(fileURLWithPath: "\(folder)/damaged.h5"))
      let error = #expect(throws: TensorFileError.self) {
        try HDF5File(path: "\(folder)/damaged.h5").tensor("numbers")
      }
      let message = String(describing: error)
      #expect(message.contains("a chunk of \(bytes) bytes in place of 64") && !message.contains("\n"), "\(message)")
    }
  }

  @Test("two chunks at one offset are rejected, since a search and a walk through the index find different ones")
  func doubleChunk() throws {
    var file = try Bytes(fixture: "filtered")
    // Six keys of a length, a mask and three offsets, each before an address: all get the first one's offsets, and each has
    // another length.
    let first = try file.offset(of: "TREE\u{1}") + 24
    for index in 1..<6 {
      let key = first + index * (8 + 3 * 8 + 8)
      file.bytes.replaceSubrange(key + 8..<key + 24, with: file.bytes[first + 8..<first + 24])
      file.set(file.integer(at: key, bytes: 4) / 2 + index, at: key, bytes: 4)
    }
    try withTemporaryFolder { folder in
      try Data(file.bytes).write(to: URL(fileURLWithPath: "\(folder)/damaged.h5"))
      #expect(throws: TensorFileError.self) { try HDF5File(path: "\(folder)/damaged.h5").tensor("numbers") }
    }
  }

  @Test(
    "indices of other records than the ones looked up are rejected",
    arguments: [
      ("second-tree", "BTHD", 5, 5), ("second-tree", "BTHD", 5, 11), ("second-tree", "BTHD", 10, 23),
      ("many-attributes", "BTHD", 5, 10), ("many-attributes", "BTHD", 10, 11), ("extensible-array", "EAHD", 5, 2),
      ("extensible-array", "EAHD", 6, 7), ("fixed-array", "FAHD", 5, 0), ("fixed-array", "FAHD", 6, 13),
    ])
  func otherIndex(name: String, signature: String, relativeOffset: Int, value: Int) throws {
    var file = try Bytes(fixture: name)
    file.set(value, at: try file.offset(of: signature) + relativeOffset, bytes: 1)
    try withTemporaryFolder { folder in
      try Data(file.bytes).write(to: URL(fileURLWithPath: "\(folder)/damaged.h5"))
      let error = #expect(throws: TensorFileError.self) { try HDF5File(path: "\(folder)/damaged.h5") }
      #expect("\(String(describing: error))".contains("of other records than"), "\(String(describing: error))")
    }
  }

  @Test("chunks of elements other than the dataset's are rejected")
  func chunkElements() throws {
    var file = try Bytes(fixture: "chunked")
    // The size of an element in the message of its type, a little-endian float of version 1.
    file.set(4100, at: try file.message(type: 3, begins: [0x11]) + 4, bytes: 4)
    try withTemporaryFolder { folder in
      try Data(file.bytes).write(to: URL(fileURLWithPath: "\(folder)/damaged.h5"))
      let error = #expect(throws: TensorFileError.self) { try HDF5File(path: "\(folder)/damaged.h5") }
      let message = String(describing: error)
      #expect(message.contains("chunks of other elements"), "\(message)")
    }
  }

  @Test("a shuffle filter with elements of gigabytes is rejected at once", .timeLimit(.minutes(1)))
  func shuffle() throws {
    var file = try Bytes(fixture: "filtered")
    // Behind the filter's name, padded to 8 bytes, stands its one parameter.
    file.set(-1, at: try file.offset(of: "shuffle\0") + 8, bytes: 4)
    try withTemporaryFolder { folder in
      try Data(file.bytes).write(to: URL(fileURLWithPath: "\(folder)/damaged.h5"))
      let hdf5 = try HDF5File(path: "\(folder)/damaged.h5")
      #expect(throws: TensorFileError.self) { try hdf5.tensor("numbers") }
    }
  }

  // MARK: - A small file

  private func withFile(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/small.h5"
      try HDF5Writer.write(to: path) { file in
        try file.write(try Tensor([1, 2, 3], shape: [3]), to: "group/numbers")
      }
      try body(path)
    }
  }

  /// Damages the small file, and expects an error that names it.
  private func expectRefusal(_ damage: (inout Bytes) throws -> Void) throws {
    try withFile { path in
      var file = Bytes(bytes: [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
      try damage(&file)
      try Data(file.bytes).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: TensorFileError.self) { try HDF5File(path: path) }
      #expect("\(String(describing: error))".contains(path))
    }
  }
}

/// A file that is damaged on purpose.
private struct Bytes {
  var bytes: [UInt8]

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// Creates a file of `Tests/Fixtures/hdf5`.
  init(fixture name: String) throws {
    bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("hdf5/\(name).h5"))))
  }

  struct NotThere: Error {
    let what: String
  }

  /// Where a signature first stands.
  func offset(of signature: String) throws -> Int {
    let signature = Array(signature.utf8)
    guard let offset = bytes.indices.first(where: { bytes[$0...].starts(with: signature) }) else {
      throw NotThere(what: String(decoding: signature, as: UTF8.self))
    }
    return offset
  }

  /// Where the content of the first header message of a type begins, in a header of the old form: type and length of
  /// two bytes each, flags, three reserved bytes.
  func message(type: UInt8, begins content: [UInt8]) throws -> Int {
    for offset in stride(from: 8, to: bytes.count - 8, by: 8)
    where bytes[offset] == type && bytes[offset + 1] == 0 && bytes[offset + 4..<offset + 8].allSatisfy({ $0 <= 1 })
      && bytes[(offset + 8)...].starts(with: content) && integer(at: offset + 2, bytes: 2) > 0
    {
      return offset + 8
    }
    throw NotThere(what: "message \(type)")
  }

  func integer(at offset: Int, bytes count: Int = 8) -> Int {
    (0..<count).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
  }

  mutating func set(_ value: Int, at offset: Int, bytes count: Int) {
    for index in 0..<count { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
  }
}
