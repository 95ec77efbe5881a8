import Tensors

/// A chunked dataset whose layout is newer than libhdf5 1.10 reads, read here from the file's bytes.
///
/// HDF5 2.0 writes layout messages of version 5 for packed chunks when a file is made with `libver="latest"`. Of those, this
/// reads floats behind two of the five kinds of index, a single chunk and a fixed array: those of datasets that cannot
/// grow.
///
/// Source: HDF5 File Format Specification 4.0, sections IV.A.1 (object headers), IV.A.2 (messages), III.D.2 (fixed array).
struct HDF5PackedDataset: Sendable, Equatable {
  /// The sizes of the dataset's axes.
  private(set) var shape: [Int] = []
  /// The type of the elements.
  private(set) var type = HDF5Type.other("unknown")
  /// The sizes of a chunk's axes.
  private(set) var chunkShape: [Int] = []
  private(set) var filters = HDF5Filters(steps: [])
  private(set) var chunks: [Chunk] = []
  private var width = 0

  /// A stored chunk.
  struct Chunk: Sendable, Equatable {
    var offset: Int
    var bytes: Int
    var mask: UInt32
  }

  /// The bytes that the chunks take in the file.
  var storedBytes: Int { chunks.reduce(0) { $0 + $1.bytes } }
  /// The bytes of an unpacked chunk.
  var chunkBytes: Int { chunkShape.reduce(width, *) }

  /// What this reader does not know, or the file does not have.
  struct Unreadable: Error {
    let reason: String
  }

  /// Reads the object header at an address.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - base: where the file's addresses count from: the length of its user block.
  ///   - address: the object header's.
  init(_ bytes: UnsafeRawBufferPointer, base: Int, address: Int) throws(Unreadable) {
    let header = try HDF5ObjectHeader(bytes, base: base, address: address)
    var dataspace = try header.message(0x01)
    guard try dataspace.integer(1) == 2 else { throw Unreadable(reason: "an old dataspace message") }
    let rank = try dataspace.integer(1)
    _ = try dataspace.integer(1)
    guard try dataspace.integer(1) == 1, (1...8).contains(rank) else { throw Unreadable(reason: "no simple dataspace") }
    var count = 1
    for _ in 0..<rank {
      let size = try dataspace.integer(8)
      let (product, overflow) = count.multipliedReportingOverflow(by: max(size, 1))
      guard !overflow else { throw Unreadable(reason: "sizes that overflow") }
      count = product
      shape.append(size)
    }
    (type, width) = try Self.type(try header.message(0x03))
    if var pipeline = header.messages[0x0B] { filters = try Self.filters(&pipeline) }

    var layout = try header.message(0x08)
    guard try layout.integer(1) == 5, try layout.integer(1) == 2 else {
      throw Unreadable(reason: "a layout that is unknown")
    }
    let flags = try layout.integer(1)
    guard try layout.integer(1) == rank + 1 else { throw Unreadable(reason: "chunks of another rank") }
    let encoded = try layout.integer(1)
    var places = 1
    var chunkCount = width
    for axis in 0..<rank {
      let size = try layout.integer(encoded)
      let (product, overflow) = chunkCount.multipliedReportingOverflow(by: size)
      guard size > 0, !overflow else { throw Unreadable(reason: "chunks of an impossible size") }
      chunkCount = product
      chunkShape.append(size)
      // The product of these is at most that of the shape's sizes, which was found to fit.
      places *= max((shape[axis] - 1) / size + 1, 1)
    }
    guard try layout.integer(encoded) == width else { throw Unreadable(reason: "chunks of other elements") }
    switch try layout.integer(1) {
    case 1:
      let isFiltered = flags & 2 != 0
      let stored = isFiltered ? try layout.integer(8) : chunkCount
      let mask = isFiltered ? UInt32(try layout.integer(4)) : 0
      guard places == 1 else { throw Unreadable(reason: "one chunk for several places") }
      chunks = [Chunk(offset: try layout.address(base), bytes: stored, mask: mask)]
    case 3:
      _ = try layout.integer(1)
      chunks = try Self.fixedArray(
        bytes, base: base, address: try layout.address(base), count: places, plainBytes: chunkCount)
    default:
      throw Unreadable(reason: "an index of chunks that needs libhdf5 2; repack the file with h5repack")
    }
    for chunk in chunks {
      guard chunk.offset <= bytes.count, chunk.bytes <= bytes.count - chunk.offset else {
        throw Unreadable(reason: "chunks beyond the file's end")
      }
    }
  }

