import PromptLensCHDF5
import PromptLensFiles
import PromptLensTensors

/// An HDF5 file, opened for reading: its datasets by path, its attributes, and its elements as tensors.
///
/// Contiguous little-endian datasets are the file's own mapped bytes and cost nothing until they are touched; all
/// others are unpacked by libhdf5 into memory. The library is never asked to allocate what ``HDF5Dataset`` has not
/// found plausible, and never follows a link out of the file.
package final class HDF5File: Sendable {
  /// The path of the file.
  package let path: String
  /// The number of bytes in the file.
  package let byteCount: Int
  /// All datasets, sorted by path. A dataset with two names is listed under both.
  package let datasets: [HDF5Dataset]
  /// The paths of all groups, sorted; the root is the empty path.
  package let groups: [String]

  let file: hid_t
  private let mapped: MappedFile
  let storage: Storage
  let userBlock: Int
  private let indices: [String: Int]

  /// Opens a file and lists its contents.
  ///
  /// - Throws: `FileError` when the file is missing; ``TensorFileError`` when it isn't an HDF5 file, is damaged, holds
  ///   links to other files or to nothing, or holds datasets that are implausible.
  package init(path: String) throws {
    let mapped = try MappedFile(path: path, expected: "an HDF5 file")
    self.path = path
    self.mapped = mapped
    byteCount = mapped.count
    storage = Storage(mapped)
    try HDF5Superblock.check(mapped.bytes, path: path)
    (file, userBlock, datasets, groups) = try HDF5Library.exclusively {
      let file = chdf5_open(path)
      guard file >= 0 else {
        throw TensorFileError.damaged(path: path, object: "/", reason: HDF5Library.takeError())
      }
      do {
        var walk = HDF5Walk(path: path, bytes: mapped.bytes)
        try walk.run(file)
        return (file, walk.userBlock, walk.datasets.sorted { $0.path < $1.path }, walk.groups.sorted())
      } catch {
        H5Fclose(file)
        throw error
      }
    }
    indices = Dictionary(datasets.enumerated().map { ($0.element.path, $0.offset) }) { first, _ in first }
  }

  deinit {
    let file = file
    HDF5Library.exclusively { _ = H5Fclose(file) }
  }

  /// Returns a Boolean value that indicates whether bytes begin like HDF5, optionally after a user block.
  package static func isHDF5(_ bytes: UnsafeRawBufferPointer) -> Bool { signatureOffset(in: bytes) != nil }

  /// Returns the offset of HDF5's signature; nil if there is none.
  static func signatureOffset(in bytes: UnsafeRawBufferPointer) -> Int? {
    let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    var offset = 0
    while offset + signature.count <= bytes.count {
      if bytes[offset..<offset + signature.count].elementsEqual(signature) { return offset }
      offset = offset == 0 ? 512 : offset * 2
    }
    return nil
  }

  /// Releases the memory of datasets that were read; they are read again on request.
  package func releasePages() { mapped.releasePages() }

  /// Returns the dataset at a path; nil if there is none.
  package func dataset(_ path: String) -> HDF5Dataset? { indices[path].map { datasets[$0] } }
}

// MARK: - Elements

extension HDF5File {
  /// Returns a dataset of floats as a tensor: of the stored element type if that is f32, f16 or bf16, else f32.
  ///
  /// - Throws: ``TensorFileError`` when the dataset is missing, its elements aren't floats, or it cannot be
  ///   unpacked.
  package func tensor(_ path: String) throws -> Tensor {
    let dataset = try require(path, expected: "a dataset of floats")
    guard let dtype = dataset.type.dtype else {
      throw TensorFileError.unsupported(
        path: self.path, object: path, expected: "floats", found: "a dataset of \(dataset.type)s")
    }
    let shape = try Shape(dataset.shape, name: path)
    if case .contiguous(let offset?) = dataset.layout, case .float(_, bigEndian: false) = dataset.type,
      offset % dtype.byteWidth == 0
    {
      return try Tensor(shape: shape, dtype: dtype, storage: storage, byteOffset: offset, name: path)
    }
    return try HDF5Library.exclusively {
      let type = HDF5Type.make(dtype)
      defer { H5Tclose(type) }
      let memory = try Storage(count: shape.count * dtype.byteWidth) { bytes in
        try read(dataset, as: type, into: bytes)
      }
      return try Tensor(shape: shape, dtype: dtype, storage: memory, name: path)
    }
  }

