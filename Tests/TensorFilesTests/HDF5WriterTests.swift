import PromptLensTensorFiles
import PromptLensCheckpoints
import Foundation
import TestSupport
import PromptLensTensors
import Testing

@Suite("Writing HDF5")
struct HDF5WriterTests {
  @Test("tensors of each element type come back mapped, at multiples of 64 bytes", arguments: DType.allCases)
  func elementTypes(dtype: DType) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.h5"
      let tensors = try [[], [1], [3, 5], [0, 2], [7, 1, 3]].map { shape in
        try Tensor((0..<shape.reduce(1, *)).map { Float($0) - 3 }, shape: shape).converted(to: dtype)
      }
      try HDF5Writer.write(to: path) { file in
        for (index, tensor) in tensors.enumerated() { try file.write(tensor, to: "group/t\(index)") }
      }
      let file = try HDF5File(path: path)
      #expect(file.groups == ["", "group"] && file.datasets.count == tensors.count)
      for (index, tensor) in tensors.enumerated() {
        let read = try file.tensor("group/t\(index)")
        #expect(read.dtype == dtype && read.shape == tensor.shape && read.floats() == tensor.floats())
        #expect(read.shape.count == 0 || (read.storage.isMapped && read.byteOffset % 64 == 0))
      }
    }
  }

  @Test("attributes, texts and whole numbers come back as they were")
  func values() throws {
    let values: [(String, HDF5Value)] = [
      ("a", .string("köln 東京")), ("b", .strings(["one", "", "three"])), ("c", .integer(-7)), ("d", .integers([1, 2])),
      ("e", .number(0.1)), ("f", .numbers([1e300, -2])), ("g", .string("")), ("h", .bool(true)), ("i", .bool(false)),
    ]
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.h5"
      try HDF5Writer.write(to: path) { file in
        for (name, value) in values { try file.set(name, value) }
        try file.write(["dog", "cat-fish"], to: "names")
        try file.write([1, -1], to: "labels")
        try file.set("unit", .string("cm"), of: "labels")
      }
      let file = try HDF5File(path: path)
      for (name, value) in values { #expect(try file.attribute(name) == value) }
      #expect(try file.attributeNames() == values.map(\.0))
      #expect(try file.strings("names") == ["dog", "cat-fish"])
      #expect(try file.integers("labels") == [1, -1])
      #expect(try file.attribute("unit", of: "labels") == .string("cm"))
      #expect(try file.attribute("absent") == nil)
      #expect(throws: TensorFileError.self) { try file.tensor("labels") }
      #expect(throws: TensorFileError.self) { try file.tensor("absent") }
    }
  }

  @Test("lists of millions of elements that were never written are rejected before they take memory")
  func unwrittenElements() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.h5"
      try HDF5Writer.write(to: path) { file in try file.write([String](), to: "names") }
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      var found = 0
      for index in bytes.indices where bytes[index] == 0 {
        var damaged = bytes
        damaged[index] = 4
        try damaged.write(to: URL(fileURLWithPath: path))
        guard let file = try? HDF5File(path: path), file.dataset("names")?.shape == [4 << 24] else { continue }
        found += 1
        #expect {
          try file.strings("names")
        } throws: {
          "\($0)".contains("67108864 elements")
        }
      }
      #expect(found > 0)
    }
  }

  @Test("an error while writing leaves the old file unchanged and no other file")
  func failure() throws {
    struct Stop: Error {}
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.h5"
      try HDF5Writer.write(to: path) { try $0.write([1], to: "old") }
      #expect(throws: Stop.self) {
        try HDF5Writer.write(to: path) { file in
          try file.write([2], to: "new")
          throw Stop()
        }
      }
      let old = try HDF5File(path: path)
      #expect(old.dataset("old") != nil)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(names == ["a.h5"])
    }
  }

  @Test("a file with randomly changed bytes is read or rejected, and never traps", arguments: 0..<8)
  func mutations(seed: UInt64) throws {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    func random(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    let original = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("keras-hub/model.weights.h5")))
    try withTemporaryFolder { folder in
      for _ in 0..<50 {
        var bytes = original
        for _ in 0...random(4) { bytes[random(random(2) == 0 ? 8192 : bytes.count)] = UInt8(random(256)) }
        let path = "\(folder)/a.h5"
        try bytes.write(to: URL(fileURLWithPath: path))
        guard let file = try? HDF5File(path: path) else { continue }
        for group in file.groups { _ = try? file.attribute("name", of: group) }
        for dataset in file.datasets { _ = try? file.tensor(dataset.path).isFinite }
      }
    }
  }

  @Test("a Boolean value whose enumeration states more bytes than it has is rejected before libhdf5 copies them")
  func longEnumeration() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.h5"
      try HDF5Writer.write(to: path) { try $0.set("normalized", .bool(true)) }
      #expect(try HDF5File(path: path).attribute("normalized") == .bool(true))
      var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      // The names follow the type of the values: its kind and flags, its size, and four bytes more.
      let names = try #require(bytes.range(of: Data("FALSE".utf8))).lowerBound
      bytes.replaceSubrange(names - 8..<names - 4, with: [0xFF, 0xFF, 0xFF, 0x7F])
      try bytes.write(to: URL(fileURLWithPath: path))
      #expect(throws: TensorFileError.self) { try HDF5File(path: path).attributeNames() }
    }
  }

  @Test("every changed byte around the numbers is found, and none where checksums are not compared")
  func headers() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.h5"
      try HDF5Writer.write(to: path) { file in
        try file.write([1, 2, 3], to: "labels")
        try file.set("scale", .number(100))
        try file.set("kind", .string("linear"))
      }
      try HDF5File(path: path).checkChecksums()
      let sound = try Data(contentsOf: URL(fileURLWithPath: path))
      let name = Data("linear".utf8)
      let place = try #require(sound.range(of: name)).lowerBound
      for offset in [place, place + 5] {
        var bytes = sound
        bytes[offset] ^= 2
        try bytes.write(to: URL(fileURLWithPath: path))
        let file = try HDF5File(path: path)
        #expect(throws: TensorFileError.changed(path: path, object: "its headers")) { try file.checkChecksums() }
      }
    }
  }
}
