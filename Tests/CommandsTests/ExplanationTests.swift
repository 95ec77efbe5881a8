import Foundation
import PromptLensExperiments
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("predict --explain shows where in an image the class is seen", .serialized)
struct ExplanationTests {
  private static let model = "\(Repository.root)/weights/mini-clip"

  /// Calls `body` with a folder of drawn pictures and names.
  private func withPictures(_ body: (_ folder: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try run([
        "draw", "--output", "\(folder)/drawn", "--styles", "photo", "--classes", "star", "moon", "--train", "4",
        "--test",
        "2",
      ])
      try Data("star\nmoon\nhouse\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/names.txt"))
      try body(folder)
    }
  }

  @discardableResult
  private func run(_ arguments: [String]) throws -> String {
    let outcome = try Executable.run(arguments)
    try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
    return outcome.output
  }

  private func words(_ folder: String, _ more: [String]) -> [String] {
    ["predict", Self.model, "--classes", "\(folder)/names.txt", "\(folder)/drawn/photo/test"] + more
  }

  @Test(
    "hand-written prompts: a relevance for each patch, curves against random ones, pictures and a page that links them")
  func zeroShot() throws {
    try withPictures { folder in
      let printed = try run(words(folder, ["--explain", "\(folder)/where"]))
      #expect(printed.contains("deletion") && printed.contains("Means over images"))
      let document = try JSONNode(contentsOf: "\(folder)/where/explanation.json")
      #expect(try document.string("format") == "promptlens-explanation" && document.integer("format_version") == 1)
      let found = try document.array("explanations")
      #expect(found.count == 4)
      let page = try String(contentsOfFile: "\(folder)/where/index.html", encoding: .utf8)
      for explanation in found {
        #expect(try explanation.string("classifier") == "words" && explanation.string("method") == "attention")
        #expect(try explanation.optionalString("against") == nil)
        #expect(try ["star", "moon", "house"].contains(explanation.string("class")))
        let patches = try explanation.array("patches").map { try $0.array().map { try $0.number() } }
        #expect(patches.count == 6 && patches.allSatisfy { $0.count == 6 })
        #expect(patches.joined().allSatisfy { $0 >= 0 } && patches.joined().contains { $0 > 0 })
        for curve in [
          try explanation.node("deletion"), try explanation.node("insertion"),
          try explanation.node("random").node("deletion"), try explanation.node("random").node("insertion"),
        ] {
          #expect(try curve.numbers("curve").count == 17)
          #expect(try (0...1).contains(curve.number("area")))
        }
        #expect(try explanation.node("deletion").numbers("curve")[0] == explanation.number("probability"))
        for name in [try explanation.string("overlay"), try explanation.string("picture")] {
          let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/where/\(name)"))
          #expect(bytes.prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
          #expect(page.contains("src=\"\(name)\""))
        }
      }
      try run(["report", "\(folder)/where", "--output", "\(folder)/report.html"])
      let html = try String(contentsOfFile: "\(folder)/report.html", encoding: .utf8)
      #expect(html.contains("data:image/jpeg;base64,") && html.contains("Before learning (words)"))
    }
  }

  @Test("a learned prompt: before and after learning, one class against another, complete integrals, on any threads")
  func learned() throws {
    try withPictures { folder in
      try run([
        "train", "--model", Self.model, "--data", "csv:\(folder)/drawn/pictures.csv", "--shots", "2", "--views", "1",
        "--epochs", "2", "--context-length", "2", "--output", "\(folder)/run",
      ])
      var texts: [String] = []
      for threads in ["1", "2"] {
        let output = "\(folder)/where-\(threads)"
        try run([
          "predict", "\(folder)/run", "\(folder)/drawn/photo/test/moon", "--explain", output, "--explain-method",
          "integrated-gradients", "--explain-class", "moon", "--explain-against", "star", "--threads", threads,
          "--format", "csv",
        ])
        texts.append(try String(contentsOfFile: "\(output)/explanation.json", encoding: .utf8))
      }
      #expect(texts[0] == texts[1])
      let document = try JSONNode(contentsOf: "\(folder)/where-1/explanation.json")
      #expect(try document.string("template") == "a photo of a {}.")
      let found = try document.array("explanations")
      #expect(try found.map { try $0.string("classifier") } == ["words", "learned", "words", "learned"])
      for explanation in found {
        #expect(try explanation.string("class") == "moon" && explanation.string("against") == "star")
        #expect(try explanation.number("completeness_error") <= 1e-3)
        let sum = try explanation.array("patches").reduce(0) { try $0 + $1.array().reduce(0) { try $0 + $1.number() } }
        let change = try explanation.number("value") - explanation.number("baseline_value")
        #expect(abs(sum - change) <= 1e-3 * max(abs(change), 0.01) + 1e-9)
      }
      // An explanation of other settings is not written among these.
      let other = try Executable.run([
        "predict", "\(folder)/run", "\(folder)/drawn/photo/test/moon", "--explain", "\(folder)/where-1",
      ])
      #expect(other.status != 0 && other.errors.contains("other settings"))
    }
  }

  @Test("prompts in the image tower are taken along")
  func deepPrompts() throws {
    try withPictures { folder in
      try run([
        "train", "--model", Self.model, "--data", "csv:\(folder)/drawn/pictures.csv", "--method", "vpt", "--shots", "2",
        "--epochs", "1", "--output", "\(folder)/run",
      ])
      try run([
        "predict", "\(folder)/run", "\(folder)/drawn/photo/test/moon", "--explain", "\(folder)/where", "--format",
        "jsonl",
      ])
      let found = try JSONNode(contentsOf: "\(folder)/where/explanation.json").array("explanations")
      for explanation in found {
        let isLearned = try explanation.string("classifier") == "learned"
        #expect(try (explanation.optionalNumber("prompt_relevance") != nil) == isLearned)
      }
    }
  }

  @Test("report --explain lays the patches over wrongly predicted pictures of a run, before and after learning")
  func report() throws {
    try withPictures { folder in
      try run([
        "train", "--model", Self.model, "--data", "csv:\(folder)/drawn/pictures.csv", "--shots", "2", "--views", "1",
        "--epochs", "2", "--context-length", "2", "--output", "\(folder)/run",
      ])
      // One image is wrong after learning, whatever was learned.
      let path = "\(folder)/run/predictions.json"
      let found = try RunPredictions(contentsOf: path)
      var learned = found.labels
      learned[0] = 1 - learned[0]
      try Data(
        RunPredictions(
          paths: found.paths, labels: found.labels, learned: learned, zeroShot: found.labels,
          classNames: found.classNames, template: found.template
        ).text.utf8
      ).write(to: URL(fileURLWithPath: path))
      try run(["report", "\(folder)/run", "--explain", "--output", "\(folder)/report.html"])
      let page = try String(contentsOfFile: "\(folder)/report.html", encoding: .utf8)
      let (wrong, right) = (found.classNames[learned[0]], found.classNames[found.labels[0]])
      for side in ["words", "learned"] {
        #expect(page.contains("alt=\"\(wrong) against \(right), \(side): "), "\(side)")
      }
      #expect(page.matches(of: /<span class="view">/).count == 2)
      #expect(page.contains("Where in the images") && page.contains("of random patches"))

      try run(["report", "\(folder)/run", "--output", "\(folder)/plain.html"])
      #expect(!(try String(contentsOfFile: "\(folder)/plain.html", encoding: .utf8)).contains("class=\"view\""))
      let markdown = try Executable.run(["report", "\(folder)/run", "--explain", "--output", "\(folder)/a.md"])
      #expect(markdown.status == 64 && markdown.errors.contains("--output"))
    }
  }

  @Test("report --explain refuses towers that are no vision transformers by name")
  func reportOfNetwork() throws {
    try SmallStudy.with { folder in
      let output = try SmallStudy.train(folder, output: "run")
      let outcome = try Executable.run(["report", output, "--explain", "--output", "\(folder)/page.html"])
      #expect(outcome.status != 0 && outcome.errors.contains("this tower is a ModifiedResNet"), "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/page.html"))
    }
  }

  @Test("what cannot be explained is refused by name before any image is read")
  func refusals() throws {
    try withPictures { folder in
      func refused(_ arguments: [String], _ reason: String) throws {
        let outcome = try Executable.run(arguments)
        #expect(outcome.status != 0 && outcome.errors.contains(reason), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/where"))
      }
      let network = try ConvertedModel.modifiedResNet.get()
      try refused(
        [
          "predict", network, "--classes", "\(folder)/names.txt", "\(folder)/drawn/photo/test", "--explain",
          "\(folder)/where",
        ], "this tower is a ModifiedResNet")
      try refused(
        words(folder, ["--explain", "\(folder)/where", "--explain-class", "boat"]), "--explain-class boat")
      try refused(words(folder, ["--explain-against", "star"]), "--explain DIR")
      try refused(
        words(folder, ["--explain", "\(folder)/where", "--explain-class", "star", "--explain-against", "star"]),
        "the same class")
      try refused(words(folder, ["--explain", "\(folder)/where", "--move-to", "\(folder)/moved"]), "--link-to")
    }
  }
}
