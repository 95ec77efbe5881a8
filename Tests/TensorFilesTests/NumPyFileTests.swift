import PromptLensTensorFiles
import PromptLensCheckpoints
import PromptLensFiles
import Foundation
import TestSupport
import PromptLensTensors
import Testing

@Suite("NumPy files")
struct NumPyFileTests {
  @Test(
    "written arrays are read back, mapped, and begin at a multiple of 64 bytes",
    arguments: [[], [3], [2, 3, 0], [5, 7]])
  func roundTrip(shape: [Int]) throws {
    try withTemporaryFolder { folder in
      let count = shape.reduce(1, *)
      let tensor = try Tensor((0..<count).map { Float($0) / 3 }, shape: shape)
      try NumPyFile.write(tensor, to: "\(folder)/a.npy")
      let file = try NumPyFile(path: "\(folder)/a.npy")
      let read = try file.tensor()
      #expect(file.shape == shape && file.element == .float32)
      #expect(read.floats() == tensor.floats() && read.byteOffset % 64 == 0 && read.storage.isMapped)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.npy"])
    }
  }

  @Test("integers and f64 are read with their own types")
  func elements() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.npy"
      try write(
        header: "{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }",
        data: [1, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 255, count: 8), to: path)
      #expect(try NumPyFile(path: path).integers() == [1, -1])
      #expect(throws: TensorFileError.self) { try NumPyFile(path: path).tensor() }
      try write(
        header: "{'descr': '<f8', 'fortran_order': True, 'shape': (1, 1)}", data: [0, 0, 0, 0, 0, 0, 0xF8, 0x3F],
        to: path)
      #expect(try NumPyFile(path: path).tensor().floats() == [1.5])
    }
  }

  @Test("Fortran order and big-endian numbers are read as the array's values")
  func orders() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.npy"
      // [[1, 2, 3], [4, 5, 6]], column by column.
      let columns: [Float] = [1, 4, 2, 5, 3, 6]
      let little = columns.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian) { Array($0) } }
      try write(header: "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", data: little, to: path)
      #expect(try NumPyFile(path: path).tensor().floats() == [1, 2, 3, 4, 5, 6])
      let big = columns.flatMap { withUnsafeBytes(of: $0.bitPattern.bigEndian) { Array($0) } }
      try write(header: "{'descr': '>f4', 'fortran_order': True, 'shape': (2, 3), }", data: big, to: path)
      #expect(try NumPyFile(path: path).tensor().floats() == [1, 2, 3, 4, 5, 6])
      try write(header: "{'descr': '>f4', 'fortran_order': False, 'shape': (6,), }", data: big, to: path)
      #expect(try NumPyFile(path: path).tensor().floats() == columns)
      try write(
        header: "{'descr': '>i8', 'fortran_order': False, 'shape': (1,), }", data: [0, 0, 0, 0, 0, 0, 1, 2], to: path)
      #expect(try NumPyFile(path: path).integers() == [258])
      try write(
        header: "{'descr': '<i4', 'fortran_order': True, 'shape': (1, 2, 2), }",
        data: [1, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0], to: path)
      #expect(try NumPyFile(path: path).integers() == [1, 2, 3, 4])
      try write(header: "{'descr': '>f4', 'fortran_order': True, 'shape': (0, 3), }", data: [], to: path)
      #expect(try NumPyFile(path: path).tensor().floats().isEmpty)
    }
  }

  @Test(
    "a damaged header is rejected in one sentence that names the file",
    arguments: [
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "{'descr': '<f4', 'fortran_order': False}",
      "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
      "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", "{'descr': '<f4", "", "{{{{",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }",
      "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,), }",
    ])
  func damaged(header: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.npy"
      try write(header: header, data: [0, 0, 128, 63], to: path)
      let error = #expect(throws: (any Error).self) { try NumPyFile(path: path) }
      let sentence = error.map { "\($0)" } ?? ""
      #expect(sentence.contains(path) && !sentence.contains("\n"))
    }
  }

  private func write(header: String, data: [UInt8], to path: String) throws {
    var bytes: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0]
    bytes += [UInt8(header.utf8.count & 0xFF), UInt8(header.utf8.count >> 8)] + Array(header.utf8) + data
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }
}
