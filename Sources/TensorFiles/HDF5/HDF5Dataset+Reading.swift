import PromptLensCHDF5

// The elements of a dataset, by libhdf5.

extension HDF5Dataset {
  /// The minimum number of elements in one read.
  private static let bandElements = 1 << 20

  /// Reads the elements of an open dataset as `type` into `bytes`; returns false when libhdf5 fails.
  ///
  /// Chunks are read in bands of whole rows of chunks: libhdf5 1.10 keeps a few KB of records for each chunk of a read,
  /// which amounted to a tenth of the size of a tensor in small chunks.
  func read(_ dataset: hid_t, as type: hid_t, into bytes: UnsafeMutableRawBufferPointer) -> Bool {
    guard case .chunked = layout, let rows = shape.first, let chunkRows = chunkRows(of: dataset).map({ min($0, rows) })
    else {
      return H5Dread(dataset, type, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), bytes.baseAddress) >= 0
    }
    let rowElements = shape.dropFirst().reduce(1, *)
    let rowBytes = bytes.count / rows
    let bandRows = chunkRows * max(Self.bandElements / max(rowElements * chunkRows, 1), 1)
    for start in stride(from: 0, to: rows, by: bandRows) {
      let band = start..<min(start + bandRows, rows)
      guard read(band, of: dataset, as: type, into: bytes.baseAddress.map { $0 + start * rowBytes }) else {
        return false
      }
    }
    return true
  }

  /// Reads some rows of an open dataset.
  private func read(_ band: Range<Int>, of dataset: hid_t, as type: hid_t, into target: UnsafeMutableRawPointer?)
    -> Bool
  {
    var start = [hsize_t](repeating: 0, count: shape.count)
    start[0] = hsize_t(band.lowerBound)
    let extent = [hsize_t(band.count)] + shape.dropFirst().map { hsize_t($0) }
    let source = H5Dget_space(dataset)
    guard source >= 0 else { return false }
    defer { H5Sclose(source) }
    let memory = H5Screate_simple(Int32(extent.count), extent, nil)
    guard memory >= 0 else { return false }
    defer { H5Sclose(memory) }
    return H5Sselect_hyperslab(source, H5S_SELECT_SET, start, nil, extent, nil) >= 0
      && H5Dread(dataset, type, memory, source, hid_t(H5P_DEFAULT), target) >= 0
  }

  /// Returns the rows of an open dataset's chunks.
  private func chunkRows(of dataset: hid_t) -> Int? {
    let creation = H5Dget_create_plist(dataset)
    guard creation >= 0 else { return nil }
    defer { H5Pclose(creation) }
    var chunk = [hsize_t](repeating: 0, count: shape.count)
    guard H5Pget_chunk(creation, Int32(shape.count), &chunk) == Int32(shape.count) else { return nil }
    return Int(exactly: chunk[0]).flatMap { $0 > 0 ? $0 : nil }
  }
}
