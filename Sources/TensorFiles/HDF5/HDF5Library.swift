import PromptLensCHDF5
import Foundation

/// The only access to libhdf5, which serializes calls, disables messages, and loads no plug-ins.
enum HDF5Library {
  /// The lock, since not all builds of the library lock themselves, and a sequence of calls shares one error stack.
  private static let lock = NSRecursiveLock()

  /// Runs `body` while no other thread is inside the library.
  static func exclusively<Result>(_ body: () throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    chdf5_silence()
    return try body()
  }

  /// Returns the library's description of its last error, one line without times and addresses, and clears it. All that
  /// the library said is kept in ``LibraryMessages``.
  static func takeError() -> String {
    let (text, all) = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256 + 8192) {
      buffer -> (String, String) in
      guard let base = buffer.baseAddress else { return ("", "") }
      chdf5_take_error(base, base + 256, 8192)
      // Quotations of a damaged file may be any bytes.
      return (String(cString: base), String(cString: base + 256))
    }
    let sentence = String(text.prefix { !$0.isNewline })
    let end = ["time = ", "0x", "errno = "].compactMap { sentence.range(of: $0)?.lowerBound }.min()
    let trimmed = sentence[..<(end ?? sentence.endIndex)].trimmingCharacters(in: CharacterSet(charactersIn: " ,:;=("))
    let shown = trimmed.isEmpty ? "libhdf5 gave no reason" : trimmed
    LibraryMessages.keep(all.split(whereSeparator: \.isNewline).map(String.init), reason: shown)
    return shown
  }
}
