/// Rules for sequences of characters: each rule is a list of character sets that follow one
/// another.
///
/// They do what a regular expression's alternatives would, at the speed of a table: each character has one word of bits
/// that says which sets hold it.
struct SequenceRules: Sendable {
  private enum Step: Sendable {
    case set(UInt128)
    /// A letter, a number or an underscore.
    case word
    /// The start of the text; takes no character.
    case start
  }

  private let rules: [[Step]]
  /// The sets of each character below 0x10000, as indices into `masks`.
  private let kinds: [UInt8]
  private let masks: [UInt128]
  /// The sets of the other characters.
  private let beyond: UInt128
  /// The sets that a rule can begin with.
  private let first: UInt128

  /// Creates rules from their packed form.
  ///
  /// - Parameters:
  ///   - sets: `TextTables`' ranges, as `low-high:bits` in hexadecimal.
  ///   - rules: the sets' numbers with dots between, `w` for a word's character, `^` for the text's start.
  init(sets: String, rules: String) {
    var kinds = [UInt8](repeating: 0, count: 0x10000)
    var masks: [UInt128] = [0]
    var beyond: UInt128 = 0
    for range in sets.split(separator: " ") {
      let parts = range.split { $0 == "-" || $0 == ":" }
      guard parts.count == 3, let low = Int(parts[0], radix: 16), let high = Int(parts[1], radix: 16),
        let mask = UInt128(parts[2], radix: 16)
      else { continue }
      guard high < kinds.count else {
        beyond = mask
        continue
      }
      let kind = masks.firstIndex(of: mask) ?? masks.count
      if kind == masks.count { masks.append(mask) }
      for character in low...high { kinds[character] = UInt8(clamping: kind) }
    }
    self.kinds = kinds
    self.masks = masks
    self.beyond = beyond
    self.rules = rules.split(separator: " ").map { rule in
      rule.split(separator: ".").map { step in
        switch step {
        case "w": .word
        case "^": .start
        default: .set(1 << (UInt128(step) ?? 127))
        }
      }
    }
    first = self.rules.reduce(0) { sets, rule in
      for case .set(let set) in rule { return sets | set }
      return sets
    }
  }

  private func mask(_ character: UInt32) -> UInt128 {
    character < 0x10000 ? masks[Int(kinds[Int(character)])] : beyond
  }

  /// Returns the number of characters of the first rule that matches at a position, or nil.
  func match(_ text: [UInt32], at position: Int) -> Int? {
    guard mask(text[position]) & first != 0 else { return nil }
    rules: for rule in rules {
      var end = position
      for step in rule {
        switch step {
        case .start:
          guard position == 0 else { continue rules }
        case .set(let set):
          guard end < text.count, mask(text[end]) & set != 0 else { continue rules }
          end += 1
        case .word:
          guard end < text.count, text[end].isWordCharacter else { continue rules }
          end += 1
        }
      }
      return end - position
    }
    return nil
  }

  /// Returns whether a rule matches anywhere.
  func matches(_ text: [UInt32]) -> Bool { text.indices.contains { match(text, at: $0) != nil } }

  /// Returns the text with each match, from left to right, replaced.
  func replacing(in text: [UInt32], with replacement: (ArraySlice<UInt32>) -> [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    var position = 0
    while position < text.count {
      if let count = match(text, at: position) {
        result += replacement(text[position..<position + count])
        position += count
      } else {
        result.append(text[position])
        position += 1
      }
    }
    return result
  }
}

extension SequenceRules {
  static let suspicious = SequenceRules(sets: TextTables.suspiciousSets, rules: TextTables.suspiciousRules)
  static let utf8Seen = SequenceRules(sets: TextTables.utf8SeenSets, rules: TextTables.utf8SeenRules)
  static let continuation = SequenceRules(sets: TextTables.continuationSets, rules: TextTables.continuationRules)
  static let spaced = SequenceRules(sets: TextTables.spacedSets, rules: TextTables.spacedRules)
  static let lossy = SequenceRules(sets: TextTables.lossySets, rules: TextTables.lossyRules)
}
