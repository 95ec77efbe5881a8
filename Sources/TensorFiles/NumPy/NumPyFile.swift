import PromptLensFiles
import Foundation
import PromptLensTensors

/// A `.npy` file: one array of numbers, as NumPy saves it.
///
/// Arrays of f2, f4, f8, i4, i8 and u1 can be read. Little-endian f2 and f4 arrays in C order are mapped without a copy;
/// big-endian arrays and those in Fortran order are copied into that form when they are opened.
package struct NumPyFile: Sendable {
  /// The path of the file.
  package let path: String
  /// The sizes of the axes.
  package let shape: [Int]
  /// The type of the elements.
  package let element: Element
  private let storage: Storage
  private let offset: Int
  private let count: Int

  /// The supported element types, in NumPy's notation.
  package enum Element: String, Sendable, CaseIterable {
    case float16 = "<f2"
    case float32 = "<f4"
    case float64 = "<f8"
    case int32 = "<i4"
    case int64 = "<i8"
    case uint8 = "|u1"

    /// The number of bytes of an element.
    package var byteWidth: Int {
      switch self {
      case .uint8: 1
      case .float16: 2
      case .float32, .int32: 4
      case .float64, .int64: 8
      }
    }
  }

  /// Opens a file, and checks its size against its header.
  ///
  /// - Throws: `FileError` when the file is missing; ``TensorFileError`` when it isn't such a `.npy` file.
  package init(path: String) throws {
    let file = try MappedFile(path: path, expected: "a .npy file")
    self.path = path
    func damaged(_ expected: String, _ found: String) -> TensorFileError {
      .unexpected(path: path, object: "the .npy file", expected: expected, found: found)
    }
    let bytes = file.bytes
    guard Self.isNumPy(bytes) else { throw damaged("one that begins with NumPy's signature", "without it") }
    let version = bytes[6]
    guard (1...3).contains(version) else { throw damaged("of format version 1, 2 or 3", "of version \(version)") }
    let lengthBytes = version == 1 ? 2 : 4
    guard bytes.count >= 8 + lengthBytes else { throw damaged("complete", "cut short in its header") }
    let length = (0..<lengthBytes).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    let start = 8 + lengthBytes
    guard length <= 1 << 16, length <= bytes.count - start else {
      throw damaged("with a header of at most \(min(1 << 16, bytes.count - start)) bytes", "one with \(length)")
    }
    let text = String(decoding: bytes[start..<start + length], as: UTF8.self)
    guard let header = NumPyHeader(parsing: text) else {
      throw damaged("with a dictionary of descr, fortran_order and shape", "without it in its header")
    }
    // `>` is big-endian, of bytes too, which have no order.
    let isBigEndian = header.descriptor.hasPrefix(">")
    let native = isBigEndian ? "<\(header.descriptor.dropFirst())" : header.descriptor
    guard let element = Element(rawValue: native) ?? Element(rawValue: native.replacing("<u1", with: "|u1")) else {
      throw damaged(
        "one of \(Element.allCases.map(\.rawValue).joined(separator: ", "))", "an array of \(header.descriptor)")
    }
    let shape = try Shape(header.shape, name: path)
    let (size, overflow) = shape.count.multipliedReportingOverflow(by: element.byteWidth)
    guard !overflow, size == bytes.count - start - length else {
      throw damaged("\(shape) of \(element.rawValue) and nothing else", "\(bytes.count - start - length) bytes of data")
    }
    self.shape = header.shape
    self.element = element
    count = shape.count
    let isTransposed = header.fortranOrder && header.shape.filter { $0 != 1 }.count > 1
    guard isBigEndian && element.byteWidth > 1 || isTransposed else {
      storage = Storage(file)
      offset = start + length
      return
    }
    let source = UnsafeRawBufferPointer(rebasing: bytes[(start + length)...])
    storage = withExtendedLifetime(file) {
      Storage(count: size) { target in
        Self.rearrange(
          source, to: target, shape: header.shape, width: element.byteWidth, isTransposed: isTransposed,
          swapsBytes: isBigEndian)
      }
    }
    offset = 0
  }

  /// Copies elements into C order and the other byte order.
  private static func rearrange(
    _ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer, shape: [Int], width: Int,
    isTransposed: Bool, swapsBytes: Bool
  ) {
    // In Fortran order the first axis is the innermost.
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropFirst() { strides[axis] = strides[axis - 1] * shape[axis - 1] }
    var position = [Int](repeating: 0, count: shape.count)
    var from = 0
    for index in 0..<shape.reduce(1, *) {
      let first = (isTransposed ? from : index) * width
      for byte in 0..<width {
        target[index * width + byte] = source[first + (swapsBytes ? width - 1 - byte : byte)]
      }
      guard isTransposed else { continue }
      for axis in shape.indices.reversed() {
        position[axis] += 1
        from += strides[axis]
        if position[axis] < shape[axis] { break }
        from -= position[axis] * strides[axis]
        position[axis] = 0
      }
    }
  }

  /// Returns a Boolean value that indicates whether bytes begin like a `.npy` file.
  package static func isNumPy(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 10 && bytes[..<6].elementsEqual([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59])
  }

  /// Returns the array as a tensor: f16 and f32 unchanged, f64 rounded to f32.
  ///
  /// - Throws: ``TensorFileError`` when the array holds whole numbers.
  package func tensor() throws -> Tensor {
    let shape = try Shape(shape, name: path)
    switch element {
    case .float16 where offset % 2 == 0, .float32 where offset % 4 == 0:
      return try Tensor(
        shape: shape, dtype: element == .float16 ? .float16 : .float32, storage: storage, byteOffset: offset, name: path
      )
    case .float16, .float32:
      let copy = storage.withBytes { bytes in
        Storage(count: count * element.byteWidth) {
          $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count * element.byteWidth]))
        }
      }
      return try Tensor(shape: shape, dtype: element == .float16 ? .float16 : .float32, storage: copy, name: path)
    case .float64:
      return try Tensor(values(of: Double.self).map { Float($0) }, shape: shape.dimensions, name: path)
    case .int32, .int64, .uint8:
      throw TensorFileError.unexpected(
        path: path, object: "the array", expected: "floats (f2, f4 or f8)", found: "of \(element.rawValue)")
    }
  }

  /// Returns the array's whole numbers, in row-major order.
  ///
  /// - Throws: ``TensorFileError`` when the array holds floats.
  package func integers() throws -> [Int] {
    switch element {
    case .int32: return values(of: Int32.self).map { Int($0) }
    case .int64: return values(of: Int64.self).map { Int($0) }
    case .uint8: return values(of: UInt8.self).map { Int($0) }
    case .float16, .float32, .float64:
      throw TensorFileError.unexpected(
        path: path, object: "the array", expected: "whole numbers (i4, i8 or u1)", found: "of \(element.rawValue)")
    }
  }

  private func values<Value: BitwiseCopyable>(of type: Value.Type) -> [Value] {
    storage.withBytes { bytes in
      (0..<count).map { bytes.loadUnaligned(fromByteOffset: offset + $0 * MemoryLayout<Value>.size, as: type) }
    }
  }
}

// MARK: - Writing

extension NumPyFile {
  /// Writes a tensor as an f4 array; the file appears only when it is complete.
  ///
  /// - Throws: `FileError` when the file cannot be written.
  package static func write(_ tensor: Tensor, to path: String) throws {
    var data = Data(header(shape: tensor.shape.dimensions))
    tensor.converted(to: .float32).withBytes { data.append(contentsOf: $0) }
    try AtomicOutput.file(at: path) { try data.write(to: URL(fileURLWithPath: $0)) }
  }

  /// Returns the bytes before the numbers of an f4 array in C order.
  ///
  /// - Parameter shape: the sizes of the axes.
  /// - Returns: the signature, the version and the header.
  package static func header(shape: [Int]) -> [UInt8] {
    // NumPy pads the header with spaces so that the data begin at a multiple of 64 bytes.
    let literal = NumPyHeader.literal(descriptor: Element.float32.rawValue, shape: shape)
    let padding = 63 - (10 + literal.utf8.count) % 64
    let header = literal + String(repeating: " ", count: padding) + "\n"
    return [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(header.utf8.count & 0xFF), UInt8(header.utf8.count >> 8)]
      + Array(header.utf8)
  }
}
