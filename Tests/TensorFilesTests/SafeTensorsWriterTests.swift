import PromptLensTensorFiles
import PromptLensCheckpoints
import Foundation
import TestSupport
import PromptLensTensors
import Testing

@Suite("Writing safetensors")
struct SafeTensorsWriterTests {
  @Test("tensors of every type come back as they were, aligned to their width, with the notes")
  func roundTrip() throws {
    let numbers = try Tensor((0..<15).map { Float($0) - 7 }, shape: [3, 5])
    let tensors = [
      "half": numbers.converted(to: .float16), "brain": numbers.converted(to: .bfloat16), "whole": numbers,
      "scalar": try Tensor([4.6], shape: []), "é \"quoted\"": try numbers.reshaped([15]).converted(to: .float16),
    ]
    try withTemporaryFolder { (folder: String) throws -> Void in
      let path = "\(folder)/a.safetensors"
      try SafeTensorsWriter.write(
        tensors.sorted { $0.key < $1.key }.map {
          .init(name: $0.key, shape: $0.value.shape.dimensions, dtype: $0.value.dtype)
        }, metadata: [("format", "pt"), ("note", "ü")], to: path
      ) { try #require(tensors[$0.name]) }
      let file = try SafeTensorsFile(path: path)
      #expect(Set(file.tensors.map(\.name)) == Set(tensors.keys))
      #expect(file.metadata.first { $0.key == "note" }?.value == "ü")
      for entry in file.tensors {
        let expected = try #require(tensors[entry.name])
        let found = try file.tensor(entry.name)
        #expect(found.dtype == expected.dtype && found.shape == expected.shape && found.floats() == expected.floats())
        #expect(found.storage.isMapped && entry.byteOffset % entry.element.byteWidth == 0)
      }
    }
  }

  @Test("a tensor that differs from its announcement leaves nothing behind")
  func mismatch() throws {
    try withTemporaryFolder { (folder: String) throws -> Void in
      #expect(throws: TensorError.self) {
        try SafeTensorsWriter.write(
          [.init(name: "a", shape: [2], dtype: .float32)], to: "\(folder)/a.safetensors"
        ) { _ in try Tensor([1, 2, 3], shape: [3]) }
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.isEmpty)
    }
  }
}
