/// A cleaning of text before it is split into words, in which CLIP's tokenizers differ.
package enum Cleaning: String, Sendable, CaseIterable {
  /// OpenAI's cleaning, with ftfy: repairs mojibake and other damage, replaces HTML references twice, makes white space
  /// one space, and lower case. `<|startoftext|>` and `<|endoftext|>` in the text become start and end.
  case openAI = "openai"
  /// The cleaning of open_clip: as OpenAI's, but `<start_of_text>` and `<end_of_text>` become start and end instead.
  case openCLIP = "open-clip"
  /// The cleaning of Hugging Face since version 5: NFC, white space to one space, and lower case, with no repair; start
  /// and end in exactly these letters are taken out first.
  case huggingFace = "hugging-face"
  /// The fast tokenizer of transformers 4.28: as `hugging-face`, but start and end in a text are ordinary text.
  case huggingFace428 = "hugging-face-4.28"
  /// The slow tokenizer of transformers before version 5 where ftfy is not installed: control characters are dropped
  /// and ideographs become separate words; else NFC, single spaces and lower case. Start and end are found before and
  /// after.
  case huggingFaceSlow = "hugging-face-slow"
  /// The same with ftfy installed: its repairs, white space to one space, and lower case; no HTML.
  case huggingFaceSlowFtfy = "hugging-face-slow-ftfy"
  /// open_clip's `whitespace`: OpenAI's repairs and HTML references, and single spaces; case and everything else stay.
  case whitespace = "whitespace"
  /// open_clip's `canonicalize`: as `whitespace`, with `_` as a space, without ASCII punctuation, in lower case.
  case canonical = "canonicalize"
  /// No cleaning: the text is split unchanged, and start and end are found in it as OpenAI does. CLIP knows lower case
  /// only, so capitals fall apart into bytes.
  case none = "none"
}

/// Text that is ready to be split.
struct CleanText {
  /// UTF-8.
  var bytes: [UInt8] = []
  /// The ranges of special texts, found before cleaning, with their indices in `Cleaning.specials`, in order.
  var specials: [(range: Range<Int>, index: Int)] = []
}

extension Cleaning {
  /// The texts of start and end that this cleaning's tokenizer knows.
  var specials: [[UInt8]] {
    switch self {
    case .openCLIP: ["<start_of_text>", "<end_of_text>"].map { Array($0.utf8) }
    default: [Vocabulary.startText, Vocabulary.endText].map { Array($0.utf8) }
    }
  }

  /// Whether special texts and the endings after an apostrophe are found in upper and lower case.
  var ignoresCase: Bool { self != .huggingFace && self != .huggingFace428 }

  /// Whether start and end that only cleaning made, of capitals say, are ordinary text.
  var splitsLateSpecials: Bool { self == .huggingFace || self == .huggingFace428 }

  func apply(_ text: String) -> CleanText {
    switch self {
    case .none: CleanText(bytes: Array(text.utf8))
    case .whitespace: CleanText(bytes: Array(Self.basic(text).words().text.utf8))
    case .canonical: CleanText(bytes: Array(Self.canonical(text).text.utf8))
    case .openAI, .openCLIP: CleanText(bytes: Self.simple(text) ?? Self.repaired(text))
    case .huggingFace: betweenSpecials(text, clean: Self.composed)
    case .huggingFace428: CleanText(bytes: Array(Self.composed([UInt32](text)).text.utf8))
    case .huggingFaceSlow: betweenSpecials(text, clean: Self.spaced)
    case .huggingFaceSlowFtfy:
      betweenSpecials(text) { TextRepair.repaired($0).collapsed().stripped().lowercased() }
    }
  }

  // MARK: OpenAI's

  private static func repaired(_ text: String) -> [UInt8] {
    Array(basic(text).collapsed().stripped().lowercased().text.utf8)
  }

  /// Repairs a text and replaces HTML references twice: open_clip's `basic_clean`.
  private static func basic(_ text: String) -> [UInt32] {
    let repaired = TextRepair.repaired([UInt32](text))
    return HTMLCharacters.unescaped(HTMLCharacters.unescaped(repaired)).stripped()
  }

  /// open_clip's `canonicalize_text` after `basic_clean`.
  private static func canonical(_ text: String) -> [UInt32] {
    let kept = basic(text).compactMap { character -> UInt32? in
      if character == 0x5F { return 0x20 }
      return character.isASCIIPunctuation ? nil : character
    }
    return kept.lowercased().words()
  }

  /// Returns the same for ASCII without references and control characters, where nothing is to be repaired; nil for
  /// other text.
  private static func simple(_ text: String) -> [UInt8]? {
    var text = text
    return text.withUTF8 { bytes in
      var result: [UInt8] = []
      result.reserveCapacity(bytes.count)
      var isAfterSpace = true
      for byte in bytes {
        switch byte {
        case UInt8(ascii: " "), 0x09, 0x0A, 0x0C, 0x0D:
          if !isAfterSpace { result.append(UInt8(ascii: " ")) }
          isAfterSpace = true
          continue
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): result.append(byte | 0x20)
        case UInt8(ascii: "&"), 0..<0x20, 0x7F...: return nil
        default: result.append(byte)
        }
        isAfterSpace = false
      }
      if isAfterSpace, !result.isEmpty { result.removeLast() }
      return result
    }
  }

  // MARK: Hugging Face's

  private static func composed(_ text: [UInt32]) -> [UInt32] {
    CanonicalComposition.composed(text).collapsed().flatMap(\.lowercase)
  }

  /// Returns a text as transformers' `BasicTokenizer` cleans it with accents and punctuation unchanged.
  private static func spaced(_ text: [UInt32]) -> [UInt32] {
    let kept = text.flatMap { character -> [UInt32] in
      if character.isPythonControl || character == 0xFFFD { return [] }
      return character.isIdeograph ? [0x20, character, 0x20] : [character]
    }
    let words = CanonicalComposition.composed(kept).split(whereSeparator: \.isPythonSpace)
    return Array(words.joined(separator: [0x20])).lowercased()
  }

  /// Cleans the text between special texts.
  private func betweenSpecials(_ text: String, clean: ([UInt32]) -> [UInt32]) -> CleanText {
    let raw = Array(text.utf8)
    let specials = specials
    var result = CleanText()
    var start = 0
    func appendPlain(to end: Int) {
      result.bytes += clean([UInt32](String(decoding: raw[start..<end], as: UTF8.self))).text.utf8
    }
    for position in raw.indices where position >= start && raw[position] == UInt8(ascii: "<") {
      guard let index = specials.firstIndex(where: { raw[position...].starts(with: $0) }) else { continue }
      appendPlain(to: position)
      let first = result.bytes.count
      result.bytes += specials[index]
      result.specials.append((first..<result.bytes.count, index))
      start = position + specials[index].count
    }
    appendPlain(to: raw.count)
    return result
  }
}
