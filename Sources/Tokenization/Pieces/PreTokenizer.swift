import PromptLensJSONDocuments

/// A part of a text that later steps split or encode.
struct TextPart {
  /// UTF-8.
  var bytes: [UInt8]
  /// Whether the part begins the whole text.
  var isFirst: Bool
}

/// A pre-tokenizer of `tokenizer.json`: the splitting of a normalized text into parts that pieces don't cross.
///
/// Source: the pre-tokenizers of Hugging Face's tokenizers library.
indirect enum PreTokenizer: Sendable {
  case sequence([PreTokenizer])
  case whitespace
  case metaspace(replacement: [UInt8], prepends: Prepending, splits: Bool)
  case split(ReplacedPattern, SplitBehavior)

  /// When a part gets the mark of a space before it.
  enum Prepending: String, Sendable, CaseIterable {
    case always, first, never
  }

  /// The treatment of the text at which a split occurs.
  enum SplitBehavior: String, Sendable, CaseIterable {
    case removed = "Removed"
    case isolated = "Isolated"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    case contiguous = "Contiguous"
  }

  /// Reads a pre-tokenizer; nil where the document has none.
  ///
  /// - Throws: `JSONError` for one that isn't known.
  init?(_ node: JSONNode?, depth: Int = 0) throws {
    guard let node else { return nil }
    let type = try node.string("type")
    switch type {
    case "Sequence":
      guard depth < 8 else { throw node.unexpected(expected: "sequences nested less than eight deep", found: "more") }
      self = .sequence(try node.array("pretokenizers").compactMap { try PreTokenizer($0, depth: depth + 1) })
    case "WhitespaceSplit": self = .whitespace
    case "BertPreTokenizer": self = .sequence([.whitespace, .split(.anyPunctuation, .isolated)])
    case "Metaspace":
      let replacement = try node.string("replacement")
      guard replacement.unicodeScalars.count == 1 else {
        throw try node.node("replacement").unexpected(
          expected: "one character", found: "\"\(TokenizationError.shortened(replacement))\"")
      }
      // Files before version 0.15 say whether a space is put first.
      let older: Prepending = try node.optionalBool("add_prefix_space") == false ? .never : .always
      self = .metaspace(
        replacement: Array(replacement.utf8),
        prepends: try node["prepend_scheme"].map { try Self.named($0) } ?? older,
        splits: try node.optionalBool("split") ?? true)
    case "Split":
      guard try node.optionalBool("invert") != true else {
        throw try node.node("invert").unexpected(expected: "false", found: "true")
      }
      self = .split(try ReplacedPattern(node.node("pattern")), try Self.named(node.node("behavior")))
    default:
      throw try node.node("type").unexpected(
        expected: "WhitespaceSplit, Metaspace, Split, BertPreTokenizer or Sequence",
        found: TokenizationError.shortened(type))
    }
  }

  private static func named<Name: RawRepresentable & CaseIterable>(
    _ node: JSONNode
  ) throws(JSONError) -> Name where Name.RawValue == String {
    let text = try node.string()
    guard let name = Name(rawValue: text) else {
      throw node.unexpected(
        expected: Name.allCases.map(\.rawValue).joined(separator: ", "),
        found: "\"\(TokenizationError.shortened(text))\"")
    }
    return name
  }

  /// Splits parts further; empty ones are left out.
  func apply(_ parts: [TextPart]) -> [TextPart] {
    switch self {
    case .sequence(let steps): return steps.reduce(parts) { $1.apply($0) }
    case .whitespace: return parts.flatMap { Self.split($0, at: .whitespace, .removed) }
    case .split(let pattern, let behavior): return parts.flatMap { Self.split($0, at: pattern, behavior) }
    case .metaspace(let mark, let prepends, let splits):
      return parts.flatMap { part -> [TextPart] in
        var part = part
        part.bytes = ReplacedPattern.text([0x20]).replaced(in: part.bytes, by: mark)
        let isMissing = !part.bytes.starts(with: mark)
        if isMissing, prepends == .always || prepends == .first && part.isFirst { part.bytes = mark + part.bytes }
        return splits ? Self.split(part, at: .text(mark), .mergedWithNext) : [part]
      }
    }
  }

  /// Splits one part where a pattern is.
  private static func split(_ part: TextPart, at pattern: ReplacedPattern, _ behavior: SplitBehavior) -> [TextPart] {
    let text = part.bytes
    // Runs of text that is or isn't the pattern, in order.
    var runs: [(range: Range<Int>, isPattern: Bool)] = []
    var position = 0
    while position < text.count {
      if let end = pattern.end(in: text, at: position) {
        runs.append((position..<end, true))
        position = end
        continue
      }
      let next = UTF8Text.scalar(of: text, at: position).end
      if let last = runs.last, !last.isPattern {
        runs[runs.count - 1].range = last.range.lowerBound..<next
      } else {
        runs.append((position..<next, false))
      }
      position = next
    }
    var ranges: [Range<Int>] = []
    var wasPattern = false
    switch behavior {
    case .removed: ranges = runs.filter { !$0.isPattern }.map(\.range)
    case .isolated: ranges = runs.map(\.range)
    case .contiguous:
      for run in runs {
        if let last = ranges.last, run.isPattern, wasPattern {
          ranges[ranges.count - 1] = last.lowerBound..<run.range.upperBound
        } else {
          ranges.append(run.range)
        }
        wasPattern = run.isPattern
      }
    case .mergedWithPrevious:
      for run in runs {
        if let last = ranges.last, run.isPattern, !wasPattern {
          ranges[ranges.count - 1] = last.lowerBound..<run.range.upperBound
        } else {
          ranges.append(run.range)
        }
        wasPattern = run.isPattern
      }
    case .mergedWithNext:
      for run in runs.reversed() {
        if let last = ranges.last, run.isPattern, !wasPattern {
          ranges[ranges.count - 1] = run.range.lowerBound..<last.upperBound
        } else {
          ranges.append(run.range)
        }
        wasPattern = run.isPattern
      }
      ranges.reverse()
    }
    return ranges.map { TextPart(bytes: Array(text[$0]), isFirst: part.isFirst && $0.lowerBound == 0) }
  }
}
