import PromptLensKernels
import PromptLensTensors

/// A digest of a tensor's numbers: the SHA-256 of the SHA-256s of its pieces.
///
/// A piece is 4,096 numbers as little-endian f32, the last may be shorter; sixteen pieces are hashed at a time. So equal numbers
/// have equal digests, whatever element type they are stored in.
package final class TensorDigest: @unchecked Sendable {
  // Unchecked: one thread at a time adds to it.
  private let pieces = Fingerprint()
  /// Numbers that fill no group of pieces yet.
  private var rest: [UInt8] = []

  private static let pieceBytes = 4096 * MemoryLayout<Float>.stride
  private static let groupBytes = Int(PL_SHA256_LANES) * pieceBytes
  private static let widenedCount = 4 * groupBytes / MemoryLayout<Float>.stride

  /// Begins a digest; ``finish()`` must be called once.
  package init() {}

  /// Adds the numbers of a tensor behind those that were added before.
  ///
  /// They are widened a few groups at a time: what a background thread frees, the C library keeps for that thread.
  package func add(_ tensor: Tensor) throws(TensorError) {
    let numbers = try tensor.reshaped([tensor.shape.count])
    let step = tensor.dtype == .float32 ? max(tensor.shape.count, 1) : Self.widenedCount
    for start in stride(from: 0, to: tensor.shape.count, by: step) {
      try numbers.rows(start..<min(start + step, tensor.shape.count)).withFloats { add($0) }
    }
  }

  private func add(_ floats: UnsafeBufferPointer<Float>) {
    var bytes = UnsafeRawBufferPointer(floats)[...]
    if !rest.isEmpty {
      let missing = bytes.prefix(Self.groupBytes - rest.count)
      rest.append(contentsOf: missing)
      bytes = bytes[missing.endIndex...]
      guard rest.count == Self.groupBytes else { return }
      rest.withUnsafeBytes { addGroup($0) }
      rest.removeAll(keepingCapacity: true)
    }
    while bytes.count >= Self.groupBytes {
      addGroup(UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.groupBytes)))
      bytes = bytes.dropFirst(Self.groupBytes)
    }
    rest.append(contentsOf: bytes)
  }

  /// Ends the digest; nothing is added afterwards.
  ///
  /// - Returns: 64 hexadecimal digits.
  package func finish() -> String {
    rest.withUnsafeBytes { addPieces($0) }
    return pieces.finish()
  }

  /// The digest of one tensor, a part at a time, so that f16 needs no copy of the whole.
  package static func of(_ tensor: Tensor) throws -> String {
    let digest = TensorDigest()
    for part in try tensor.parts() {
      try digest.add(part)
      part.releasePages()
    }
    return digest.finish()
  }

  private func addGroup(_ bytes: UnsafeRawBufferPointer) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(PL_SHA256_LANES) * 32) { digests in
      let messages = bytes.assumingMemoryBound(to: UInt8.self).baseAddress
      if pl_sha256_lanes(messages, Self.pieceBytes, digests.baseAddress) != 0 {
        pieces.add(UnsafeRawBufferPointer(digests))
      } else {
        addPieces(bytes)
      }
    }
  }

  private func addPieces(_ bytes: UnsafeRawBufferPointer) {
    for start in stride(from: 0, to: bytes.count, by: Self.pieceBytes) {
      let piece = Fingerprint()
      piece.add(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + Self.pieceBytes, bytes.count)]))
      piece.digest().withUnsafeBytes { pieces.add($0) }
    }
  }
}

extension Tensor {
  /// This tensor in parts of some MiB that have rows of its own; a scalar is one row.
  package func parts() throws(TensorError) -> [Tensor] {
    guard let count = shape.dimensions.first, shape.count > 0 else { return [try reshaped([shape.count])] }
    let rows = max(1, Self.partCount / (shape.count / count))
    var parts: [Tensor] = []
    for start in stride(from: 0, to: count, by: rows) { parts.append(try self.rows(start..<min(start + rows, count))) }
    return parts
  }

  /// The numbers of a part that is not a single row.
  private static let partCount = 2 << 20
}
