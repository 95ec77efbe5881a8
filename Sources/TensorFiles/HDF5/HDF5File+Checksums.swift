import PromptLensTensors

/// The checksums that ``HDF5Writer`` leaves in a file.
extension HDF5File {
  /// The attribute of a dataset that holds the checksum of its bytes.
  static let checksumName = "xxh3"

  /// Checks the bytes of all datasets that carry a checksum, and those around them.
  ///
  /// - Throws: ``TensorFileError/changed(path:object:)`` naming the first dataset whose bytes have changed.
  package func checkChecksums() throws {
    try checkHeaders()
    for dataset in datasets { try checkChecksum(of: dataset) }
  }

  /// Checks the bytes of a dataset, if it carries a checksum: files of other software and of earlier versions do not.
  ///
  /// - Throws: ``TensorFileError/changed(path:object:)`` when they have changed since they were written.
  package func checkChecksum(of name: String) throws {
    if let dataset = dataset(name) { try checkChecksum(of: dataset) }
  }

  /// The bytes that are added to a checksum at a time.
  private static var checkedBytes: Int { 16 << 20 }

  private func checkChecksum(of dataset: HDF5Dataset) throws {
    guard ChecksumCheck.isOn, case .contiguous(let offset) = dataset.layout,
      case .string(let expected)? = try attribute(Self.checksumName, of: dataset.path)
    else { return }
    let checksum = Checksum()
    if let offset {
      storage.withBytes { file in
        // The bounds were checked when the file was opened.
        let end = min(offset + dataset.storedBytes, file.count)
        let start = min(offset, end)
        for first in stride(from: start, to: end, by: Self.checkedBytes) {
          let part = first..<min(first + Self.checkedBytes, end)
          checksum.add(UnsafeRawBufferPointer(rebasing: file[part]))
          // Else the largest tensor would be in memory as a whole, beside what is made of it.
          if end - start > Self.checkedBytes { storage.releasePages(part) }
        }
      }
    }
    guard checksum.digits == expected else { throw TensorFileError.changed(path: path, object: dataset.path) }
  }
}