  /// The chunks of a fixed array, in the order of their places.
  private static func fixedArray(
    _ bytes: UnsafeRawBufferPointer, base: Int, address: Int, count: Int, plainBytes: Int
  ) throws(Unreadable) -> [Chunk] {
    var header = HDF5Bytes(bytes, from: address)
    try header.signature("FAHD")
    _ = try header.integer(1)
    let isFiltered = try header.integer(1) == 1
    let entry = try header.integer(1)
    let pageBits = try header.integer(1)
    guard try header.integer(8) == count, count <= bytes.count / 8, pageBits < 32,
      isFiltered ? (13...20).contains(entry) : entry == 8
    else { throw Unreadable(reason: "a fixed array of other chunks") }
    let block = try header.address(base)
    var data = HDF5Bytes(bytes, from: block)
    try data.signature("FADB")
    data.skip(10)
    func chunk() throws(Unreadable) -> Chunk {
      let offset = try data.address(base)
      guard isFiltered else { return Chunk(offset: offset, bytes: plainBytes, mask: 0) }
      return Chunk(offset: offset, bytes: try data.integer(entry - 12), mask: UInt32(try data.integer(4)))
    }
    var chunks: [Chunk] = []
    let perPage = 1 << pageBits
    guard count > perPage else {
      for _ in 0..<count { chunks.append(try chunk()) }
      return chunks
    }
    // Behind a map of the pages that were written, pages of elements, each with a checksum.
    data.skip(((count - 1) / perPage + 1 + 7) / 8 + 4)
    for index in 0..<count {
      if index > 0, index % perPage == 0 { data.skip(4) }
      chunks.append(try chunk())
    }
    return chunks
  }

  private static func type(_ message: HDF5Bytes) throws(Unreadable) -> (HDF5Type, width: Int) {
    var message = message
    let classAndVersion = try message.integer(1)
    let order = try message.integer(1)
    let sign = try message.integer(1)
    _ = try message.integer(1)
    let width = try message.integer(4)
    let offset = try message.integer(2)
    let precision = try message.integer(2)
    let (exponent, exponentBits) = (try message.integer(1), try message.integer(1))
    let (mantissa, mantissaBits) = (try message.integer(1), try message.integer(1))
    let bias = try message.integer(4)
    // Class 1 is floats; bits 4 and 5 say that the mantissa's leading 1 is implied, bit 0 that the order is big-endian.
    guard classAndVersion & 0x0F == 1, order & 0xF0 == 0x20, offset == 0, precision == width * 8, mantissa == 0,
      exponent == mantissaBits, sign == mantissaBits + exponentBits, sign + 1 == precision
    else { throw Unreadable(reason: "elements that are no plain floats") }
    let bigEndian = order & 1 == 1
    switch (width, exponentBits, bias) {
    case (4, 8, 127): return (.float(.float32, bigEndian: bigEndian), 4)
    case (2, 5, 15): return (.float(.float16, bigEndian: bigEndian), 2)
    case (2, 8, 127): return (.float(.bfloat16, bigEndian: bigEndian), 2)
    default: throw Unreadable(reason: "floats of \(width) bytes, packed; repack the file with h5repack")
    }
  }

  private static func filters(_ pipeline: inout HDF5Bytes) throws(Unreadable) -> HDF5Filters {
    guard try pipeline.integer(1) == 2 else { throw Unreadable(reason: "an old filter message") }
    var steps: [HDF5Filters.Step] = []
    for _ in 0..<(try pipeline.integer(1)) {
      let filter = try pipeline.integer(2)
      guard (1...3).contains(filter) else { throw Unreadable(reason: "packed with filter \(filter)") }
      _ = try pipeline.integer(2)
      var values: [Int] = []
      for _ in 0..<(try pipeline.integer(2)) { values.append(try pipeline.integer(4)) }
      switch filter {
      case 1: steps.append(.deflate)
      case 2: steps.append(.shuffle(bytes: values.first ?? 1))
      default: steps.append(.fletcher32)
      }
    }
    return HDF5Filters(steps: steps)
  }

  /// Unpacks the elements in row-major, little-endian order.
  ///
  /// - Throws: ``Unreadable`` when a chunk is damaged.
  func unpack(_ file: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) throws(Unreadable) {
    var grid = shape
    for axis in shape.indices { grid[axis] = max((shape[axis] - 1) / chunkShape[axis] + 1, 0) }
    guard !shape.contains(0) else { return }
    var place = [Int](repeating: 0, count: shape.count)
    for chunk in chunks {
      let stored = [UInt8](file[chunk.offset..<chunk.offset + chunk.bytes])
      guard let plain = filters.undo(stored, mask: chunk.mask, limit: chunkBytes), plain.count == chunkBytes else {
        throw Unreadable(reason: "a chunk that does not unpack to its size")
      }
      copy(plain, at: place, into: target)
      for axis in place.indices.reversed() {
        place[axis] += 1
        if place[axis] < grid[axis] { break }
        place[axis] = 0
      }
    }
    if case .float(_, bigEndian: true) = type {
      for start in stride(from: 0, to: target.count, by: width) { target[start..<start + width].reverse() }
    }
  }

