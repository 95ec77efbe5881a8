import CCrypto
import Files
import Tensors

/// SHA-256, by libcrypto.
public struct Fingerprint {
  private let context: OpaquePointer?

  /// Begins a hash; ``finish()`` must be called once.
  package init() {
    context = EVP_MD_CTX_new()
    EVP_DigestInit_ex(context, EVP_sha256(), nil)
  }

  /// Adds bytes.
  package func add(_ bytes: UnsafeRawBufferPointer) { EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }

  /// Adds a text's UTF-8 bytes.
  package func add(_ text: String) { Array(text.utf8).withUnsafeBytes(add) }

  /// Adds a tensor's numbers as little-endian f32.
  func add(_ tensor: Tensor) { tensor.withFloats { add(UnsafeRawBufferPointer($0)) } }

  /// Ends the hash.
  ///
  /// - Returns: 64 hexadecimal digits.
  package func finish() -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    EVP_DigestFinal_ex(context, &digest, nil)
    EVP_MD_CTX_free(context)
    return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// The SHA-256 of a file.
  ///
  /// - Throws: `FileError` when it cannot be read.
  public static func ofFile(_ path: String) throws -> String {
    let file = try MappedFile(path: path)
    return withExtendedLifetime(file) { of(file.bytes) }
  }

  /// The SHA-256 of bytes in memory.
  public static func of(_ bytes: UnsafeRawBufferPointer) -> String {
    let hash = Fingerprint()
    hash.add(bytes)
    return hash.finish()
  }

  /// The SHA-256 of a tensor's numbers as little-endian f32, which says whether two token embeddings are the same.
  public static func of(_ tensor: Tensor) -> String {
    let hash = Fingerprint()
    hash.add(tensor)
    return hash.finish()
  }
}
