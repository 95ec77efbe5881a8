import PromptLensFiles
import Foundation
import TestSupport
import Testing

import PromptLensTensors

@Suite("Tensors")
struct TensorTests {
  @Test("a shape whose product overflows is rejected for any order of its axes")
  func overflowingShapes() {
    for dimensions in [[1 << 32, 1 << 32], [0, 1 << 62, 4], [4, 1 << 62, 0], [-1, 2]] {
      #expect(throws: TensorError.badShape(name: "weights", dimensions: dimensions)) {
        try Shape(dimensions, name: "weights")
      }
    }
    #expect(throws: Never.self) { try Shape([]) }
  }

  @Test("permuting axes permutes the indices of every element")
  func permute() throws {
    let tensor = try Tensor((0..<24).map(Float.init), shape: [2, 3, 4])
    let permuted = try tensor.permuted([2, 0, 1])
    #expect(permuted.shape.dimensions == [4, 2, 3])
    let values = permuted.floats()
    for a in 0..<2 {
      for b in 0..<3 {
        for c in 0..<4 {
          let expected = Float((a * 3 + b) * 4 + c)
          #expect(values[(c * 2 + a) * 3 + b] == expected)
        }
      }
    }
    #expect(try permuted.permuted([1, 2, 0]).floats() == tensor.floats())
    #expect(throws: TensorError.self) { try tensor.permuted([0, 0, 1]) }
  }

  @Test("a transposed half agrees with its transposed floats, even beyond one tile")
  func transposeHalf() throws {
    let floats = randomFloats(70 * 45)
    let half = try Tensor(floats, shape: [70, 45]).converted(to: .float16)
    let values = half.floats()
    let transposed = try half.transposed()
    #expect(transposed.dtype == .float16)
    let found = transposed.floats()
    for row in 0..<70 {
      for column in 0..<45 { #expect(found[column * 70 + row] == values[row * 45 + column]) }
    }
  }

  @Test("rows share storage and concatenate back to the whole")
  func rowsAndConcatenation() throws {
    let tensor = try Tensor((0..<12).map(Float.init), shape: [4, 3])
    let (top, bottom) = (try tensor.rows(0..<1), try tensor.rows(1..<4))
    #expect(bottom.storage === tensor.storage)
    #expect(bottom.floats() == (3..<12).map(Float.init))
    #expect(try Tensor.concatenated([top, bottom]).floats() == tensor.floats())
    #expect(throws: TensorError.self) { try tensor.rows(3..<5) }
    #expect(throws: TensorError.self) { try Tensor.concatenated([top, tensor.reshaped([3, 4])]) }
  }

  @Test("a tensor over a mapped file reads the file's bytes and refuses to reach beyond them")
  func mapped() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/floats"
      let bytes = [Float(1), 2, 3, 4].withUnsafeBytes { Data($0) }
      try bytes.write(to: URL(fileURLWithPath: path))
      let storage = Storage(try MappedFile(path: path))
      #expect(storage.isMapped)
      let tensor = try Tensor(shape: Shape([3]), dtype: .float32, storage: storage, byteOffset: 4)
      #expect(tensor.floats() == [2, 3, 4])
      #expect(throws: TensorError.outOfBounds(name: "tensor", offset: 4, bytes: 16, fileBytes: 16)) {
        try Tensor(shape: Shape([4]), dtype: .float32, storage: storage, byteOffset: 4)
      }
      #expect(throws: TensorError.self) {
        try Tensor(shape: Shape([1]), dtype: .float32, storage: storage, byteOffset: 2)
      }
    }
  }

  @Test("an empty file is an empty storage")
  func emptyFile() throws {
    try withTemporaryFolder { folder in
      try Data().write(to: URL(fileURLWithPath: "\(folder)/empty"))
      #expect(Storage(try MappedFile(path: "\(folder)/empty")).count == 0)
    }
  }

  @Test("one infinity makes a tensor of any element type not finite", arguments: DType.allCases)
  func finite(dtype: DType) throws {
    #expect(try Tensor([1, 2, 3], shape: [3]).converted(to: dtype).isFinite)
    #expect(try !Tensor([1, .infinity, 3], shape: [3]).converted(to: dtype).isFinite)
  }
}
