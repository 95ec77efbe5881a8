import PromptLensTensors

/// A digest of a tensor's numbers: the SHA-256 of the SHA-256s of its pieces.
///
/// A piece is 4,096 numbers as little-endian f32; the last may be shorter. Equal numbers thus have equal digests in
/// every element type. Model folders and contexts record digests, so their definition never changes.
package final class TensorDigest: @unchecked Sendable {
  // Unchecked: one thread at a time adds to it.
  private let pieces = Fingerprint()
  private let piece = Fingerprint()
  /// The number of bytes in `piece`.
  private var filled = 0

  private static let pieceBytes = 4096 * MemoryLayout<Float>.stride
  /// The number of elements that are widened at a time.
  private static let widenedCount = 256 * 1024

  /// Begins a digest; ``finish()`` must be called once.
  package init() {}

  /// Appends the elements of a tensor.
  ///
  /// Half-precision elements are widened 1 MiB at a time, since the C library keeps the freed memory of a background
  /// thread for that thread.
  package func add(_ tensor: Tensor) throws(TensorError) {
    let numbers = try tensor.reshaped([tensor.shape.count])
    let step = tensor.dtype == .float32 ? max(tensor.shape.count, 1) : Self.widenedCount
    for start in stride(from: 0, to: tensor.shape.count, by: step) {
      try numbers.rows(start..<min(start + step, tensor.shape.count)).withFloats { add($0) }
    }
  }

  private func add(_ floats: UnsafeBufferPointer<Float>) {
    var bytes = UnsafeRawBufferPointer(floats)[...]
    while !bytes.isEmpty {
      let next = bytes.prefix(Self.pieceBytes - filled)
      piece.add(UnsafeRawBufferPointer(rebasing: next))
      bytes = bytes[next.endIndex...]
      filled += next.count
      if filled == Self.pieceBytes { endPiece() }
    }
  }

  private func endPiece() {
    piece.takeDigest { pieces.add($0) }
    filled = 0
  }

  /// Ends the digest, after which elements can't be added.
  ///
  /// - Returns: 64 hexadecimal digits.
  package func finish() -> String {
    if filled > 0 { endPiece() }
    return pieces.finish()
  }

  /// Returns the digest of one tensor, computed one part at a time, without a copy of the whole tensor.
  package static func of(_ tensor: Tensor) throws -> String {
    let digest = TensorDigest()
    for part in try tensor.parts() {
      try digest.add(part)
      part.releasePages()
    }
    return digest.finish()
  }
}

extension Tensor {
  /// Returns this tensor in parts of some MiB, each a range of rows; a scalar is one row.
  package func parts() throws(TensorError) -> [Tensor] {
    guard let count = shape.dimensions.first, shape.count > 0 else { return [try reshaped([shape.count])] }
    let rows = max(1, Self.partCount / (shape.count / count))
    var parts: [Tensor] = []
    for start in stride(from: 0, to: count, by: rows) { parts.append(try self.rows(start..<min(start + rows, count))) }
    return parts
  }

  /// Judges whether no element is NaN or infinite, with one part of a mapped tensor in memory at a time.
  ///
  /// - Returns: whether all elements are finite.
  /// - Throws: `TensorError` when the parts of a tensor can't be taken.
  package func isFiniteByParts() throws(TensorError) -> Bool {
    guard shape.count > Self.partCount else { return isFinite }
    for part in try parts() {
      guard part.isFinite else { return false }
      part.releasePages()
    }
    return true
  }

  /// The number of elements of a part with several rows.
  private static let partCount = 2 << 20
}
