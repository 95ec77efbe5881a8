import PromptLensCHDF5

/// A check of chunks before libhdf5 1.10 reads them, since it inflates chunks without a limit and reads beyond those
/// that are too short.
enum HDF5ChunkCheck {
  /// Checks that each stored chunk of an open dataset has or unpacks to the bytes that a chunk must have, in no more
  /// room than these.
  ///
  /// - Throws: ``TensorFileError`` at the first that does not.
  static func check(_ id: hid_t, _ dataset: HDF5Dataset, file: String, fileBytes: Int) throws {
    guard case .chunked(let chunkBytes, let numbers) = dataset.layout else { return }
    let creation = H5Dget_create_plist(id)
    defer { H5Pclose(creation) }
    guard let filters = HDF5Filters(creation), let step = chunkShape(creation, rank: dataset.shape.count) else {
      throw TensorFileError.unsupported(
        path: file, object: dataset.path, expected: "data packed with deflate, shuffle or fletcher32",
        found: "packed with filters \(numbers)")
    }
    /// Reads a stored chunk, and unpacks it.
    func unpack(_ offset: [hsize_t], stored: Int) throws {
      var mask: UInt32 = 0
      var bytes = [UInt8](repeating: 0, count: stored)
      guard H5Dread_chunk(id, hid_t(H5P_DEFAULT), offset, &mask, &bytes) >= 0 else {
        throw TensorFileError.damaged(path: file, object: dataset.path, reason: HDF5Library.takeError())
      }
      guard filters.undo(bytes, mask: mask, limit: chunkBytes)?.count == chunkBytes else {
        throw TensorFileError.damaged(
          path: file, object: dataset.path, reason: "a chunk does not unpack to its \(chunkBytes) bytes")
      }
    }
    var offset = [hsize_t](repeating: 0, count: dataset.shape.count)
    while true {
      var mask: UInt32 = 0
      var address: haddr_t = 0
      var size: hsize_t = 0
      guard H5Dget_chunk_info_by_coord(id, offset, &mask, &address, &size) >= 0 else {
        throw TensorFileError.damaged(path: file, object: dataset.path, reason: HDF5Library.takeError())
      }
      // A chunk that was never written has no address; one that has an address and no bytes is read as far as its
      // shape.
      if address != haddr_t.max {
        guard let stored = Int(exactly: size), stored <= fileBytes else {
          throw TensorFileError.implausibleSize(
            path: file, object: dataset.path, declared: "a chunk of \(size) bytes", stored: fileBytes)
        }
        if numbers.isEmpty {
          guard stored == chunkBytes else {
            throw TensorFileError.damaged(
              path: file, object: dataset.path, reason: "a chunk of \(stored) bytes in place of \(chunkBytes)")
          }
        } else {
          // The size is that of the first chunk at the offset; a read takes the one that a search finds.
          var found: hsize_t = 0
          guard H5Dget_chunk_storage_size(id, offset, &found) >= 0, found == size else {
            throw TensorFileError.damaged(
              path: file, object: dataset.path, reason: "an index with several chunks at one offset")
          }
          try unpack(offset, stored: stored)
        }
      }
      var axis = offset.count - 1
      while axis >= 0 {
        offset[axis] += step[axis]
        if offset[axis] < hsize_t(dataset.shape[axis]) { break }
        offset[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }

  private static func chunkShape(_ creation: hid_t, rank: Int) -> [hsize_t]? {
    var chunk = [hsize_t](repeating: 0, count: rank)
    guard rank > 0, H5Pget_chunk(creation, Int32(rank), &chunk) == Int32(rank), !chunk.contains(0) else { return nil }
    return chunk
  }
}

extension HDF5Filters {
  /// Creates the filters of a dataset's creation properties, nil when one is not HDF5's own.
  fileprivate init?(_ creation: hid_t) {
    steps = []
    for index in 0..<max(H5Pget_nfilters(creation), 0) {
      var flags: UInt32 = 0
      var count = 1
      var value: UInt32 = 0
      var configuration: UInt32 = 0
      switch H5Pget_filter2(creation, UInt32(index), &flags, &count, &value, 0, nil, &configuration) {
      case 1: steps.append(.deflate)
      case 2: steps.append(.shuffle(bytes: Int(value)))
      case 3: steps.append(.fletcher32)
      default: return nil
      }
    }
  }
}
