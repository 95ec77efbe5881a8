import PromptLensFiles
import Foundation

/// An array in NumPy's `.npy` format, as the scripts that record other software's numbers write it.
///
/// Versions 1 to 3, little-endian or single bytes, C order: `|u1`, `|i1`, `|b1`, `<u2`, `<i4`, `<i8`, `<f2`, `<f4` and
/// `<f8`. Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
package struct NumPyArray: Sendable {
  /// An error of a file that isn't an array that tests can read: the file, and the reason.
  package struct Unreadable: Error, CustomStringConvertible {
    package let path: String
    package let reason: String
    package var description: String { "\(path): no readable .npy file: \(reason)" }
  }

  /// The element type in NumPy's words without the byte order: `u1`, `f4`.
  package let type: String
  package let shape: [Int]
  /// The elements as they lie in the file, C order.
  package let bytes: [UInt8]

  /// The number of elements.
  package var count: Int { shape.reduce(1, *) }

  package init(path: String) throws {
    func refuse(_ reason: String) -> Unreadable { Unreadable(path: path, reason: reason) }
    let file = try MappedFile.contents(of: path, limit: 1 << 31, expected: "a .npy file")
    guard file.starts(with: [0x93] + Array("NUMPY".utf8)), file.count >= 12 else { throw refuse("no signature") }
    // Version 1 counts the header's bytes in two bytes, later versions in four.
    let start = file[6] == 1 ? 10 : 12
    let length = file[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= file.count - start else { throw refuse("the header is cut") }
    let header = String(decoding: file[start..<start + length], as: UTF8.self)

    guard let description = header.firstMatch(of: /'descr': *'([<|=])([a-z]\d+)'/),
      let order = header.firstMatch(of: /'fortran_order': *(True|False)/),
      let dimensions = header.firstMatch(of: /'shape': *\(([0-9, ]*)\)/)
    else { throw refuse("header \(header)") }
    guard order.1 == "False" || dimensions.1.filter({ $0 == "," }).count < 2 else { throw refuse("Fortran order") }
    type = String(description.2)
    guard let width = Int(type.dropFirst()), ["u1", "i1", "b1", "u2", "i4", "i8", "f2", "f4", "f8"].contains(type)
    else { throw refuse("element type \(type)") }
    shape = dimensions.1.split(separator: ",").compactMap { Int($0.filter(\.isNumber)) }
    bytes = Array(file[(start + length)...])
    guard bytes.count == shape.reduce(width, *) else { throw refuse("\(bytes.count) bytes for shape \(shape)") }
  }
}

// MARK: - Elements as Swift's numbers

extension NumPyArray {
  /// The elements as `Float`, whatever their type; `f8` and wide integers are rounded.
  package var floats: [Float] {
    switch type {
    case "f2": elements(as: Float16.self).map(Float.init)
    case "f4": elements(as: Float.self)
    case "f8": elements(as: Double.self).map(Float.init)
    default: integers.map(Float.init)
    }
  }

  /// The elements as `Double`, whatever their type.
  package var doubles: [Double] { type == "f8" ? elements(as: Double.self) : floats.map(Double.init) }

  /// The elements as `Int`; floating-point elements are truncated.
  package var integers: [Int] {
    switch type {
    case "u1", "b1": bytes.map(Int.init)
    case "i1": elements(as: Int8.self).map(Int.init)
    case "u2": elements(as: UInt16.self).map(Int.init)
    case "i4": elements(as: Int32.self).map(Int.init)
    case "i8": elements(as: Int64.self).map(Int.init)
    default: doubles.map { Int($0) }
    }
  }

  private func elements<Element: BitwiseCopyable>(as type: Element.Type) -> [Element] {
    bytes.withUnsafeBytes { raw in
      (0..<raw.count / MemoryLayout<Element>.size).map {
        raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Element>.size, as: type)
      }
    }
  }
}

/// Writes whole numbers as a `.npy` file.
///
/// - Returns: the path.
package func writeLabels(_ labels: [Int], to path: String) throws -> String {
  var header = "{'descr': '<i8', 'fortran_order': False, 'shape': (\(labels.count),), }"
  header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
  var data = Data([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(header.utf8.count), 0])
  data.append(contentsOf: header.utf8)
  labels.withUnsafeBytes { data.append(contentsOf: $0) }
  try data.write(to: URL(fileURLWithPath: path))
  return path
}
