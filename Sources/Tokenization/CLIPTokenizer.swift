/// CLIP's tokenizer: text to ids and back.
///
/// ```swift
/// let tokenizer = CLIPTokenizer(vocabulary: try Vocabulary(folder: "ViT-B-32"))
/// let ids = tokenizer.encode("a photo of a cat")  // [320, 1125, 539, 320, 2368]
/// let prompt = try tokenizer.tokenize("a photo of a cat")  // with start and end
/// ```
package struct CLIPTokenizer: Tokenizer {
  /// The pieces and merges.
  package let vocabulary: Vocabulary
  private let encoder: BytePairEncoder
  /// The bytes of each id, and whether it ends a word.
  private let texts: [(bytes: [UInt8], endsWord: Bool)]

  /// Creates a tokenizer over a vocabulary.
  package init(vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    encoder = BytePairEncoder(vocabulary)
    var texts = [(bytes: [UInt8], endsWord: Bool)](repeating: ([], true), count: vocabulary.count)
    for byte in UInt8.min...UInt8.max {
      texts[Int(vocabulary.bytes[Int(byte)])] = ([byte], false)
      texts[Int(vocabulary.lastBytes[Int(byte)])] = ([byte], true)
    }
    for merge in vocabulary.merges {
      let (left, right) = (texts[Int(merge.left)], texts[Int(merge.right)])
      texts[Int(merge.merged)] = (left.bytes + right.bytes, right.endsWord)
    }
    texts[Int(vocabulary.start)].bytes = Array(Vocabulary.startText.utf8)
    texts[Int(vocabulary.end)].bytes = Array(Vocabulary.endText.utf8)
    self.texts = texts
  }

  /// The number of ids.
  package var count: Int { vocabulary.count }
  /// The id of `<|startoftext|>`.
  package var start: Int32? { vocabulary.start }
  /// The id of `<|endoftext|>`.
  package var end: Int32 { vocabulary.end }
  /// The mark of pieces that end a word.
  package var wordMark: WordMark { .end }
  /// The cleaning of OpenAI's code.
  package var cleaning: Cleaning { .openAI }

  /// Returns an id's piece, such as `photo</w>`.
  package func piece(_ id: Int) -> String {
    vocabulary.pieces.indices ~= id ? vocabulary.pieces[id] : "[\(id)]"
  }

  /// Returns whether an id is start or end.
  package func isSpecial(_ id: Int) -> Bool { id == Int(vocabulary.start) || id == Int(vocabulary.end) }

  /// The contents of `tokenizer.json`.
  package var contents: [UInt8] { Array(vocabulary.tokenizerJSON().utf8) }

  /// Returns the files that transformers' tokenizers read, fast and slow.
  package func huggingFaceFiles(contextLength: Int) -> [(name: String, text: String)] {
    vocabulary.huggingFaceFiles(contextLength: contextLength)
  }
}

// MARK: - Text to ids

extension CLIPTokenizer {
  /// Returns the ids of a text, without start and end.
  package func encode(_ text: String, cleaning: Cleaning) -> [Int32] {
    let clean = cleaning.apply(text)
    var ids: [Int32] = []
    ids.reserveCapacity(clean.bytes.count / 3 + 1)
    var scratch = BytePairEncoder.Scratch()
    forEachWord(of: clean, cleaning) { word, special in
      if let special { ids.append(special) } else { encoder.encode(clean.bytes[word], into: &ids, scratch: &scratch) }
    }
    return ids
  }

  /// Returns the tokens of a text with their pieces and their ranges in the cleaned text.
  package func encoding(of text: String, cleaning: Cleaning) -> TextEncoding {
    let clean = cleaning.apply(text)
    var tokens: [TextEncoding.Token] = []
    var scratch = BytePairEncoder.Scratch()
    forEachWord(of: clean, cleaning) { word, special in
      var ids: [Int32] = []
      if let special { ids = [special] } else { encoder.encode(clean.bytes[word], into: &ids, scratch: &scratch) }
      var start = word.lowerBound
      for id in ids {
        let end = special == nil ? start + texts[Int(id)].bytes.count : word.upperBound
        tokens.append(.init(id: id, piece: vocabulary.pieces[Int(id)], range: start..<end))
        start = end
      }
    }
    return TextEncoding(text: String(decoding: clean.bytes, as: UTF8.self), tokens: tokens)
  }

  /// Returns the cleaned text.
  package func clean(_ text: String, cleaning: Cleaning) -> String {
    String(decoding: cleaning.apply(text).bytes, as: UTF8.self)
  }

  /// Calls `body` with each word's range and, for a special text, its id.
  private func forEachWord(of clean: CleanText, _ cleaning: Cleaning, _ body: (Range<Int>, Int32?) -> Void) {
    let splitter = WordSplitter(specials: cleaning.specials, ignoresCase: cleaning.ignoresCase)
    var known = clean.specials[...]
    var position = 0
    while position < clean.bytes.count {
      if let special = known.first, special.range.lowerBound == position {
        body(special.range, special.index == 0 ? vocabulary.start : vocabulary.end)
        position = special.range.upperBound
        known.removeFirst()
        continue
      }
      let end = known.first?.range.lowerBound ?? clean.bytes.count
      guard let word = splitter.next(in: clean.bytes, from: position, to: end) else {
        position = end
        continue
      }
      position = word.range.upperBound
      guard word.isSpecial else {
        body(word.range, nil)
        continue
      }
      if cleaning.splitsLateSpecials {
        // A text that only became special by cleaning is ordinary text: "<|", the letters and "|>".
        let inner = word.range.dropFirst(2).dropLast(2)
        for part in [word.range.prefix(2), inner, word.range.suffix(2)] { body(part, nil) }
      } else {
        let index = splitter.specials.firstIndex { clean.bytes[word.range].elementsEqual($0) }
        // One with ſ for s or in capitals was found but has no id.
        body(word.range, index.map { $0 == 0 ? vocabulary.start : vocabulary.end })
      }
    }
  }
}

// MARK: - Ids to text

extension CLIPTokenizer {
  /// Returns the text of ids: words with a space between them.
  ///
  /// Start and end are written as `<|startoftext|>` and `<|endoftext|>`. Bytes that are not UTF-8, and ids that the
  /// vocabulary does not have, become U+FFFD.
  package func decode(_ ids: some Sequence<Int32>) -> String {
    var bytes: [UInt8] = []
    var isAfterWord = false
    for id in ids {
      if isAfterWord { bytes.append(UInt8(ascii: " ")) }
      let (text, endsWord) = texts.indices ~= Int(id) ? texts[Int(id)] : ([0xEF, 0xBF, 0xBD], true)
      bytes += text
      isAfterWord = endsWord
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Returns the bytes that an id stands for, which may be a part of a letter's; none for an id that the vocabulary lacks.
  package func bytes(of id: Int) -> [UInt8] { texts.indices ~= id ? texts[id].bytes : [] }
}
