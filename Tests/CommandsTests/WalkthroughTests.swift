import TestSupport
import Testing

@Suite("Walk-throughs")
struct WalkthroughTests {
  @Test("the commands of a walk-through succeed and print its output", arguments: Walkthrough.all)
  func runs(name: String) throws {
    let text = try String(contentsOfFile: "\(Walkthrough.folder)/\(name)", encoding: .utf8)
    guard !text.contains("python3 ") || PythonScript.isInstalled else { return }
    let walkthrough = Walkthrough(name: name, text: text)
    #expect(text.contains("\nYou will see "), "\(name) doesn't say what its reader will see")
    #expect(
      text.split(separator: "\n").last { $0.hasPrefix("## ") } == "## What this does not show",
      "\(name) doesn't end in what it does not show")
    #expect(walkthrough.steps.contains { $0.output != nil }, "\(name) compares nothing")
    try walkthrough.run()
  }

  @Test("the repository has thirteen walk-throughs")
  func count() { #expect(Walkthrough.all.count == 13) }

  @Test("numbers may differ by at most the tolerance, words not at all")
  func tolerance() {
    func isSame(_ printed: String, _ expected: String, _ tolerance: Double) -> Bool {
      Walkthrough.difference(printed, expected, tolerance: tolerance) == nil
    }
    #expect(isSame("accuracy  72.02 % (121 of 168)\n", "accuracy 71.52 % (120 of 168)", 1))
    #expect(!isSame("accuracy  73.02 %\n", "accuracy 71.52 %", 1))
    #expect(!isSame("precision 71.52 %\n", "accuracy 71.52 %", 1))
    #expect(!isSame("accuracy 71.53 %\n", "accuracy 71.52 %", 0))
    #expect(isSame("a\nb\nc\nd 1\n", "a\n…\nd …", 0))
    #expect(!isSame("a\nb\n", "a", 0))
    #expect(!isSame("a\n", "a\nb", 0))
  }

  @Test("steps are commands with the output behind them, and other blocks are not run")
  func steps() {
    let text = """
      ```sh
      echo 1
      ```
      <!-- tolerance: 0.5 -->
      ```text
      1
      ```
      ```console
      $ rm -rf /
      ```
      ```text
      not compared
      ```
      """
    let steps = Walkthrough(name: "x", text: text).steps
    #expect(steps.map(\.commands) == ["echo 1"])
    #expect(steps[0].output == "1" && steps[0].tolerance == 0.5)
  }

  @Test("a step that prints something else or fails is a failure")
  func failures() throws {
    func text(_ command: String) -> String { "```sh\n\(command)\n```\n```text\na\n```\n" }
    try Walkthrough(name: "good", text: text("echo a")).run()
    #expect(throws: Walkthrough.Failure.self) { try Walkthrough(name: "other", text: text("echo b")).run() }
    #expect(throws: Walkthrough.Failure.self) { try Walkthrough(name: "failed", text: text("echo a; false")).run() }
  }
}
