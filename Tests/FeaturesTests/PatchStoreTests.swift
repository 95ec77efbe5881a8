import Foundation
import PromptLensFeatures
import PromptLensTensors
import TestSupport
import Testing

@Suite("Embedded patches on disk")
struct PatchStoreTests {
  private static let key = FeatureKey(
    modelFingerprint: "m", compute: "f32", transform: "crops of seed 1", listFingerprint: "l", listCount: 3,
    split: .train, views: 2, draw: "none", shard: .whole)

  private func store(
    _ folder: String, key: FeatureKey = Self.key, images: [String] = ["a", "b", "c"], space: Int = 1 << 20,
    note: @escaping @Sendable (String) -> Void = { _ in }
  ) throws -> PatchStore {
    try PatchStore(in: folder, key: key, contentHashes: images, positions: 5, width: 4, space: space, note: note)
  }

  /// Patches that tell their image and view.
  private func patches(_ images: [Int], _ views: [Int], _ indices: [Int]) -> FloatBuffer {
    let buffer = FloatBuffer(count: indices.count * 20)
    for (row, index) in indices.enumerated() {
      for element in 0..<20 {
        buffer.pointer[row * 20 + element] = Float(images[index] * 100 + views[index] * 20 + element) / 7
      }
    }
    return buffer
  }

  @Test("each view is computed once, in whatever order and by whatever process it's needed")
  func once() throws {
    try withTemporaryFolder { folder in
      var computed = 0
      func rows(_ store: PatchStore, _ images: [Int], _ views: [Int]) throws -> [Float] {
        try store.rows(images, views) { missing in
          computed += missing.count
          return patches(images, views, missing)
        }.floats
      }
      let first = try store(folder)
      #expect(first.total == 6 && first.limit == 6 && first.viewBytes == 80 && first.kept == 0)
      #expect(try rows(first, [2, 0], [1, 0]) == patches([2, 0], [1, 0], [0, 1]).floats)
      #expect(try rows(first, [0, 1, 2], [0, 1, 1]) == patches([0, 1, 2], [0, 1, 1], [0, 1, 2]).floats)
      #expect(computed == 3 && first.kept == 3)
      // Another process finds them in the folder.
      let second = try store(folder)
      #expect(second.kept == 3)
      #expect(try rows(second, [1, 2, 1], [1, 1, 0]) == patches([1, 2, 1], [1, 1, 0], [0, 1, 2]).floats)
      #expect(computed == 4)
      #expect(try rows(first, [1], [0]) == patches([1], [0], [0]).floats)
      #expect(computed == 4)
    }
  }

  @Test("beyond the space, views are computed whenever they're needed")
  func space() throws {
    try withTemporaryFolder { folder in
      let small = try store(folder, space: 200)
      #expect(small.limit == 2)
      var computed = 0
      for _ in 0..<2 {
        let rows = try small.rows([0, 1, 2], [0, 0, 0]) { missing in
          computed += missing.count
          return patches([0, 1, 2], [0, 0, 0], missing)
        }
        #expect(rows.floats == patches([0, 1, 2], [0, 0, 0], [0, 1, 2]).floats)
      }
      #expect(computed == 4 && small.kept == 2)
    }
  }

  @Test("other images have another folder; a folder of something else and a damaged one are named")
  func foreign() throws {
    try withTemporaryFolder { folder in
      let first = try store(folder)
      _ = try first.rows([0], [0]) { patches([0], [0], $0) }
      let changed = try store(folder, images: ["a", "b", "d"])
      #expect(changed.path != first.path && changed.kept == 0)
      var bf16 = Self.key
      bf16.compute = "bf16"
      let other = try store(folder, key: bf16)
      #expect(other.path != first.path)
      // A folder that was renamed.
      try FileManager.default.removeItem(atPath: other.path)
      try FileManager.default.copyItem(atPath: first.path, toPath: other.path)
      let foreign = #expect(throws: FeatureError.self) { try store(folder, key: bf16) }
      #expect(foreign.map { "\($0)" }?.contains("compute \"f32\" where \"bf16\" is asked for") == true)
      // A bit of a view.
      let path = "\(first.path)/patches.npy"
      var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      bytes[bytes.count - 6 * 80 + 3] ^= 1
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let damaged = try store(folder)
      let error = #expect(throws: FeatureError.self) { try damaged.rows([0], [0]) { patches([0], [0], $0) } }
      #expect(error.map { "\($0)" }?.contains("view 0 of image 0 doesn't have the hash") == true)
      // The end is missing.
      try Data(bytes.dropLast(7)).write(to: URL(fileURLWithPath: path))
      let short = #expect(throws: FeatureError.self) { try store(folder) }
      #expect(short.map { "\($0)" }?.contains("\"patches.npy\" has") == true)
      // Without a key, nothing in the folder counts.
      try FileManager.default.removeItem(atPath: "\(first.path)/key.json")
      #expect(try store(folder).kept == 0)
    }
  }

  @Test("numbers in the folder are a NumPy array")
  func array() throws {
    try withTemporaryFolder { folder in
      let found = try store(folder)
      _ = try found.rows([1], [1]) { patches([1], [1], $0) }
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(found.path)/patches.npy")))
      #expect(
        String(decoding: bytes[10..<80], as: UTF8.self).hasPrefix(
          "{'descr': '<f4', 'fortran_order': False, 'shape': (6, 5, 4)"))
      #expect(bytes.count % 64 == (6 * 80) % 64)
    }
  }
}
