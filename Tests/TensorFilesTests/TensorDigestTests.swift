import PromptLensTensorFiles
import PromptLensCheckpoints
import TestSupport
import PromptLensTensors
import Testing

@Suite("Digests of tensors")
struct TensorDigestTests {
  /// Several pieces, the last cut short.
  private static let floats = randomFloats(70_001, seed: 5)

  @Test("a digest is the SHA-256 of the SHA-256s of pieces of 16 KiB", arguments: [1, 4096, 65_536, 70_001])
  func definition(count: Int) throws {
    let floats = Array(Self.floats.prefix(count))
    let whole = Fingerprint()
    for start in stride(from: 0, to: count, by: 4096) {
      let piece = floats[start..<min(start + 4096, count)].withUnsafeBytes { Fingerprint.of($0) }
      let bytes = stride(from: 0, to: 64, by: 2).map { offset in
        UInt8(piece.dropFirst(offset).prefix(2), radix: 16) ?? 0
      }
      bytes.withUnsafeBytes { whole.add($0) }
    }
    #expect(try TensorDigest.of(Tensor(floats, shape: [count])) == whole.finish())
  }

  @Test("the digest doesn't depend on the lengths of parts or on the element type of equal numbers")
  func parts() throws {
    let halves = Self.floats.map { Float(Float16($0)) }
    let tensor = try Tensor(halves, shape: [halves.count])
    let digest = TensorDigest()
    var start = 0
    for length in [1, 4095, 70, 60_000, 5835] {
      try digest.add(tensor.rows(start..<start + length))
      start += length
    }
    #expect(start == halves.count)
    let expected = try TensorDigest.of(tensor)
    #expect(digest.finish() == expected)
    #expect(try TensorDigest.of(tensor.converted(to: .float16)) == expected)
    #expect(try TensorDigest.of(tensor.reshaped([halves.count, 1])) == expected)
    var other = halves
    other[halves.count - 1].negate()
    #expect(try TensorDigest.of(Tensor(other, shape: [other.count])) != expected)
  }
}