  /// Copies the rows of one chunk that lie inside the dataset.
  private func copy(_ chunk: [UInt8], at place: [Int], into target: UnsafeMutableRawBufferPointer) {
    let last = shape.count - 1
    let inside = shape.indices.map { min(chunkShape[$0], shape[$0] - place[$0] * chunkShape[$0]) }
    var row = [Int](repeating: 0, count: last)
    while true {
      var from = 0
      var to = 0
      for axis in 0..<last {
        from = from * chunkShape[axis] + row[axis]
        to = to * shape[axis] + place[axis] * chunkShape[axis] + row[axis]
      }
      from = from * chunkShape[last] * width
      to = (to * shape[last] + place[last] * chunkShape[last]) * width
      let count = inside[last] * width
      target[to..<to + count].copyBytes(from: chunk[from..<from + count])
      var axis = last - 1
      while axis >= 0 {
        row[axis] += 1
        if row[axis] < inside[axis] { break }
        row[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}

/// An object's header of version 2: its messages by type.
struct HDF5ObjectHeader {
  /// The messages' contents; of several of one type the first.
  private(set) var messages: [Int: HDF5Bytes] = [:]

  /// Reads a header and its continuations.
  init(_ bytes: UnsafeRawBufferPointer, base: Int, address: Int) throws(HDF5PackedDataset.Unreadable) {
    let (start, overflow) = base.addingReportingOverflow(address)
    guard !overflow else { throw HDF5PackedDataset.Unreadable(reason: "an address beyond the file's end") }
    var header = HDF5Bytes(bytes, from: start)
    try header.signature("OHDR")
    guard try header.integer(1) == 2 else { throw HDF5PackedDataset.Unreadable(reason: "an unknown object header") }
    let flags = try header.integer(1)
    if flags & 0x20 != 0 { header.skip(16) }
    if flags & 0x10 != 0 { header.skip(4) }
    let size = try header.integer(1 << (flags & 3))
    var blocks = [try header.part(size)]
    var visited = 0
    while var block = blocks.popLast() {
      visited += 1
      guard visited <= 64 else { throw HDF5PackedDataset.Unreadable(reason: "a header in too many pieces") }
      let prefix = flags & 0x04 != 0 ? 6 : 4
      while block.count >= prefix {
        let type = try block.integer(1)
        let length = try block.integer(2)
        let isShared = try block.integer(1) & 2 != 0
        if prefix == 6 { block.skip(2) }
        var content = try block.part(length)
        if type == 0x10 {
          let offset = try content.address(base)
          let length = try content.integer(8)
          var next = HDF5Bytes(bytes, from: offset)
          try next.signature("OCHK")
          guard length >= 8 else { throw HDF5PackedDataset.Unreadable(reason: "an empty piece of a header") }
          blocks.append(try next.part(length - 8))
        } else if messages[type] == nil, !isShared {
          messages[type] = content
        }
      }
    }
  }

  /// A message that must be there.
  func message(_ type: Int) throws(HDF5PackedDataset.Unreadable) -> HDF5Bytes {
    guard let message = messages[type] else {
      throw HDF5PackedDataset.Unreadable(reason: "a header without message \(type)")
    }
    return message
  }
}

/// A part of a file that is read from its front, never beyond its end.
struct HDF5Bytes {
  private var rest: UnsafeRawBufferPointer.SubSequence

  /// The bytes from an offset, none when it lies beyond the end.
  init(_ bytes: UnsafeRawBufferPointer, from offset: Int) {
    rest = offset >= 0 && offset <= bytes.count ? bytes[offset...] : bytes[bytes.count...]
  }

  private init(_ part: UnsafeRawBufferPointer.SubSequence) { rest = part }

  /// The number of bytes left.
  var count: Int { rest.count }

  /// Takes a little-endian number of 1 to 8 bytes.
  mutating func integer(_ width: Int) throws(HDF5PackedDataset.Unreadable) -> Int {
    guard (1...8).contains(width), rest.count >= width else {
      throw HDF5PackedDataset.Unreadable(reason: "a structure that ends too early")
    }
    let value = rest.prefix(width).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    rest = rest.dropFirst(width)
    guard let integer = Int(exactly: value) else {
      throw HDF5PackedDataset.Unreadable(reason: "a number beyond 63 bits")
    }
    return integer
  }

  /// Takes an address of 8 bytes and counts it from the file's first byte.
  mutating func address(_ base: Int) throws(HDF5PackedDataset.Unreadable) -> Int {
    let (address, overflow) = base.addingReportingOverflow(try integer(8))
    guard !overflow else { throw HDF5PackedDataset.Unreadable(reason: "an address beyond the file's end") }
    return address
  }

  /// Takes so many bytes as a part of their own.
  mutating func part(_ count: Int) throws(HDF5PackedDataset.Unreadable) -> HDF5Bytes {
    guard count >= 0, count <= rest.count else {
      throw HDF5PackedDataset.Unreadable(reason: "a structure that ends too early")
    }
    defer { rest = rest.dropFirst(count) }
    return HDF5Bytes(rest.prefix(count))
  }

  /// Takes a signature that must be there.
  mutating func signature(_ text: String) throws(HDF5PackedDataset.Unreadable) {
    guard rest.starts(with: text.utf8) else {
      throw HDF5PackedDataset.Unreadable(reason: "no \(text) where one should be")
    }
    rest = rest.dropFirst(text.utf8.count)
  }

  /// Passes over so many bytes.
  mutating func skip(_ count: Int) { rest = rest.dropFirst(count) }
}
