import PromptLensTensors
import PromptLensTokenization

/// Class names of random words, with the numbers of tokens of the real names, to measure the robustness of prompts
/// whose names carry no information.
///
/// Source of the experiment: Wu et al., "Why Is Prompt Tuning for Vision-Language Models Robust to Noisy Labels?"
/// (2023), section 4.2, which replaces class names by random vectors.
package enum RandomNames {
  /// Returns distinct random names.
  ///
  /// - Parameters:
  ///   - classNames: the classes' own names.
  ///   - tokenizer: CLIP's.
  ///   - seed: the seed of the words.
  /// - Returns: a name for each class, of whole words of the vocabulary.
  /// - Throws: ``PromptError/tooFewWords(found:classes:)`` when the vocabulary has no more words than there are
  ///   classes.
  package static func names(
    for classNames: [String], tokenizer: any Tokenizer, seed: Int
  ) throws(PromptError) -> [String] {
    let words = (0..<tokenizer.count).compactMap { id -> String? in
      let word = tokenizer.word(id)
      let isPlain = word.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
      return isPlain && word.utf8.count > 2 && tokenizer.encode(word) == [Int32(id)] ? word : nil
    }
    guard words.count > classNames.count else {
      throw .tooFewWords(found: words.count, classes: classNames.count)
    }
    var numbers = RandomStream.learning(.parameters, seed: seed)
    var used: Set<String> = []
    return classNames.map { name in
      let count = max(tokenizer.encode(name.replacing("_", with: " ")).count, 1)
      while true {
        let random = (0..<count).map { _ in words[numbers.integer(below: words.count)] }.joined(separator: " ")
        if used.insert(random).inserted { return random }
      }
    }
  }
}
