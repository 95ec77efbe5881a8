import PromptLensCXXHash

/// A checksum of bytes that guards a file against accidents: XXH3 with 128 bits, at the speed of memory.
///
/// It tells damage, not forgery; where files of others are compared, ``Fingerprint`` is the measure. Source: the
/// specification of xxHash, version 0.8.
struct Checksum: ~Copyable {
  private let state: UnsafeMutableRawPointer?

  /// Begins a checksum.
  init() { state = cxxhash_begin() }

  deinit { cxxhash_discard(state) }

  /// Adds bytes behind those that were added before.
  func add(_ bytes: UnsafeRawBufferPointer) { cxxhash_add(state, bytes.baseAddress, bytes.count) }

  /// The checksum of all bytes that were added: 32 hexadecimal digits.
  var digits: String {
    var (upper, lower): (UInt64, UInt64) = (0, 0)
    cxxhash_read(state, &upper, &lower)
    return [upper, lower].map { number in
      let text = String(number, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }.joined()
  }
}
