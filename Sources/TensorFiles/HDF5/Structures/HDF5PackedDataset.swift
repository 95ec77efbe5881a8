import PromptLensTensors

/// A chunked dataset whose layout is newer than libhdf5 1.10 reads, read here from the file's bytes.
///
/// HDF5 2.0 writes layout messages of version 5 for packed chunks when a file is made with `libver="latest"`. Of those,
/// this reads floats behind two of the five kinds of index, a single chunk and a fixed array: those of datasets that
/// cannot grow.
///
/// Source: HDF5 File Format Specification 4.0, sections IV.A.1 (object headers), IV.A.2 (messages), III.D.2 (fixed
/// array).
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
  ///   - base: the origin of the file's addresses: the length of its user block.
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
    var positionCount = 1
    var chunkCount = width
    for axis in 0..<rank {
      let size = try layout.integer(encoded)
      let (product, overflow) = chunkCount.multipliedReportingOverflow(by: size)
      guard size > 0, !overflow else { throw HDF5Unreadable(reason: "chunks of an impossible size") }
      chunkCount = product
      chunkShape.append(size)
      // The product of these is at most that of the shape's sizes, which was found to fit.
      positionCount *= max((shape[axis] - 1) / size + 1, 1)
    }
    guard try layout.integer(encoded) == width else { throw HDF5Unreadable(reason: "chunks of other elements") }
    switch try layout.integer(1) {
    case 1:
      let isFiltered = flags & 2 != 0
      let stored = isFiltered ? try layout.integer(8) : chunkCount
      let mask = isFiltered ? UInt32(try layout.integer(4)) : 0
      guard positionCount == 1 else { throw HDF5Unreadable(reason: "one chunk for several offsets") }
      chunks = [Chunk(offset: try layout.address(base), bytes: stored, mask: mask)]
    case 3:
      _ = try layout.integer(1)
      chunks = try Self.fixedArray(
        bytes, base: base, address: try layout.address(base), count: positionCount, plainBytes: chunkCount)
    default:
      throw HDF5Unreadable(reason: "an index of chunks that needs libhdf5 2; repack the file with h5repack")
    }
    for chunk in chunks {
      guard chunk.offset <= bytes.count, chunk.bytes <= bytes.count - chunk.offset else {
        throw HDF5Unreadable(reason: "chunks beyond the file's end")
      }
    }
  }
}
