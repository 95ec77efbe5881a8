import PromptLensCHDF5

/// The description of a dataset, known before its elements are read.
package struct HDF5Dataset: Sendable, Equatable {
  /// The path inside the file, without a leading slash.
  package let path: String
  /// The sizes of the axes; empty for a scalar.
  package let shape: [Int]
  /// The type of the elements.
  package let type: HDF5Type
  /// The arrangement of the elements in the file.
  package let layout: Layout
  /// The number of bytes of the unpacked elements.
  package let byteCount: Int
  /// The number of bytes in the file.
  package let storedBytes: Int
  /// The reader of a dataset that libhdf5 cannot read; nil for all others.
  let packed: HDF5PackedDataset?

  /// An arrangement of a dataset's elements in the file.
  package enum Layout: Sendable, Equatable {
    /// Contiguous bytes from an offset in the file; nil if no data were written.
    case contiguous(offset: Int?)
    /// Bytes in the object's header.
    case compact
    /// Chunks of this many bytes, each packed by the filters of these numbers.
    case chunked(bytes: Int, filters: [Int])
  }

  /// The maximum number of bytes of a dataset beyond 64 times its stored bytes.
  static let allowance = 64 << 20
  /// The memory in bytes that libhdf5 1.10 needs for each chunk while reading, stored or not.
  private static let accountBytes = 4096

  /// Checks that a list of the elements takes no more memory than a dataset of floats may, since those of a dataset that was
  /// never written may be small in the file and many.
  ///
  /// - Throws: ``TensorFileError/implausibleSize(path:object:declared:stored:)``.
  func check(elementBytes: Int, in file: HDF5File) throws {
    let count = shape.reduce(1, *)
    let stored = min(storedBytes, file.byteCount)
    guard count <= (64 * stored + Self.allowance) / max(elementBytes, 1) else {
      throw TensorFileError.implausibleSize(
        path: file.path, object: path, declared: "\(count) elements", stored: stored)
    }
  }

  /// Describes an open dataset.
  ///
  /// Rejects contents that an intact weights file never has: no dataspace, data in other files, sizes that overflow,
  /// elements beyond the file's end, and datasets, chunks, or numbers of chunks that take more than 64 times their
  /// stored bytes and 64 MiB.
  init(_ dataset: hid_t, path: String, file: String, fileBytes: Int) throws {
    self.path = path
    packed = nil
    func damaged() -> TensorFileError {
      .damaged(path: file, object: path, reason: HDF5Library.takeError())
    }
    func unsupported(_ expected: String, _ found: String) -> TensorFileError {
      .unsupported(path: file, object: path, expected: expected, found: found)
    }

    let space = H5Dget_space(dataset)
    guard space >= 0 else { throw damaged() }
    defer { H5Sclose(space) }
    let kind = H5Sget_simple_extent_type(space)
    guard kind == H5S_SCALAR || kind == H5S_SIMPLE else {
      throw unsupported("an array or a scalar", "an empty dataspace")
    }
    let rank = Int(H5Sget_simple_extent_ndims(space))
    guard rank >= 0 else { throw damaged() }
    var extent = [hsize_t](repeating: 0, count: max(rank, 1))
    guard H5Sget_simple_extent_dims(space, &extent, nil) >= 0 else { throw damaged() }
    let dimensions = Array(extent.prefix(rank))

    let stored = H5Dget_type(dataset)
    guard stored >= 0 else { throw damaged() }
    defer { H5Tclose(stored) }
    type = HDF5Type(stored)
    let storedBytes = Int(clamping: H5Dget_storage_size(dataset))
    self.storedBytes = storedBytes
    func implausible(_ declared: String) -> TensorFileError {
      .implausibleSize(path: file, object: path, declared: declared, stored: min(storedBytes, fileBytes))
    }
    guard let byteCount = Self.product(dimensions, times: H5Tget_size(stored)) else {
      throw implausible("the shape \(dimensions)")
    }
    self.byteCount = byteCount
    shape = dimensions.map { Int($0) }

    let creation = H5Dget_create_plist(dataset)
    guard creation >= 0 else { throw damaged() }
    defer { H5Pclose(creation) }
    guard H5Pget_external_count(creation) == 0 else {
      throw unsupported("data in this file", "a dataset whose data lie in another file")
    }
    let limit = 64 * min(storedBytes, fileBytes) + Self.allowance
    switch H5Pget_layout(creation) {
    case H5D_CONTIGUOUS:
      let address = H5Dget_offset(dataset)
      // The largest address stands for "nowhere".
      guard address != haddr_t.max, byteCount > 0 else {
        layout = .contiguous(offset: nil)
        break
      }
      guard storedBytes >= byteCount else { throw implausible("\(byteCount) bytes") }
      guard let offset = Int(exactly: address), offset <= fileBytes, byteCount <= fileBytes - offset else {
        throw TensorFileError.damaged(path: file, object: path, reason: "its data lie beyond the file's end")
      }
      layout = .contiguous(offset: offset)
    case H5D_COMPACT:
      guard storedBytes >= byteCount, byteCount <= fileBytes else { throw implausible("\(byteCount) bytes") }
      layout = .compact
    case H5D_CHUNKED:
      var chunk = [hsize_t](repeating: 0, count: max(rank, 1))
      guard rank > 0, H5Pget_chunk(creation, Int32(rank), &chunk) == Int32(rank) else { throw damaged() }
      guard let chunkBytes = Self.product(chunk, times: H5Tget_size(stored)), chunkBytes <= limit else {
        throw implausible("chunks of shape \(chunk)")
      }
      let grid = zip(dimensions, chunk).map { ($0 + max($1, 1) - 1) / max($1, 1) }
      guard let account = Self.product(grid, times: Self.accountBytes), account <= limit else {
        throw implausible("the shape \(dimensions) in chunks of \(chunk)")
      }
      layout = .chunked(bytes: chunkBytes, filters: try Self.filters(creation, path: path, file: file))
    default: throw unsupported("contiguous, compact or chunked data", "a virtual dataset")
    }
    guard byteCount <= limit else { throw implausible("\(byteCount) bytes") }
  }

  /// Describes a dataset that libhdf5 can't open, with the same rules.
  init(_ packed: HDF5PackedDataset, path: String, file: String, fileBytes: Int) throws {
    self.path = path
    self.packed = packed
    shape = packed.shape
    type = packed.type
    storedBytes = packed.storedBytes
    let limit = 64 * min(packed.storedBytes, fileBytes) + Self.allowance
    guard let byteCount = Self.product(packed.shape.map { hsize_t($0) }, times: packed.width), byteCount <= limit,
      packed.chunkBytes <= limit
    else {
      throw TensorFileError.implausibleSize(
        path: file, object: path, declared: "the shape \(packed.shape) in chunks of \(packed.chunkShape)",
        stored: min(packed.storedBytes, fileBytes))
    }
    self.byteCount = byteCount
    layout = .chunked(bytes: packed.chunkBytes, filters: packed.filters.steps.map(\.number))
  }

  /// Returns the numbers of a dataset's filters, each of which this build of the library can undo.
  private static func filters(_ creation: hid_t, path: String, file: String) throws -> [Int] {
    let count = H5Pget_nfilters(creation)
    return try (0..<max(count, 0)).map { index in
      var flags: UInt32 = 0
      var values = 0
      var configuration: UInt32 = 0
      let filter = H5Pget_filter2(creation, UInt32(index), &flags, &values, nil, 0, nil, &configuration)
      guard filter > 0 else {
        throw TensorFileError.damaged(path: file, object: path, reason: HDF5Library.takeError())
      }
      guard H5Zfilter_avail(filter) > 0 else {
        throw TensorFileError.unsupported(
          path: file, object: path, expected: "data packed with deflate, shuffle or fletcher32, or not at all",
          found: "packed with filter \(filter)")
      }
      return Int(filter)
    }
  }

  /// Returns the product of sizes as an `Int`, nil when it overflows.
  private static func product(_ sizes: [hsize_t], times width: Int) -> Int? {
    var product = max(width, 1)
    for size in sizes {
      guard let size = Int(exactly: size) else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: max(size, 1))
      guard !overflow else { return nil }
      product = next
    }
    return sizes.contains(0) ? 0 : product
  }
}
