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
  /// The bytes of an element.
  private(set) var width = 0

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

  /// Reads a dataset's header.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - base: where the file's addresses count from: the length of its user block.
  ///   - header: the object's header.
  /// - Throws: ``HDF5Unreadable`` when the header is damaged or of a kind that is not read here.
  init(_ bytes: UnsafeRawBufferPointer, base: Int, header: HDF5ObjectHeader) throws(HDF5Unreadable) {
    var dataspace = try header.message(HDF5ObjectHeader.Message.dataspace)
    guard try dataspace.integer(1) == 2 else { throw HDF5Unreadable(reason: "an old dataspace message") }
    let rank = try dataspace.integer(1)
    _ = try dataspace.integer(1)
    guard try dataspace.integer(1) == 1, (1...8).contains(rank) else {
      throw HDF5Unreadable(reason: "no simple dataspace")
    }
    var count = 1
    for _ in 0..<rank {
      let size = try dataspace.integer(8)
      let (product, overflow) = count.multipliedReportingOverflow(by: max(size, 1))
      guard !overflow else { throw HDF5Unreadable(reason: "sizes that overflow") }
      count = product
      shape.append(size)
    }
    (type, width) = try Self.type(try header.message(HDF5ObjectHeader.Message.datatype))
    if var pipeline = header[HDF5ObjectHeader.Message.filters] { filters = try Self.filters(&pipeline) }

    var layout = try header.message(HDF5ObjectHeader.Message.layout)
    guard try layout.integer(1) == 5, try layout.integer(1) == 2 else {
      throw HDF5Unreadable(reason: "a layout that is unknown")
    }
    let flags = try layout.integer(1)
    guard try layout.integer(1) == rank + 1 else { throw HDF5Unreadable(reason: "chunks of another rank") }
    let encoded = try layout.integer(1)
    var places = 1
    var chunkCount = width
    for axis in 0..<rank {
      let size = try layout.integer(encoded)
      let (product, overflow) = chunkCount.multipliedReportingOverflow(by: size)
      guard size > 0, !overflow else { throw HDF5Unreadable(reason: "chunks of an impossible size") }
      chunkCount = product
      chunkShape.append(size)
      // The product of these is at most that of the shape's sizes, which was found to fit.
      places *= max((shape[axis] - 1) / size + 1, 1)
    }
    guard try layout.integer(encoded) == width else { throw HDF5Unreadable(reason: "chunks of other elements") }
    switch try layout.integer(1) {
    case 1:
      let isFiltered = flags & 2 != 0
      let stored = isFiltered ? try layout.integer(8) : chunkCount
      let mask = isFiltered ? UInt32(try layout.integer(4)) : 0
      guard places == 1 else { throw HDF5Unreadable(reason: "one chunk for several places") }
      chunks = [Chunk(offset: try layout.address(base), bytes: stored, mask: mask)]
    case 3:
      _ = try layout.integer(1)
      chunks = try Self.fixedArray(
        bytes, base: base, address: try layout.address(base), count: places, plainBytes: chunkCount)
    default:
      throw HDF5Unreadable(reason: "an index of chunks that needs libhdf5 2; repack the file with h5repack")
    }
    for chunk in chunks {
      guard chunk.offset <= bytes.count, chunk.bytes <= bytes.count - chunk.offset else {
        throw HDF5Unreadable(reason: "chunks beyond the file's end")
      }
    }
  }

  /// The chunks of a fixed array, in the order of their places.
  private static func fixedArray(
    _ bytes: UnsafeRawBufferPointer, base: Int, address: Int, count: Int, plainBytes: Int
  ) throws(HDF5Unreadable) -> [Chunk] {
    var header = HDF5Bytes(bytes, from: address)
    try header.signature("FAHD")
    _ = try header.integer(1)
    let isFiltered = try header.integer(1) == 1
    let entry = try header.integer(1)
    let pageBits = try header.integer(1)
    guard try header.integer(8) == count, count <= bytes.count / 8, pageBits < 32,
      isFiltered ? (13...20).contains(entry) : entry == 8
    else { throw HDF5Unreadable(reason: "a fixed array of other chunks") }
    let block = try header.address(base)
    var data = HDF5Bytes(bytes, from: block)
    try data.signature("FADB")
    data.skip(10)
    func chunk() throws(HDF5Unreadable) -> Chunk {
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

  private static func type(_ message: HDF5Bytes) throws(HDF5Unreadable) -> (HDF5Type, width: Int) {
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
    else { throw HDF5Unreadable(reason: "elements that are no plain floats") }
    let bigEndian = order & 1 == 1
    switch (width, exponentBits, bias) {
    case (4, 8, 127): return (.float(.float32, bigEndian: bigEndian), 4)
    case (2, 5, 15): return (.float(.float16, bigEndian: bigEndian), 2)
    case (2, 8, 127): return (.float(.bfloat16, bigEndian: bigEndian), 2)
    case (8, 11, 1023) where !bigEndian: return (.wideFloat(bytes: 8), 8)
    default: throw HDF5Unreadable(reason: "floats of \(width) bytes, packed; repack the file with h5repack")
    }
  }

  private static func filters(_ pipeline: inout HDF5Bytes) throws(HDF5Unreadable) -> HDF5Filters {
    guard try pipeline.integer(1) == 2 else { throw HDF5Unreadable(reason: "an old filter message") }
    var steps: [HDF5Filters.Step] = []
    for _ in 0..<(try pipeline.integer(1)) {
      let filter = try pipeline.integer(2)
      guard (1...3).contains(filter) else { throw HDF5Unreadable(reason: "packed with filter \(filter)") }
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
  /// - Throws: ``HDF5Unreadable`` when a chunk is damaged.
  func unpack(_ file: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) throws(HDF5Unreadable) {
    var grid = shape
    for axis in shape.indices { grid[axis] = max((shape[axis] - 1) / chunkShape[axis] + 1, 0) }
    guard !shape.contains(0) else { return }
    var place = [Int](repeating: 0, count: shape.count)
    for chunk in chunks {
      let stored = [UInt8](file[chunk.offset..<chunk.offset + chunk.bytes])
      guard let plain = filters.undo(stored, mask: chunk.mask, limit: chunkBytes), plain.count == chunkBytes else {
        throw HDF5Unreadable(reason: "a chunk that does not unpack to its size")
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

  /// Unpacks f64 elements and rounds them to f32.
  ///
  /// - Throws: ``HDF5Unreadable`` when a chunk is damaged.
  func unpackDoubles(_ file: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) throws(HDF5Unreadable)
  {
    let doubles = UnsafeMutableRawBufferPointer.allocate(byteCount: target.count * 2, alignment: 8)
    defer { doubles.deallocate() }
    try unpack(file, into: doubles)
    let floats = target.assumingMemoryBound(to: Float.self)
    for (index, double) in doubles.assumingMemoryBound(to: Double.self).enumerated() { floats[index] = Float(double) }
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
