import PromptLensCHDF5

/// An attribute's value: text or numbers, one or a list of them, or a Boolean value.
package enum HDF5Value: Sendable, Equatable {
  case string(String)
  case strings([String])
  case integer(Int)
  case integers([Int])
  case number(Double)
  case numbers([Double])
  /// An enumeration of FALSE and TRUE, which h5py reads as a Boolean value.
  case bool(Bool)

  /// The maximum number of bytes of an attribute.
  static let maximumBytes = 4 << 20

  /// Reads an open attribute.
  ///
  /// - Parameters:
  ///   - attribute: libhdf5's identifier.
  ///   - object: its name, for errors.
  ///   - file: the file's path, for errors.
  ///   - fileBytes: the file's size.
  ///   - texts: reads a number of texts of variable length, which libhdf5 doesn't read safely.
  /// - Throws: ``TensorFileError`` when the value cannot be read or is neither text nor numbers.
  init(
    _ attribute: hid_t, object: String, file: String, fileBytes: Int, texts: (Int) throws(HDF5Unreadable) -> [String]
  ) throws {
    func damaged() -> TensorFileError { .damaged(path: file, object: object, reason: HDF5Library.takeError()) }
    func unsupported(_ found: String) -> TensorFileError {
      .unsupported(path: file, object: object, expected: "text or numbers", found: found)
    }
    let space = H5Aget_space(attribute)
    guard space >= 0 else { throw damaged() }
    defer { H5Sclose(space) }
    let isScalar = H5Sget_simple_extent_type(space) == H5S_SCALAR
    guard isScalar || H5Sget_simple_extent_type(space) == H5S_SIMPLE else { throw unsupported("empty") }
    let type = H5Aget_type(attribute)
    guard type >= 0 else { throw damaged() }
    defer { H5Tclose(type) }
    let width = max(H5Tget_size(type), 1)
    let points = H5Sget_simple_extent_npoints(space)
    guard points >= 0, points <= Self.maximumBytes / width, Int(points) * min(width, 8) <= fileBytes else {
      throw unsupported("\(points) elements of \(width) bytes")
    }
    let count = Int(points)

    func read(_ memoryType: hid_t, _ memory: UnsafeMutableRawPointer?) throws {
      guard count > 0 else { return }
      guard H5Aread(attribute, memoryType, memory) >= 0 else { throw damaged() }
    }
    switch HDF5Type(type) {
    case .string(let bytes?):
      var text = [UInt8](repeating: 0, count: count * bytes)
      try read(type, &text)
      self.init(Self.split(text, width: bytes), isScalar: isScalar)
    case .string(nil):
      do {
        self.init(try texts(count), isScalar: isScalar)
      } catch {
        guard error.isUnsupported else {
          throw TensorFileError.damaged(path: file, object: object, reason: error.reason)
        }
        throw TensorFileError.unsupported(
          path: file, object: object,
          expected: "text of fixed length (numpy.bytes_), or a file written with libver='earliest'", found: error.reason
        )
      }
    case .integer(let bytes, _) where bytes <= 8:
      var integers = [Int](repeating: 0, count: count)
      try read(chdf5_native_int64(), &integers)
      if isScalar, let first = integers.first { self = .integer(first) } else { self = .integers(integers) }
    case .float, .wideFloat:
      var numbers = [Double](repeating: 0, count: count)
      try read(chdf5_native_double(), &numbers)
      if isScalar, let first = numbers.first { self = .number(first) } else { self = .numbers(numbers) }
    case .other where H5Tget_class(type) == H5T_ENUM && width == 1 && isScalar:
      var (yes, stored): (Int8, Int8) = (0, 0)
      guard H5Tenum_valueof(type, "TRUE", &yes) >= 0 else {
        _ = HDF5Library.takeError()
        throw unsupported("another enumeration than FALSE and TRUE")
      }
      try read(type, &stored)
      self = .bool(stored == yes)
    case let other: throw unsupported(other.description)
    }
  }

  private init(_ strings: [String], isScalar: Bool) {
    if isScalar, let first = strings.first { self = .string(first) } else { self = .strings(strings) }
  }

  /// Returns the strings in fields of `width` bytes, each up to its first null.
  static func split(_ bytes: [UInt8], width: Int) -> [String] {
    guard width > 0 else { return [] }
    return stride(from: 0, to: bytes.count - width + 1, by: width).map { start in
      String(decoding: bytes[start..<start + width].prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
