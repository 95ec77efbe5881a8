// The messages and the index of a packed dataset.

extension HDF5PackedDataset {
  /// Returns the elements' type, and the bytes of one, of a datatype message.
  static func type(_ message: HDF5Bytes) throws(HDF5Unreadable) -> (HDF5Type, width: Int) {
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
    else { throw HDF5Unreadable(reason: "elements that aren't plain floats") }
    let bigEndian = order & 1 == 1
    switch (width, exponentBits, bias) {
    case (4, 8, 127): return (.float(.float32, bigEndian: bigEndian), 4)
    case (2, 5, 15): return (.float(.float16, bigEndian: bigEndian), 2)
    case (2, 8, 127): return (.float(.bfloat16, bigEndian: bigEndian), 2)
    case (8, 11, 1023) where !bigEndian: return (.wideFloat(bytes: 8), 8)
    default: throw HDF5Unreadable(reason: "floats of \(width) bytes, packed; repack the file with h5repack")
    }
  }

  /// Returns the filters of a pipeline message.
  static func filters(_ pipeline: inout HDF5Bytes) throws(HDF5Unreadable) -> HDF5Filters {
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

  /// Returns the chunks of a fixed array, in the order of their positions.
  static func fixedArray(
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
}
