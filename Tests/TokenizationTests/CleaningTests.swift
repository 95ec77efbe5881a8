import Testing
import TestSupport
import PromptLensTokenization

@Suite("Cleaning")
struct CleaningTests {
  private let tokenizer: any Tokenizer

  init() throws { tokenizer = CLIPTokenizer(vocabulary: try SmallVocabulary.load()) }

  @Test(
    "each repair gives ftfy's result",
    arguments: [
      ("sÃ³ cafÃ©", "só café"),  // mojibake
      ("Ã la carte", "à la carte"),  // a no-break space became a space
      ("â€œlikeâ€\u{FFFD}", "\"like\u{FFFD}"),  // a byte was lost
      ("ðŸ˜€ and ÐŸÑ€Ð¸Ð²ÐµÑ‚", "😀 and привет"),
      ("\u{84}low\u{93}", "\"low\""),  // C1 controls as Windows 1252
      ("&lt;p&gt; &amp;copy;", "<p> ©"),  // references, in references
      ("P&EACUTE;REZ", "pérez"),  // references in capitals
      ("<a> &amp; &amp;amp;", "<a> & &"),  // HTML that is meant, then unescaped twice all the same
      ("\u{FB01}\u{FB03}", "fiffi"),  // ligatures
      ("ＡＢ　１ ｶﾞ", "ab 1 ガ"),  // widths
      ("\u{1B}[1;31mred\u{1B}[0m", "red"),  // terminal escapes
      ("a\u{0}b\u{B}c\u{FEFF}", "abc"),  // control characters
      ("a\r\nb\rc\u{2028}d\u{85}e", "a b c d…e"),  // line breaks
      ("e\u{301}\u{327}", "ȩ\u{301}"),  // composition
      ("\u{10041}\u{301}", "\u{10041}\u{301}"),  // nothing composes with a letter of Linear B
      ("가\u{11A8} 가\u{11A7} \u{1100}\u{1161}", "각 가\u{11A7} 가"),  // Korean syllables
      ("ΟΔΟΣ Σ", "οδος σ"),  // final sigma
      ("İ", "i\u{307}"),
    ])
  func repairs(text: String, expected: String) {
    let clean = tokenizer.clean(text)
    #expect(clean.utf8.elementsEqual(expected.utf8), "\(clean.debugDescription)")
  }

  @Test("Hugging Face's cleaning composes, collapses and lowers, and repairs nothing")
  func huggingFace() {
    #expect(tokenizer.clean("E\u{301}  ΟΣ &amp; ﬁ", cleaning: .huggingFace).utf8.elementsEqual("é οσ &amp; ﬁ".utf8))
  }

  @Test(
    "the older tokenizers of transformers clean as their Python did",
    arguments: [
      (.huggingFaceSlow, "A\u{200B}B\u{AD}C\u{A0}D\u{2028}E \u{85}", "abc d e"),  // formats and controls go
      (.huggingFaceSlow, "東京タワーの ΟΔΟΣ &amp; ﬁ", "東 京 タワーの οδος &amp; ﬁ"),  // ideographs stand alone, no repairs
      (.huggingFaceSlow, "E\u{301}\u{E000}\u{378}", "é"),  // private and unassigned characters go
      (.huggingFaceSlowFtfy, "cafÃ©  ΟΔΟΣ &AMP; <b>&amp;", "café οδος &amp; <b>&amp;"),  // ftfy, but no HTML
      (.huggingFace428, "E\u{301}  ΟΣ &amp;", "é οσ &amp;"),
    ] as [(Cleaning, String, String)])
  func olderTransformers(cleaning: Cleaning, text: String, expected: String) {
    let clean = tokenizer.clean(text, cleaning: cleaning)
    #expect(clean.utf8.elementsEqual(expected.utf8), "\(clean.debugDescription)")
  }

  @Test("each cleaning knows its own start and end")
  func specials() {
    let (start, end) = (tokenizer.start ?? -1, tokenizer.end)
    #expect(tokenizer.encode("<|startoftext|><|EndOfText|>") == [start, end])
    #expect(tokenizer.encode("<start_of_text><end_of_text>", cleaning: .openCLIP) == [start, end])
    #expect(tokenizer.encode("<|startoftext|>", cleaning: .openCLIP).count > 1)
    #expect(tokenizer.encode("<|endoftext|>", cleaning: .huggingFace) == [end])
    #expect(tokenizer.encode("<|EndOfText|>", cleaning: .huggingFace).count > 1)
    #expect(tokenizer.encode("<|endoftext|>", cleaning: .huggingFace428).count > 1)
    for cleaning in [Cleaning.huggingFaceSlow, .huggingFaceSlowFtfy] {
      #expect(tokenizer.encode("<|endoftext|><|EndOfText|>", cleaning: cleaning) == [end, end])
    }
  }

  @Test("references nested a hundred thousand deep end in bounded time")
  func nestedReferences() {
    #expect(!tokenizer.clean("&" + String(repeating: "amp;", count: 100_000)).isEmpty)
    #expect(tokenizer.clean("&" + String(repeating: "amp;", count: 900)) == "&")
  }
}
