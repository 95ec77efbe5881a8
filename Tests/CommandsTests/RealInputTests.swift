import PromptLensEvaluation
import PromptLensTensorFiles
import PromptLensCheckpoints
import Foundation
import PromptLensJSONDocuments
import TestSupport
import PromptLensTensors
import Testing

@Suite("Real pictures through a small CLIP that was trained on photographs", .enabled(if: Shared.available))
struct RealInputTests {
  /// The number of correct images of 168 as PyTorch counts them; ../shared/models/README.md.
  @Test(
    "zero-shot agrees with PyTorch on every image",
    arguments: [
      ("photo", 121), ("art_painting", 90), ("cartoon", 114), ("sketch", 99),
    ])
  func pacs(domain: String, correct: Int) throws {
    let model = try ConvertedModel.trained.get()
    let rows = try String(contentsOfFile: Shared.path("data/pacs/pacs.csv"), encoding: .utf8)
      .split(whereSeparator: \.isNewline).map { $0.split(separator: ",").map(String.init) }
    let columns = try ["path", "label", "split", "domain"].map { try #require(rows[0].firstIndex(of: $0)) }
    try withTemporaryFolder { folder in
      for row in rows.dropFirst() where row[columns[2]] == "test" && row[columns[3]] == domain {
        let target = "\(folder)/\(row[columns[1]])"
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        let source = Shared.path("data/pacs/\(row[columns[0]])")
        try FileManager.default.createSymbolicLink(
          atPath: "\(target)/\(URL(fileURLWithPath: source).lastPathComponent)", withDestinationPath: source)
      }
      let outcome = try Executable.run(["zero-shot", "--model", model, "--images", folder, "--format", "json"])
      try #require(outcome.status == 0, "\(outcome.errors)")
      let json = JSONNode(source: "output", value: try JSON(parsing: Array(outcome.output.utf8), source: "output"))
      #expect(try json.integer("n") == 168)
      #expect(try json.integer("correct") == correct)
    }
  }

  /// The values that Tools/checks/check_classifiers.py computes with scikit-learn and NumPy from the same arrays.
  @Test(
    "on features of OpenAI's ViT-B/32, zero-shot, the linear probe, Tip-Adapter and TaskRes are right as often as in Python"
  )
  func publishedFeatures() throws {
    func path(_ name: String) -> String { Shared.path("data/clip-features/caltech38-\(name).npy") }
    func correct(_ arguments: [String]) throws -> Int {
      let outcome = try Executable.run(arguments + ["--format", "json"])
      try #require(outcome.status == 0, "\(outcome.errors)")
      return try JSONNode(source: "output", value: JSON(parsing: Array(outcome.output.utf8), source: "output"))
        .integer("correct")
    }
    let words = ["--text-features", path("text")]
    #expect(
      try correct(["zero-shot", "--features", path("test-images"), "--labels", path("test-labels")] + words) == 1170)
    try withTemporaryFolder { folder in
      let arrays = [
        "--train-features", path("16shot-images"), "--train-labels", path("16shot-labels"), "--test-features",
        path("test-images"), "--test-labels", path("test-labels"),
      ]
      func probe(_ method: String, _ more: [String]) throws -> Int {
        try correct(["probe", "--method", method, "--output", "\(folder)/\(method)"] + arrays + more)
      }
      let linear = try probe("linear", ["--c", "1"])
      let (tipAdapter, taskRes) = (try probe("tip-adapter", words), try probe("taskres", words))
      #expect(linear == 1168 && tipAdapter == 1176 && abs(taskRes - 1190) <= 1)
    }
  }

  @Test("the words of a template, as a context, decode to themselves and reach the template's zero-shot accuracy")
  func templateAsContext() throws {
    let model = try ConvertedModel.trained.get()
    func json(_ arguments: [String]) throws -> JSONNode {
      let outcome = try Executable.run(arguments + ["--format", "json"])
      try #require(outcome.status == 0, "\(outcome.errors)")
      return JSONNode(source: "output", value: try JSON(parsing: Array(outcome.output.utf8), source: "output"))
    }
    try withTemporaryFolder { folder in
      let ids = try json(["tokenize", "--model", model, "a photo of a"]).array()[0].array().map { try $0.integer() }
      let embedding = try ModelFolder.open(model).source.tensor("token_embedding.weight")
      let words = try ids.dropFirst().dropLast().map { try embedding.rows($0..<$0 + 1) }
      try NumPyFile.write(Tensor.concatenated(words).converted(to: .float32), to: "\(folder)/template.npy")
      _ = try json([
        "extract", "--model", model, "--data", "csv:\(Shared.path("data/pacs/pacs.csv"))?domain=photo", "--split",
        "test",
        "--output", "\(folder)/photo.h5",
      ])
      let found = try json([
        "decode", "\(folder)/template.npy", "--model", model, "--controls", "--snap", "--features",
        "\(folder)/photo.h5", "--class-position", "end",
      ])
      let pieces = try found.array("vectors").map { try $0.array("words")[0].string("piece") }
      #expect(pieces == ["a</w>", "photo</w>", "of</w>", "a</w>"])
      #expect(try found.node("controls").array("vectors").allSatisfy { try $0.string("verdict") == "word" })
      #expect(try found.node("snapping").number("accuracy") == 121.0 / 168)
      #expect(try found.node("snapping").number("all_together") == 121.0 / 168)
    }
  }
}
