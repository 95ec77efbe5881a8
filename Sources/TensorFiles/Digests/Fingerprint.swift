import PromptLensCCrypto
import PromptLensFiles
import PromptLensTensors

/// An incremental SHA-256 computation, by libcrypto.
package final class Fingerprint: @unchecked Sendable {
  // Unchecked: one thread at a time adds to it.
  private let context = EVP_MD_CTX_new()

  private static let byteCount = 32
  /// The number of a tensor's elements that are hashed at a time.
  private static let pieceCount = 1 << 20
  /// The number of a file's bytes that are hashed at a time.
  private static let pieceBytes = 8 << 20
  /// The digest, which is looked up once, since a lookup by name takes as long as hashing some hundred bytes.
  private nonisolated(unsafe) static let sha256 = EVP_MD_fetch(nil, "SHA256", nil)

  /// Begins a hash.
  package init() { EVP_DigestInit_ex(context, Self.sha256, nil) }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds bytes.
  package func add(_ bytes: UnsafeRawBufferPointer) { EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }

  /// Adds a text's UTF-8 bytes.
  package func add(_ text: String) { Array(text.utf8).withUnsafeBytes(add) }

  /// Adds a tensor's elements as little-endian f32, a piece at a time, without a copy of the whole tensor.
  func add(_ tensor: Tensor) throws {
    let count = tensor.shape.count
    let list = try tensor.reshaped([count])
    for start in stride(from: 0, to: count, by: Self.pieceCount) {
      try list.rows(start..<min(start + Self.pieceCount, count)).withFloats { add(UnsafeRawBufferPointer($0)) }
    }
  }

  /// Calls `body` with the finished hash, and begins another one.
  ///
  /// - Parameter body: receives the 32 bytes of the hash.
  /// - Returns: the result of `body`.
  func takeDigest<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.byteCount) { digest in
      EVP_DigestFinal_ex(context, digest.baseAddress, nil)
      EVP_DigestInit_ex(context, Self.sha256, nil)
      return body(UnsafeRawBufferPointer(digest))
    }
  }

  /// Ends the hash and begins another one.
  ///
  /// - Returns: 64 hexadecimal digits.
  package func finish() -> String {
    takeDigest { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
  }
}

extension Fingerprint {
  /// Returns the SHA-256 of a file.
  ///
  /// - Throws: `FileError` when it cannot be read.
  package static func ofFile(_ path: String) throws -> String {
    let file = try MappedFile(path: path)
    let hash = Fingerprint()
    // Pages are released after use, so that a file of any size takes little memory.
    for start in stride(from: 0, to: file.count, by: pieceBytes) {
      hash.add(UnsafeRawBufferPointer(rebasing: file.bytes[start..<min(start + pieceBytes, file.count)]))
      file.releasePages()
    }
    return hash.finish()
  }

  /// Returns the SHA-256 of bytes in memory.
  package static func of(_ bytes: UnsafeRawBufferPointer) -> String {
    let hash = Fingerprint()
    hash.add(bytes)
    return hash.finish()
  }

  /// Returns the SHA-256 of a tensor's numbers as little-endian f32.
  package static func of(_ tensor: Tensor) throws -> String {
    let hash = Fingerprint()
    try hash.add(tensor)
    return hash.finish()
  }
}
