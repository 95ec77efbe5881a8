import PromptLensInterpretation
import PromptLensReporting

extension VectorControl {
  /// The finding on a vector.
  package var sentence: String {
    var sentence =
      switch verdict {
      case .word: kind == .word ? "is the word, within rounding" : "equals this entry, \(kind.phrase)"
      case .closer:
        "\(nearness): nearer than random vectors (\(random.correctedP.asProbability), corrected) and than mixtures of words "
          + "(\(mixtures.correctedP.asProbability))"
      case .position:
        isNearerToMeanWord
          ? "nearer to the mean of all words than to any word"
          : "\(nearness): nearer than random vectors (\(random.correctedP.asProbability), corrected), not than mixtures of words "
            + "(\(mixtures.correctedP.asProbability))"
      case .chance: "\(nearness): not shown nearer than random vectors (\(random.correctedP.asProbability), corrected)"
      }
    if verdict != .word, verdict != .chance, kind != .word { sentence += "; the entry is \(kind.phrase)" }
    if initial?.keepsWord == true { sentence += "; the same entry as before learning" }
    return sentence
  }

  /// By how much the word is nearest, and the share of the vector that it explains.
  private var nearness: String {
    "nearest by a margin\(margin.map { " of \($0.formatted(decimals: 4))" } ?? ""), explains \(explained.percentage)"
  }
}

extension EntryKind {
  /// The kind in a sentence.
  fileprivate var phrase: String {
    switch self {
    case .word: "a word"
    case .piece: "a piece of words"
    case .sign: "a sign, not a word"
    case .special: "a special token, not a word"
    }
  }

  /// Returns a number of entries of the kind, for a sentence.
  fileprivate func counted(_ count: Int) -> String {
    switch self {
    case .word: count.counting("word or word ending", plural: "words or word endings")
    case .piece: count.counting("piece of a word", plural: "pieces of words")
    case .sign: count.counting("sign")
    case .special: count.counting("special token")
    }
  }
}

extension ContextControls {
  /// The most vectors that a sentence names.
  private static let namedLimit = 8

  /// The finding on the whole context.
  package var sentence: String {
    switch verdict {
    case .meanWord: return "Every vector is the mean of all words: none of them is at a word."
    case .entries: return "Every vector equals a vocabulary entry\(kinds)\(before(\.isEntry))."
    case .closer:
      return
        "As a group the vectors are nearer to vocabulary entries than random vectors of their lengths (\(count)) and "
        + "than mixtures of \(Self.mixtureSize) words (\(mixtureProbability.asProbability))\(singles)\(before(\.isClose))."
    case .position:
      return
        "As a group the vectors are nearer to vocabulary entries than random vectors of their lengths (\(count)), but not "
        + "shown to be nearer than mixtures of \(Self.mixtureSize) words (\(mixtureProbability.asProbability)), which mean "
        + "none of them: that shows where the vectors lie, not that they mean these words\(singles)."
    case .chance:
      return
        "As a group the vectors are not shown to be nearer to vocabulary entries than random vectors of their lengths "
        + "(\(count))\(singles)."
    }
  }

  /// The limit of what the test can show.
  package var limitSentence: String {
    "With \(randomCount.grouped) random vectors and as many mixtures, no corrected probability below "
      + "\(smallestProbability.formatted(decimals: smallestProbability < 0.01 ? 4 : 2)) can be shown for "
      + "\(correctedCount.counting("vector"))"
      + (canShow ? "." : ": too few for any conclusion at \(WordVerdict.level).")
  }

  /// A Boolean value that indicates whether a single vector can be shown to be nearer than chance.
  private var canShow: Bool { smallestProbability < WordVerdict.level }

  private var count: String {
    "\(closeCount) of \(distinctCount) nearer than 95 % of them, where chance gives \(closeByChance.formatted(decimals: 1)), "
      + chanceProbability.asProbability
  }

  /// The kinds of entries, where they aren't words.
  private var kinds: String {
    let others = EntryKind.allCases.filter { $0 != .word }.compactMap { kind -> String? in
      let count = vectors.count { $0.kind == kind }
      return count > 0 ? kind.counted(count) : nil
    }
    guard !others.isEmpty else { return "" }
    let words = vectors.count { $0.kind == .word }
    return ": \(others.joined(separator: ", ")) and \(EntryKind.word.counted(words))"
  }

  /// The single vectors that the conclusion on the group would hide.
  private var singles: String {
    let own = vectors.indices.filter { vectors[$0].verdict == .closer }
    let entries = vectors.indices.filter { vectors[$0].isEntry }
    let placed = vectors.indices.filter { vectors[$0].verdict == .position }
    var clauses: [String] = []
    if !own.isEmpty {
      let largest = own.map { max(vectors[$0].random.correctedP, vectors[$0].mixtures.correctedP) }.max() ?? 1
      clauses.append(
        "\(names(own)) \(own.count == 1 ? "is" : "are") nearer than random vectors and than mixtures of "
          + "\(Self.mixtureSize) words (\(largest.asBound)\(own.count == 1 ? "" : " each"), corrected for "
          + "\(correctedCount.counting("vector")))")
    }
    if !placed.isEmpty {
      let largest = placed.map { vectors[$0].random.correctedP }.max() ?? 1
      clauses.append(
        "\(names(placed)) \(placed.count == 1 ? "is" : "are") nearer than random vectors "
          + "(\(largest.asBound)\(placed.count == 1 ? "" : " each"), corrected), but not than mixtures")
    }
    if !entries.isEmpty {
      clauses.append("\(names(entries)) \(entries.count == 1 ? "equals an entry" : "equal entries")")
    }
    return clauses.isEmpty ? "" : "; " + clauses.joined(separator: ", and ")
  }

  private func names(_ indices: [Int]) -> String {
    let length = effectiveRanks.isEmpty ? vectors.count : vectors.count / effectiveRanks.count
    guard effectiveRanks.count <= 1, indices.count <= Self.namedLimit else { return "\(indices.count) vectors" }
    return indices.map { "v\($0 % max(length, 1) + 1)" }.joined(separator: ", ")
  }

  /// Returns the result of the same test on the context before learning.
  private func before(_ holds: (VectorControl) -> Bool) -> String {
    let known = vectors.compactMap(\.initial)
    guard known.count == vectors.count, !known.isEmpty else { return "" }
    let kept = vectors.count { $0.initial?.keepsWord == true && holds($0) }
    return kept == 0
      ? ""
      : "; \(kept) of \(vectors.count) are nearest to the entry that they began nearest to, which shows the beginning, not "
        + "what was learned"
  }
}

extension VectorControl {
  /// A Boolean value that indicates whether the vector is at or near an entry by its own test.
  fileprivate var isClose: Bool { verdict == .word || verdict == .closer }
}

extension Double {
  /// A probability as a bound in steps of powers of ten.
  fileprivate var asBound: String {
    for bound in [1e-4, 1e-3, 1e-2] where self < bound { return "p < \(bound == 1e-4 ? "0.0001" : "\(bound)")" }
    return asProbability
  }
}
