import Foundation
import PromptLensInterpretation
import PromptLensPrompts
import PromptLensTensors
import PromptLensTokenization

/// A context with the vocabulary words nearest to its vectors.
package struct DecodedContext {
  /// The context.
  package let context: LearnedContext
  /// The class names, from the context's file or decoded with its model.
  package let classNames: [String]?
  /// The words of each vector, nearest first, class after class.
  package let words: [[WordNeighbor]]
  /// The tokenizer of the words.
  package let tokenizer: any Tokenizer
  /// The metric of the distances.
  package let metric: WordMetric
  /// Whether the mean of all words was subtracted from words and vectors.
  package let isCentered: Bool
  /// The requested number of words for each vector.
  package let top: Int

  /// Creates a decoded context.
  package init(
    context: LearnedContext, classNames: [String]?, words: [[WordNeighbor]], tokenizer: any Tokenizer,
    metric: WordMetric,
    isCentered: Bool, top: Int
  ) {
    self.context = context
    self.classNames = classNames
    self.words = words
    self.tokenizer = tokenizer
    self.metric = metric
    self.isCentered = isCentered
    self.top = top
  }

  /// The word nearest to each vector.
  package var nearestWords: [Int] { words.compactMap(\.first?.id) }

  /// Returns a word as written in the vocabulary, with the mark of its end or beginning: `dog</w>`, `▁dog`.
  package func piece(_ id: Int) -> String { tokenizer.piece(id) }

  /// Returns a word for people, with the mark of where it ends or begins: `dog</w>` or `▁dog`, and `são</w>` where the
  /// vocabulary has the bytes of letters; a part of a letter is shown by its bytes, `\xC3`.
  package func label(_ id: Int) -> String { tokenizer.label(of: id) }

  /// Returns a word as text: `dog`.
  package func text(_ id: Int) -> String { tokenizer.decode([Int32(id)]) }

  /// Returns words as plain text, without their end marks.
  package func plain(_ ids: [Int]) -> String {
    ids.map { id in
      let text = text(id).filter { !$0.isWhitespace }
      // A part of a character isn't text on its own.
      return text.isEmpty || text.contains("\u{FFFD}") ? label(id) : text
    }.joined(separator: " ")
  }

  /// Returns the name of a class, or its number from 1 if the names aren't known.
  package func name(ofClass label: Int) -> String { classNames?[label] ?? "\(label + 1)" }

  /// Returns the class of a vector's context; `nil` if all classes share the context.
  package func className(ofVector index: Int) -> String? {
    context.classCount == nil ? nil : name(ofClass: index / context.length)
  }

  /// Returns a vector's number in its context, from 1.
  package func number(ofVector index: Int) -> Int { index % context.length + 1 }
}

extension LearnedContext {
  /// All vectors, one after the other, `[M, D]` or `[K · M, D]`.
  package var rows: Tensor {
    get throws { try vectors.reshaped([vectors.shape.count / width, width], name: "context") }
  }
}

extension Tokenizer {
  /// The whole words by id: pieces of letters with the mark of a word.
  ///
  /// In a vocabulary of byte pairs, endings such as `ing` are among them: it writes a word that it has as one piece exactly
  /// as it writes an ending, and its merges build both alike, so that nothing in it tells which of them occur alone.
  package var wholeWords: [Bool] {
    (0..<count).map { isWholeWord($0) }
  }

  /// Returns a vocabulary entry for people, with the mark of where a word ends or begins: `dog</w>` or `▁dog`, and
  /// `são</w>` where the vocabulary has the bytes of letters; a part of a letter is shown by its bytes, `\xC3`.
  package func label(of id: Int) -> String {
    let piece = piece(id)
    guard !piece.utf8.allSatisfy({ $0 < 0x80 }) else { return piece }
    let bytes = bytes(of: id)
    func isReadable(_ text: String) -> Bool {
      !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 0x20 && !(0x7F...0xA0).contains($0.value) }
    }
    let decoded = String(validating: bytes, as: UTF8.self)
    let text =
      decoded.flatMap { isReadable($0) ? $0 : nil }
      ?? bytes.map { byte -> String in
        guard !(0x21..<0x7F).contains(byte) else { return String(UnicodeScalar(byte)) }
        return "\\x\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))"
      }.joined()
    switch wordMark {
    case .end: return isMarked(id) ? text + wordMark.text : text
    case .beginning: return isMarked(id) ? wordMark.text + text : text
    case .continuation: return isMarked(id) ? text : wordMark.text + text
    }
  }

  /// Returns the kind of a vocabulary entry: whether it can be read as a word.
  package func kind(of id: Int) -> EntryKind {
    if isSpecial(id) { return .special }
    let text = decode([Int32(id)]).filter { !$0.isWhitespace }
    // A piece of a character isn't text by itself.
    if text.isEmpty || text.contains("\u{FFFD}") { return .piece }
    guard text.unicodeScalars.allSatisfy({ $0.properties.isAlphabetic }) else { return .sign }
    return isMarked(id) ? .word : .piece
  }
}
