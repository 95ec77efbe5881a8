import PromptLensCommandLineSupport
import Testing

@Suite("Spelling, wrapping and shortening")
struct WordingTests {
  @Test(
    "a misspelled name finds the nearest one, and a strange one none",
    arguments: [("--epoch", "--epochs"), ("--shtos", "--shots"), ("--mod", "--model"), ("--zebra", nil)])
  func nearest(word: String, name: String?) {
    #expect(Spelling.nearest(to: word, in: ["--epochs", "--shots", "--model", "--model-folder"]) == name)
  }

  @Test("distances count insertions, removals, replacements and exchanges, alike in both directions")
  func distances() {
    for (left, right, distance) in [
      ("ab", "ab", 0), ("ab", "ba", 1), ("abc", "ac", 1), ("", "xyz", 3), ("seed", "need", 1),
    ] {
      #expect(Spelling.distance(left, right) == distance)
      #expect(Spelling.distance(right, left) == distance)
    }
  }

  @Test("lines keep within their width but for longer words")
  func lines() {
    #expect(TextWrapping.lines(of: "a photo of  a\ncat", width: 7) == ["a photo", "of a", "cat"])
    #expect(TextWrapping.lines(of: "an extraordinary cat", width: 6) == ["an", "extraordinary", "cat"])
  }

  @Test("a wrapped command keeps quotations whole and options with their values")
  func commands() {
    let lines = TextWrapping.command(#"tool run --init "a photo of a" --output runs/photo"#, indent: 2, width: 34)
    #expect(lines == [#"  tool run --init "a photo of a" \"#, "    --output runs/photo"])
  }

  @Test("very long words and quotations keep their beginning and end, and short messages stay")
  func shortened() {
    #expect(ShortenedMessage.text(of: "error: no file") == "error: no file")
    let long = String(repeating: "a", count: 500) + String(repeating: "b", count: 500)
    let (start, end) = (String(repeating: "a", count: 120), String(repeating: "b", count: 120))
    #expect(ShortenedMessage.text(of: "error: \(long) is long") == "error: \(start)…\(end) is long")
    let words = String(repeating: "a b ", count: 200)
    #expect(ShortenedMessage.text(of: "\"\(words)\" is long").count < 300)
  }
}
