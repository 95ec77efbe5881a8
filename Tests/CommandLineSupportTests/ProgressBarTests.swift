import PromptLensCommandLineSupport
import Synchronization
import Testing

@Suite("Progress bars")
struct ProgressBarTests {
  @Test("without a terminal a stage prints one plain line")
  func progress() {
    let written = Mutex<[String]>([])
    let progress = ProgressBar("image features", total: 3, unit: "images", isTerminal: false) { text in
      written.withLock { $0.append(text) }
    }
    for _ in 0..<3 { progress.advance() }
    progress.finish()
    progress.finish()
    let lines = written.withLock { $0 }
    #expect(lines.count == 1)
    #expect(lines[0].hasPrefix("image features: 3 images in "))
    #expect(!lines[0].contains("\r"))
  }

  @Test(
    "a stage of one unit is singular, and one of hundredths has neither units nor a rate",
    arguments: [("images", "x: 1 image in "), ("analyses", "x: 1 analysis in "), ("%", "x: done in ")])
  func units(unit: String, beginning: String) {
    let written = Mutex<[String]>([])
    let progress = ProgressBar("x", total: 1, unit: unit, isTerminal: false) { text in
      written.withLock { $0.append(text) }
    }
    progress.advance()
    progress.finish()
    let line = written.withLock { $0.first ?? "" }
    #expect(line.hasPrefix(beginning) && line.contains("/s") == (unit != "%"), "\(line)")
  }
}
