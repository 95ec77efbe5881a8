import PromptLensCCrypto
import PromptLensFiles
import PromptLensTensors

/// SHA-256, by libcrypto. One thread at a time adds to it.
package struct Fingerprint: Sendable {
  private nonisolated(unsafe) let context: OpaquePointer?

  /// Begins a hash; ``finish()`` or ``digest()`` must be called once.
  package init() {
    context = EVP_MD_CTX_new()
    EVP_DigestInit_ex(context, EVP_sha256(), nil)
  }

  /// Adds bytes.
  package func add(_ bytes: UnsafeRawBufferPointer) { EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }

  /// Adds a text's UTF-8 bytes.
  package func add(_ text: String) { Array(text.utf8).withUnsafeBytes(add) }

  /// Adds a tensor's numbers as little-endian f32, a piece at a time, so that f16 needs no copy of the whole.
  func add(_ tensor: Tensor) throws {
    let count = tensor.shape.count
    let list = try tensor.reshaped([count])
    for start in stride(from: 0, to: count, by: Self.piece) {
      try list.rows(start..<min(start + Self.piece, count)).withFloats { add(UnsafeRawBufferPointer($0)) }
    }
  }

  private static let piece = 1 << 20

  /// Ends the hash.
  ///
  /// - Returns: 64 hexadecimal digits.
  package func finish() -> String {
    digest().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Ends the hash.
  ///
  /// - Returns: 32 bytes.
  func digest() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    EVP_DigestFinal_ex(context, &digest, nil)
    EVP_MD_CTX_free(context)
    return digest
  }

  /// The SHA-256 of a file.
  ///
  /// - Throws: `FileError` when it cannot be read.
  package static func ofFile(_ path: String) throws -> String {
    let file = try MappedFile(path: path)
    let hash = Fingerprint()
    // Pages are given back as they are done with, so that a file of any size takes little memory.
    for start in stride(from: 0, to: file.count, by: 8 * piece) {
      hash.add(UnsafeRawBufferPointer(rebasing: file.bytes[start..<min(start + 8 * piece, file.count)]))
      file.releasePages()
    }
    return hash.finish()
  }

  /// The SHA-256 of bytes in memory.
  package static func of(_ bytes: UnsafeRawBufferPointer) -> String {
    let hash = Fingerprint()
    hash.add(bytes)
    return hash.finish()
  }

  /// The SHA-256 of a tensor's numbers as little-endian f32.
  package static func of(_ tensor: Tensor) throws -> String {
    let hash = Fingerprint()
    try hash.add(tensor)
    return hash.finish()
  }
}
