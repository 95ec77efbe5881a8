/// Unicode's canonical composition, NFC, in its version 14, which is Python 3.11's.
///
/// Foundation's takes a character beyond U+FFFF that an accent follows for the one with the same last 16 bits (Swift
/// 6.3: U+10041 U+0301 becomes Á), and knows other versions of Unicode on other machines.
enum CanonicalComposition {
  static func composed(_ text: [UInt32]) -> [UInt32] {
    // Nothing below U+0300 combines, or decomposes to what composes otherwise.
    guard text.contains(where: { $0 >= 0x300 }) else { return text }
    return recomposed(ordered(text.flatMap(decomposed)))
  }

  // MARK: Decomposition

  private static func decomposed(_ character: UInt32) -> [UInt32] {
    if character < 0xC0 { return [character] }
    if let syllable = Hangul.decomposed(character) { return syllable }
    return tables.full[character] ?? [character]
  }

  /// Marks that follow one another, stably sorted by combining class.
  private static func ordered(_ text: [UInt32]) -> [UInt32] {
    var text = text
    var start = 0
    while start < text.count {
      var end = start
      while end < text.count, combiningClass(text[end]) != 0 { end += 1 }
      if end - start > 1 {
        // Swift's sort is stable, but does not promise it: places decide between equals.
        let marks = text[start..<end].enumerated().map { (combiningClass($0.element), $0.offset, $0.element) }
        text.replaceSubrange(start..<end, with: marks.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2))
      }
      start = end + 1
    }
    return text
  }

  private static func combiningClass(_ character: UInt32) -> UInt8 {
    guard character >= 0x300, character.isOfUnicode14 else { return 0 }
    return Unicode.Scalar(character)?.properties.canonicalCombiningClass.rawValue ?? 0
  }

  // MARK: Composition

  private static func recomposed(_ text: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    var starter: Int?
    var lastClass: UInt8 = 0
    for character in text {
      let combiningClass = combiningClass(character)
      // A mark is blocked from its starter by one of the same or a higher class; a starter by anything between.
      if let place = starter, place == result.count - 1 || lastClass < combiningClass && lastClass != 0,
        let pair = composite(result[place], character)
      {
        result[place] = pair
        continue
      }
      if combiningClass == 0 { starter = result.count }
      lastClass = combiningClass
      result.append(character)
    }
    return result
  }

  private static func composite(_ first: UInt32, _ second: UInt32) -> UInt32? {
    Hangul.composite(first, second) ?? tables.composites[UInt64(first) << 32 | UInt64(second)]
  }

  // MARK: Data

  private struct Tables: Sendable {
    /// The decomposition of each character, to the end.
    var full: [UInt32: [UInt32]] = [:]
    var composites: [UInt64: UInt32] = [:]
  }

  private static let tables: Tables = {
    var tables = Tables()
    var steps: [UInt32: [UInt32]] = [:]
    for entry in TextTables.decompositions.split(separator: " ") {
      let parts = entry.split(separator: "=")
      let isExcluded = parts[0].hasSuffix("!")
      guard let character = UInt32(isExcluded ? parts[0].dropLast() : parts[0], radix: 16) else { continue }
      let step = TextTables.points(parts[1])
      steps[character] = step
      if !isExcluded, step.count == 2 { tables.composites[UInt64(step[0]) << 32 | UInt64(step[1])] = character }
    }
    for character in steps.keys {
      var parts = [character]
      while parts.contains(where: { steps[$0] != nil }) { parts = parts.flatMap { steps[$0] ?? [$0] } }
      tables.full[character] = parts
    }
    return tables
  }()
}

/// Korean syllables, which compose by arithmetic (Unicode, section 3.12).
private enum Hangul {
  private static let leading: UInt32 = 0x1100, vowel: UInt32 = 0x1161, trailing: UInt32 = 0x11A7
  private static let syllable: UInt32 = 0xAC00
  private static let leadings: UInt32 = 19, vowels: UInt32 = 21, trailings: UInt32 = 28

  static func decomposed(_ character: UInt32) -> [UInt32]? {
    guard syllable..<syllable + leadings * vowels * trailings ~= character else { return nil }
    let index = character - syllable
    let parts = [leading + index / (vowels * trailings), vowel + index / trailings % vowels]
    return index % trailings == 0 ? parts : parts + [trailing + index % trailings]
  }

  static func composite(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if leading..<leading + leadings ~= first, vowel..<vowel + vowels ~= second {
      return syllable + ((first - leading) * vowels + second - vowel) * trailings
    }
    guard syllable..<syllable + leadings * vowels * trailings ~= first, (first - syllable) % trailings == 0,
      trailing + 1..<trailing + trailings ~= second
    else { return nil }
    return first + second - trailing
  }
}
