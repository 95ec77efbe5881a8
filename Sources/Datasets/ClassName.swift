import PromptLensCUTF8Proc
import Foundation

/// Returns the name of a class as prompts use it: spaces for underscores, none at the ends, letters composed.
func promptName(_ name: some StringProtocol) -> String {
  String(name).replacing("_", with: " ").trimming(while: \.isWhitespace).canonicallyComposed
}

/// A name without what differs between spellings of one class: blanks at the ends, underscores, case, Unicode form.
///
/// Single letters keep their case, since there are data sets of letters. Swift's strings are equal when they are
/// canonically equivalent.
struct ClassKey: Hashable {
  private let text: String

  init(_ name: some StringProtocol) {
    let name = promptName(name)
    text = name.count > 1 ? name.lowercased() : name
  }
}

extension String {
  /// The text with letters and their marks composed, Unicode's NFC.
  fileprivate var canonicallyComposed: String {
    guard unicodeScalars.contains(where: { $0.value >= 0x300 }) else { return self }
    var text = self
    return text.withUTF8 { bytes in
      var composed: UnsafeMutablePointer<UInt8>?
      let options = utf8proc_option_t(UTF8PROC_STABLE.rawValue | UTF8PROC_COMPOSE.rawValue)
      let count = utf8proc_map(bytes.baseAddress, bytes.count, &composed, options)
      defer { free(composed) }
      guard count >= 0, let composed else { return self }
      return String(decoding: UnsafeBufferPointer(start: composed, count: count), as: UTF8.self)
    }
  }
}