  /// Returns a dataset of whole numbers, in row-major order.
  package func integers(_ path: String) throws -> [Int] {
    let dataset = try require(path, expected: "a dataset of whole numbers")
    guard case .integer(let width, _) = dataset.type, width <= 8 else {
      throw TensorFileError.unsupported(
        path: self.path, object: path, expected: "whole numbers", found: "a dataset of \(dataset.type)s")
    }
    try dataset.check(elementBytes: MemoryLayout<Int>.stride, in: self)
    var integers = [Int](repeating: 0, count: dataset.byteCount / max(width, 1))
    try HDF5Library.exclusively {
      try integers.withUnsafeMutableBytes { try read(dataset, as: chdf5_native_int64(), into: $0) }
    }
    return integers
  }

  /// Returns a dataset of strings.
  package func strings(_ path: String) throws -> [String] {
    let dataset = try require(path, expected: "a dataset of strings")
    guard case .string(let width) = dataset.type else {
      throw TensorFileError.unsupported(
        path: self.path, object: path, expected: "strings", found: "a dataset of \(dataset.type)s")
    }
    if let width {
      try dataset.check(elementBytes: width + MemoryLayout<String>.stride, in: self)
      var bytes = [UInt8](repeating: 0, count: dataset.byteCount)
      try HDF5Library.exclusively {
        let id = try open(path)
        defer { H5Dclose(id) }
        let type = H5Dget_type(id)
        defer { H5Tclose(type) }
        try bytes.withUnsafeMutableBytes { try read(dataset, as: type, into: $0) }
      }
      return HDF5Value.split(bytes, width: width)
    }
    guard case .contiguous(let offset?) = dataset.layout else {
      throw TensorFileError.unsupported(
        path: self.path, object: path, expected: "text of fixed length or in one piece",
        found: "text of variable length in chunks")
    }
    do {
      return try storage.withBytes { (bytes) throws(HDF5Unreadable) in
        var heap = HDF5GlobalHeap(bytes, base: userBlock)
        let count = dataset.shape.reduce(1, *)
        return try heap.texts(HDF5Bytes(bytes, from: offset), count: count, limit: 2 * byteCount)
      }
    } catch {
      throw TensorFileError.damaged(path: self.path, object: path, reason: error.reason)
    }
  }

  private func read(_ dataset: HDF5Dataset, as type: hid_t, into bytes: UnsafeMutableRawBufferPointer) throws {
    guard !bytes.isEmpty else { return }
    if let packed = dataset.packed {
      do {
        try storage.withBytes { file throws(HDF5Unreadable) in
          guard case .wideFloat = packed.type else { return try packed.unpack(file, into: bytes) }
          try packed.unpackDoubles(file, into: bytes)
        }
      } catch {
        throw TensorFileError.damaged(path: path, object: dataset.path, reason: error.reason)
      }
      return
    }
    let id = try open(dataset.path)
    defer { H5Dclose(id) }
    // It is opened again, so the elements must still match the checked description.
    let found = try HDF5Dataset(id, path: dataset.path, file: path, fileBytes: byteCount)
    guard found == dataset else { throw damaged(dataset.path) }
    try HDF5ChunkCheck.check(id, dataset, file: path, fileBytes: byteCount)
    guard dataset.read(id, as: type, into: bytes) else { throw damaged(dataset.path) }
  }

  private func open(_ path: String) throws -> hid_t {
    let id = H5Dopen2(file, path, hid_t(H5P_DEFAULT))
    guard id >= 0 else { throw damaged(path) }
    return id
  }

  private func require(_ path: String, expected: String) throws -> HDF5Dataset {
    guard let dataset = dataset(path) else {
      throw TensorFileError.missing(path: self.path, object: path, expected: expected)
    }
    return dataset
  }

  func damaged(_ object: String) -> TensorFileError {
    .damaged(path: path, object: object.isEmpty ? "/" : object, reason: HDF5Library.takeError())
  }
}

extension HDF5File: StoredTensors {
  package var container: TensorContainer { .hdf5 }
  package var paths: [String] { [path] }
  package var storedNames: [String] { datasets.map(\.path) }

  package func stored(_ name: String) -> StoredTensor? {
    dataset(name).map {
      StoredTensor(shape: $0.shape, dtype: $0.type.dtype, type: "\($0.type)", byteCount: $0.byteCount)
    }
  }
}
