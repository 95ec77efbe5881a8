import TestSupport
import Testing
import PromptLensTokenization

@Suite("The tokenizer")
struct TokenizerTests {
  private let tokenizer: any Tokenizer

  init() throws { tokenizer = CLIPTokenizer(vocabulary: try SmallVocabulary.load()) }

  /// Text of so many code points from a range, the same for the same seed.
  private func randomText(_ count: Int, in range: ClosedRange<UInt32>, seed: UInt64) -> String {
    var generator = SplitMix64(seed: seed)
    var scalars = String.UnicodeScalarView()
    while scalars.count < count {
      if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &generator)) { scalars.append(scalar) }
    }
    return String(scalars)
  }

  @Test("words decode to themselves", arguments: 0..<50)
  func decodesWords(seed: UInt64) {
    let letters = randomText(60, in: 0x61...0x7A, seed: seed)
    let text = letters.replacing("e", with: " ").split(separator: " ").joined(separator: " ")
    #expect(tokenizer.decode(tokenizer.encode(text)) == text)
  }

  @Test("decoding clean ASCII gives its characters, with spaces between words", arguments: 0..<50)
  func decodesASCII(seed: UInt64) {
    let text = tokenizer.clean(randomText(80, in: 0x20...0x7E, seed: seed).replacing("&", with: "+"))
    #expect(tokenizer.decode(tokenizer.encode(text)).filter { $0 != " " } == text.filter { $0 != " " })
  }

  @Test("ids without a piece decode to the replacement character")
  func decodesAnything() {
    #expect(tokenizer.decode([-1, 600, .max]) == "\u{FFFD} \u{FFFD} \u{FFFD}")
    #expect(tokenizer.decode([598, 599]) == "<|startoftext|> <|endoftext|>")
    #expect(tokenizer.decode([]) == "")
  }

  @Test("random Unicode is encoded, and offsets cover all but white space", arguments: 0..<60)
  func offsetsCover(seed: UInt64) {
    let ranges: [ClosedRange<UInt32>] = [0...0x7F, 0...0x24F, 0x80...0x2FFF, 0...0x10FFFF]
    for range in ranges {
      let text = randomText(200, in: range, seed: seed)
      for cleaning in Cleaning.allCases {
        let encoding = tokenizer.encoding(of: text, cleaning: cleaning)
        #expect(encoding.tokens.map(\.id) == tokenizer.encode(text, cleaning: cleaning))
        let bytes = Array(encoding.text.utf8)
        var end = 0
        for token in encoding.tokens {
          #expect(token.range.lowerBound >= end && token.range.upperBound > token.range.lowerBound)
          let between = String(decoding: bytes[end..<token.range.lowerBound], as: UTF8.self)
          #expect(between.unicodeScalars.allSatisfy { $0.properties.isWhitespace || $0.value == 0x345 })
          end = token.range.upperBound
        }
        let rest = String(decoding: bytes[end...], as: UTF8.self)
        #expect(rest.unicodeScalars.allSatisfy { $0.properties.isWhitespace || $0.value == 0x345 })
      }
    }
  }

  @Test("a token has its piece and its range in the text")
  func byteRanges() {
    let encoding = tokenizer.encoding(of: "A  PHOTO!")
    #expect(encoding.text == "a photo!")
    #expect(encoding.tokens.map(\.piece) == ["a</w>", "photo</w>", "!</w>"])
    #expect(encoding.tokens.map(\.range) == [0..<1, 2..<7, 7..<8])
  }

  @Test("words of a million bytes decode to themselves", arguments: ["a", "ph", "photo", "of", "é", "aab", "💥"])
  func longWords(unit: String) {
    // Were the time to grow with the square of the length, this would take hours.
    let word = String(repeating: unit, count: (1 << 20) / unit.utf8.count)
    #expect(tokenizer.decode(tokenizer.encode(word)) == word)
  }

  // MARK: Prompts

  @Test("a prompt begins with start and ends with end")
  func prompt() throws {
    #expect(try tokenizer.tokenize("") == [598, 599])
    let ids = try tokenizer.tokenize("a photo")
    #expect(ids == [598] + tokenizer.encode("a photo") + [599])
  }

  @Test("75 tokens fit in 77 positions and 76 do not")
  func tooLong() throws {
    let fitting = Array(repeating: "cat", count: 75).joined(separator: " ")
    #expect(tokenizer.encode("cat").count == 1)
    #expect(try tokenizer.tokenize(fitting).count == 77)
    let error = #expect(throws: TokenizationError.self) { try tokenizer.tokenize(fitting + " dog") }
    guard case .tooLong(let text, 78, 77)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(text == fitting.prefix(60) + "…")
    #expect("\(error.map(String.init(describing:)) ?? "")".contains("--truncate"))
  }

  @Test("truncation keeps the first tokens and puts the end last")
  func truncation() throws {
    let text = Array(repeating: "cat dog", count: 60).joined(separator: " ")
    let ids = try tokenizer.tokenize(text, truncate: true)
    #expect(ids == [598] + tokenizer.encode(text).prefix(75) + [599])
    #expect(try tokenizer.tokenize(text, contextLength: 2, truncate: true) == [598, 599])
    #expect(throws: TokenizationError.self) { try tokenizer.tokenize(text, contextLength: 1, truncate: true) }
    #expect(throws: TokenizationError.self) { try tokenizer.tokenize(text, contextLength: -1, truncate: true) }
  }
}
