import PromptLensCHDF5
import PromptLensFiles
import PromptLensTensors

/// A writer of an HDF5 file: contiguous little-endian datasets that begin at multiples of 64 bytes, so that they can be
/// mapped without a copy.
///
/// ```swift
/// try HDF5Writer.write(to: "features.h5") { file in
///   try file.write(features, to: "features")
///   try file.set("model", .string(fingerprint))
/// }
/// ```
///
/// Equal calls write equal bytes: the file has no time stamps. Each dataset carries a checksum of its bytes, the attribute
/// `xxh3`, and the root one of the bytes around them; ``HDF5File/checkChecksums()`` compares them.
package final class HDF5Writer {
  /// The final path, for errors.
  private let path: String
  private let file: hid_t

  /// Creates a file, lets `body` write into it, and renames it when it is complete.
  ///
  /// - Throws: `FileError` or ``TensorFileError`` when it cannot be written, and the errors of `body`; the final name
  ///   then keeps its earlier contents.
  package static func write<Result>(
    to path: String, isDurable: Bool = true, _ body: (HDF5Writer) throws -> Result
  ) throws -> Result {
    try AtomicOutput.file(at: path, isDurable: isDurable) { try create($0, named: path, body) }
  }

  /// Creates a file with its final name, for folders that `AtomicOutput` renames when they are complete.
  package static func create<Result>(
    _ temporary: String, named path: String, _ body: (HDF5Writer) throws -> Result
  ) throws -> Result {
    try HDF5Library.exclusively {
      let file = chdf5_create(temporary, hsize_t(Storage.alignment))
      guard file >= 0 else { throw FileError.unwritable(path: path, reason: HDF5Library.takeError()) }
      let result: Result
      do {
        let writer = HDF5Writer(path: path, file: file)
        try writer.set(HDF5File.headerChecksumName, .string(HDF5File.blankHeaderChecksum))
        result = try body(writer)
        guard H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0 else {
          throw TensorFileError.unwritable(path: path, object: "/", reason: HDF5Library.takeError())
        }
        try check(file, path)
      } catch {
        // The error of the disk explains that of the library.
        defer { H5Fclose(file) }
        try check(file, path)
        throw error
      }
      guard H5Fclose(file) >= 0 else {
        throw TensorFileError.unwritable(path: path, object: "/", reason: HDF5Library.takeError())
      }
      try HDF5File.fillHeaderChecksum(temporary, named: path)
      return result
    }
  }

  /// Checks that everything so far was written.
  ///
  /// - Throws: `FileError` for a full disk, a limit of size, and any other failure that the driver remembers.
  private static func check(_ file: hid_t, _ path: String) throws(FileError) {
    let problem = chdf5_problem(file)
    guard problem == 0 else { throw .writing(path, code: problem, needed: Int(clamping: chdf5_needed(file))) }
  }

  private init(path: String, file: hid_t) {
    self.path = path
    self.file = file
  }

  /// Writes a tensor in its own element type. Slashes in the name make groups.
  package func write(_ tensor: Tensor, to name: String) throws {
    try HDF5Library.exclusively {
      let type = HDF5Type.make(tensor.dtype)
      defer { H5Tclose(type) }
      try tensor.withBytes { bytes in
        try write(bytes, as: type, shape: tensor.shape.dimensions, to: name)
      }
    }
  }

  /// Writes f32 tensors of equal rows below each other as one dataset, a tensor at a time.
  ///
  /// - Parameters:
  ///   - tensors: each `[n] + rowShape`.
  ///   - rowShape: the sizes of a row's axes.
  ///   - name: the dataset's path.
  /// - Throws: ``TensorFileError``; `TensorError` when a tensor has rows of another shape.
  package func write(rowsOf tensors: [Tensor], rowShape: [Int], to name: String) throws {
    for tensor in tensors where Array(tensor.shape.dimensions.dropFirst()) != rowShape || tensor.dtype != .float32 {
      throw TensorError.shapeMismatch(
        operation: "rows", name: name, expected: [-1] + rowShape, found: tensor.shape.dimensions)
    }
    let count = tensors.reduce(0) { $0 + $1.shape.dimensions[0] }
    try write(.float32, shape: [count] + rowShape, to: name) { append in
      for tensor in tensors where tensor.shape.count > 0 { try append(tensor) }
    }
  }

  /// Writes a dataset some rows at a time, without the whole dataset in memory.
  ///
  /// - Parameters:
  ///   - dtype: the element type.
  ///   - shape: the sizes of the axes, of which there is at least one.
  ///   - name: the dataset's path.
  ///   - body: calls `append` with tensors of this element type, whose rows together are the dataset's.
  /// - Throws: ``TensorFileError``, and the errors of `body`.
  package func write(
    _ dtype: DType, shape: [Int], to name: String, _ body: (_ append: (Tensor) throws -> Void) throws -> Void
  ) throws {
    try HDF5Library.exclusively {
      let type = HDF5Type.make(dtype)
      defer { H5Tclose(type) }
      let space = makeSpace(shape)
      defer { H5Sclose(space) }
      let dataset = chdf5_create_dataset(file, name, type, space)
      guard dataset >= 0 else { throw failed(name) }
      defer { H5Dclose(dataset) }
      var row = 0
      let checksum = Checksum()
      try body { tensor in
        let extent = tensor.shape.dimensions.map { hsize_t($0) }
        let start = [hsize_t(row)] + [hsize_t](repeating: 0, count: shape.count - 1)
        let memory = makeSpace(tensor.shape.dimensions)
        defer { H5Sclose(memory) }
        let isWritten = tensor.withBytes { bytes in
          H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nil, extent, nil) >= 0
            && H5Dwrite(dataset, type, memory, space, hid_t(H5P_DEFAULT), bytes.baseAddress) >= 0
        }
        guard isWritten else { throw failed(name) }
        // A full disk ends a large file here, not after the last row.
        try Self.check(file, path)
        tensor.withBytes { checksum.add($0) }
        row += tensor.shape.dimensions[0]
      }
      try set(HDF5File.checksumName, .string(checksum.digits), of: name)
    }
  }

  /// Requests the system to start writing to disk, so that closing the file takes less time.
  package func startWriting() { HDF5Library.exclusively { chdf5_start_writing(file) } }

  /// Writes a list of strings, padded with nulls to the length of the longest.
  package func write(_ strings: [String], to name: String) throws {
    try HDF5Library.exclusively {
      let (bytes, width) = HDF5Value.join(strings)
      let type = chdf5_create_string(width)
      defer { H5Tclose(type) }
      try bytes.withUnsafeBytes { try write($0, as: type, shape: [strings.count], to: name) }
    }
  }

  /// Writes a list of whole numbers of 64 bits.
  package func write(_ integers: [Int], to name: String) throws {
    try HDF5Library.exclusively {
      try integers.withUnsafeBytes { try write($0, as: chdf5_i64_little(), shape: [integers.count], to: name) }
    }
  }

  /// Sets an attribute of an object; the root is the empty path.
  package func set(_ name: String, _ value: HDF5Value, of object: String = "") throws {
    try HDF5Library.exclusively {
      switch value {
      case .string(let string): try set(name, strings: [string], isScalar: true, of: object)
      case .strings(let strings): try set(name, strings: strings, isScalar: false, of: object)
      case .integer(let integer): try set(name, [integer], as: chdf5_i64_little(), isScalar: true, of: object)
      case .integers(let integers): try set(name, integers, as: chdf5_i64_little(), isScalar: false, of: object)
      case .number(let number): try set(name, [number], as: chdf5_f64_little(), isScalar: true, of: object)
      case .numbers(let numbers): try set(name, numbers, as: chdf5_f64_little(), isScalar: false, of: object)
      case .bool(let bool): try set(name, bool, of: object)
      }
    }
  }

  // MARK: Calls

  private func write(_ bytes: UnsafeRawBufferPointer, as type: hid_t, shape: [Int], to name: String) throws {
    let space = makeSpace(shape)
    defer { H5Sclose(space) }
    let dataset = chdf5_create_dataset(file, name, type, space)
    guard dataset >= 0 else { throw failed(name) }
    defer { H5Dclose(dataset) }
    if !bytes.isEmpty {
      guard H5Dwrite(dataset, type, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), bytes.baseAddress) >= 0 else {
        throw failed(name)
      }
    }
    let checksum = Checksum()
    checksum.add(bytes)
    try set(HDF5File.checksumName, .string(checksum.digits), of: name)
  }

  /// Sets a Boolean attribute, an enumeration of FALSE and TRUE of one byte, as h5py writes them.
  private func set(_ name: String, _ bool: Bool, of object: String) throws {
    let byte = H5Tcopy(chdf5_i64_little())
    defer { H5Tclose(byte) }
    guard H5Tset_size(byte, 1) >= 0 else { throw failed("\(object)@\(name)") }
    let type = H5Tenum_create(byte)
    guard type >= 0 else { throw failed("\(object)@\(name)") }
    defer { H5Tclose(type) }
    var (no, yes): (Int8, Int8) = (0, 1)
    guard H5Tenum_insert(type, "FALSE", &no) >= 0, H5Tenum_insert(type, "TRUE", &yes) >= 0 else {
      throw failed("\(object)@\(name)")
    }
    try set(name, [bool ? yes : no], as: type, isScalar: true, of: object)
  }

  private func set(_ name: String, strings: [String], isScalar: Bool, of object: String) throws {
    let (bytes, width) = HDF5Value.join(strings)
    let type = chdf5_create_string(width)
    defer { H5Tclose(type) }
    try set(name, bytes, as: type, shape: isScalar ? [] : [strings.count], of: object)
  }

  private func set<Element: BitwiseCopyable>(
    _ name: String, _ values: [Element], as type: hid_t, isScalar: Bool, of object: String
  ) throws {
    try set(name, values, as: type, shape: isScalar ? [] : [values.count], of: object)
  }

  private func set<Element: BitwiseCopyable>(
    _ name: String, _ values: [Element], as type: hid_t, shape: [Int], of object: String
  ) throws {
    let space = makeSpace(shape)
    defer { H5Sclose(space) }
    let standard = hid_t(H5P_DEFAULT)
    let attribute = H5Acreate_by_name(
      file, object.isEmpty ? "/" : object, name, type, space, standard, standard, standard)
    guard attribute >= 0 else { throw failed("\(object)@\(name)") }
    defer { H5Aclose(attribute) }
    guard values.isEmpty || values.withUnsafeBytes({ H5Awrite(attribute, type, $0.baseAddress) }) >= 0 else {
      throw failed("\(object)@\(name)")
    }
  }

  /// Returns a dataspace, which the caller closes.
  private func makeSpace(_ shape: [Int]) -> hid_t {
    shape.isEmpty
      ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(shape.count), shape.map { hsize_t($0) }, nil)
  }

  private func failed(_ object: String) -> TensorFileError {
    .unwritable(path: path, object: object, reason: HDF5Library.takeError())
  }
}

extension HDF5Value {
  /// Joins strings in fields of the longest one's width, at least one byte, padded with nulls.
  static func join(_ strings: [String]) -> (bytes: [UInt8], width: Int) {
    let width = max(strings.map(\.utf8.count).max() ?? 0, 1)
    let bytes = strings.flatMap { Array($0.utf8) + [UInt8](repeating: 0, count: width - $0.utf8.count) }
    return (bytes, width)
  }
}
