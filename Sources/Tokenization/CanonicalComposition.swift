import PromptLensCUTF8Proc

/// Unicode's canonical composition, NFC, of version 14 as in Python 3.11.
package enum CanonicalComposition {
  /// Returns a text with letters and their marks composed.
  package static func composed(_ text: String) -> String {
    text.unicodeScalars.contains { $0.value >= 0x300 } ? composed([UInt32](text)).text : text
  }

  /// Returns a text in which letters and their marks are composed if Unicode has a character for both.
  ///
  /// libutf8proc may know a later version of Unicode than 14. Characters that are younger neither decompose nor combine
  /// in Python 3.11, so they pass through as they are, and the text between them is composed on its own.
  static func composed(_ text: [UInt32]) -> [UInt32] {
    // Characters below U+0300 don't combine, and don't decompose to other compositions.
    guard text.contains(where: { $0 >= 0x300 }) else { return text }
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    var rest = text[...]
    while !rest.isEmpty {
      let run = rest.prefix(while: isComposable)
      result += composed(run: Array(run))
      rest = rest[run.endIndex...]
      if let other = rest.popFirst() { result.append(other) }
    }
    return result
  }

  /// Returns a Boolean value that indicates whether libutf8proc may process a character.
  ///
  /// libutf8proc 2.8 deletes U+11A7 after a Korean syllable: it takes the vowel for the trailing consonant before the
  /// first. The character never combines.
  private static func isComposable(_ character: UInt32) -> Bool {
    character < 0x300 || character != 0x11A7 && character.isOfUnicode14
  }

  private static func composed(run: [UInt32]) -> [UInt32] {
    guard !run.isEmpty else { return [] }
    var text = run.text
    return text.withUTF8 { bytes in
      var composed: UnsafeMutablePointer<UInt8>?
      let options = utf8proc_option_t(UTF8PROC_STABLE.rawValue | UTF8PROC_COMPOSE.rawValue)
      let count = utf8proc_map(bytes.baseAddress, bytes.count, &composed, options)
      defer { free(composed) }
      // It only fails when memory is exhausted.
      guard count >= 0, let composed else { return run }
      return [UInt32](String(decoding: UnsafeBufferPointer(start: composed, count: count), as: UTF8.self))
    }
  }
}
