import Foundation
import PromptLensCheckpoints
import PromptLensJSONDocuments
import PromptLensTensorFiles
import PromptLensTensors
import TestSupport
import Testing

@Suite("Folders, lists and messages as people meet them")
struct RealFolderTests {
  /// Calls `body` with a folder that holds `base` with the classes bee, cat and dog, two pictures each.
  private func withBase(_ body: (_ folder: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let pictures = [
        "baseline-420.jpg", "rgb-8-bit.png", "lossy.webp", "progressive.jpg", "cmyk.jpg", "gray-8-bit.png",
      ]
      for (index, picture) in pictures.enumerated() {
        try place(picture, at: "\(folder)/base/\(["bee", "cat", "dog"][index / 2])/\(picture)")
      }
      try body(folder)
    }
  }

  private func place(_ picture: String, at path: String) throws {
    let target = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: Fixtures.path("images/\(picture)"), toPath: path)
  }

  private func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  private func json(_ arguments: [String]) throws -> JSONNode {
    let outcome = try Executable.run(arguments + ["--format", "json"])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return JSONNode(source: "output", value: try JSON(parsing: Array(outcome.output.utf8), source: "output"))
  }

  private func refused(_ arguments: [String], _ status: Int32, _ text: String) throws {
    let outcome = try Executable.run(arguments)
    #expect(outcome.status == status && outcome.errors.contains(text), "\(outcome.status): \(outcome.errors)")
  }

  @Test("equal images in different folder forms give equal data sets with notes")
  func forms() throws {
    let model = try ConvertedModel.modifiedResNet.get()
    try withBase { folder in
      let base = "\(folder)/base"
      let zeroShot = ["zero-shot", "--model", model, "--data"]
      let expected = try json(zeroShot + ["folder:\(base)"])
      let rows = try FileManager.default.subpathsOfDirectory(atPath: base).filter { $0.contains("/") }.sorted()
      try write(
        "file_name;label\r" + rows.map { "\($0.replacing("/", with: "\\"));\($0.prefix(3)) \r" }.joined(),
        "\(base)/t.csv")
      try write("dog\nbee\ncat\n", "\(folder)/names.txt")
      try FileManager.default.createSymbolicLink(atPath: "\(base)/cat/latest", withDestinationPath: ".")
      for data in ["\(base)/t.csv", "\(base)?classes=\(folder)/names.txt", base] {
        let found = try json(zeroShot + [data])
        #expect(try found.integer("n") == 6 && found.integer("correct") == expected.integer("correct"), "\(data)")
        #expect(try !found.array("notes").isEmpty, "\(data)")
      }
      let said = try Executable.run(zeroShot + [base])
      #expect(said.errors.contains("note: 1 link leads to what is listed already"), "\(said.errors)")
      try refused(zeroShot + ["folder:\(folder)"], 65, "did you mean \(folder)/base?")
    }
  }

  @Test("a folder without splits is learned from with a part of it set aside, which is written down")
  func holdOut() throws {
    let model = try ConvertedModel.modifiedResNet.get()
    try withBase { folder in
      let (data, run) = ("folder:\(folder)/base", "\(folder)/new/runs/one")
      let learning = ["--model", model, "--data", data, "--output"]
      let train = ["train", "--epochs", "2", "--views", "1", "--context-length", "2"] + learning
      try refused(train + [run], 65, "--hold-out 20%")
      let result = try json(train + [run, "--hold-out", "50%"])
      #expect(try result.integer("n") == 3)
      #expect(try result.node("settings").string("data") == "\(data)?hold-out=50%")
      let manifest = try JSONNode(contentsOf: "\(run)/hold-out.json")
      #expect(try manifest.array("train").count == 3 && manifest.array("test").count == 3)
      // The same images by every command, and by the manifest.
      let split = "\(folder)/split.json"
      _ = try json(["data", "split", "--data", data, "--hold-out", "50%", "--output", split])
      #expect(try JSONNode(contentsOf: split).node("test").value == manifest.node("test").value)
      let probe = try json(
        ["probe", "--method", "nearest-mean", "--hold-out", "50%"] + learning + ["\(folder)/probe"])
      #expect(try probe.integer("n") == 3)
      #expect(
        try JSONNode(contentsOf: "\(folder)/probe/hold-out.json").node("test").value == manifest.node("test").value)
      let evaluated = try json([
        "evaluate", run, "--data", "split:\(split)?root=\(folder)/base",
      ])
      #expect(try evaluated.number("accuracy") == result.number("accuracy"))
      try write(#"{"model": "m", "data": "folder:x", "seed": [1, 2]}"#, "\(folder)/grid.json")
      let plan = try Executable.run(["sweep", "plan", "\(folder)/grid.json", "--hold-out", "20%"])
      #expect(plan.output.split(separator: "\n").allSatisfy { $0.contains("folder:x?hold-out=20%") }, "\(plan.errors)")
    }
  }

  @Test(
    "shots that do not exist, training images among the test images and the rate that was used are said and recorded")
  func warnings() throws {
    let model = try ConvertedModel.modifiedResNet.get()
    try withBase { folder in
      for split in ["train", "test"] {
        try FileManager.default.createDirectory(atPath: "\(folder)/data", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "\(folder)/base", toPath: "\(folder)/data/\(split)")
      }
      let run = "\(folder)/run"
      let outcome = try Executable.run([
        "train", "--model", model, "--data", "\(folder)/data", "--shots", "16", "--views", "1", "--epochs", "2",
        "--context-length", "2", "--output", run,
      ])
      #expect(outcome.status == 0 && outcome.errors.contains("3 classes have fewer than 16 training images"))
      #expect(outcome.errors.contains("6 of 6 test images are among the training images"), "\(outcome.errors)")
      #expect(outcome.errors.contains("which suits the model's logit scale of"), "\(outcome.errors)")
      #expect(outcome.output.contains("warning"))
      let result = try JSONNode(contentsOf: "\(run)/result.json")
      #expect(try result.array("warnings").count >= 2)
      let used = try JSONNode(contentsOf: "\(run)/run.json").node("record").node("shots_used")
      #expect(try used.integer("fewest") == 2 && used.integer("most") == 2 && used.integer("images") == 6)
      let evaluated = try json(["evaluate", run, "--data", "\(folder)/base"])
      #expect(try evaluated.integer("repeated_training_images") == 6)
      let report = try Executable.run(["report", run, "--output", "\(folder)/report.html"])
      #expect(report.status == 0, "\(report.errors)")
      #expect(
        try String(contentsOfFile: "\(folder)/report.html", encoding: .utf8).contains("among the training images"))

      // A run folder is exported, and a classifier as JSON is evaluated.
      let exported = try Executable.run(["export", run, "--as", "npy", "--output", "\(folder)/a/b/context.npy"])
      #expect(exported.status == 0, "\(exported.errors)")
      let written = try Executable.run(["classifier", run, "--output", "\(folder)/w.json"])
      try #require(written.status == 0, "\(written.errors)")
      let again = try json(["evaluate", "\(folder)/w.json", "--model", model, "--data", "\(folder)/base"])
      #expect(try again.number("accuracy") == evaluated.number("accuracy"))
    }
  }

  @Test(
    "options that people guess get the right name",
    arguments: [
      (["--csc"], "--class-specific"), (["--ctx", "4"], "--context-length"), (["--lr", "0.1"], "--learning-rate"),
      (["--batch", "8"], "--batch-size"), (["--shots", "1,2,4"], "\"shots\": [1, 2, 4]"),
    ])
  func guesses(arguments: [String], mention: String) throws {
    try refused(["train", "--model", "m", "--data", "folder:x"] + arguments, 64, mention)
  }

  @Test("a part of a letter is shown by its bytes, and JSON has the piece")
  func partsOfLetters() throws {
    try withTemporaryFolder { folder in
      let model = "\(folder)/model"
      try #require(try Executable.run(["convert", "mini-clip", "--output", model]).status == 0)
      let (table, pieces) = try decoded("são", model, folder)
      #expect(table.contains("\\xC3") && pieces.contains("Ã"), "\(table)")
    }
  }

  @Test("pieces that are the bytes of letters are shown as text", .enabled(if: Shared.available))
  func bytesOfLetters() throws {
    try withTemporaryFolder { folder in
      let (table, pieces) = try decoded("são 😢", ConvertedModel.trained.get(), folder)
      #expect(table.contains("são</w>") && table.contains("😢"), "\(table)")
      #expect(pieces.first == "sÃ£o</w>")
    }
  }

  /// Decodes the embeddings of a text: the table, and the nearest pieces of the JSON.
  private func decoded(_ text: String, _ model: String, _ folder: String) throws -> (table: String, pieces: [String]) {
    let context = "\(folder)/context.npy"
    let ids = try json(["tokenize", "--model", model, text]).array()[0].array().map { try $0.integer() }
    let embedding = try ModelFolder.open(model).source.tensor("token_embedding.weight")
    let words = try ids.dropFirst().dropLast().map { try embedding.rows($0..<$0 + 1) }
    try NumPyFile.write(Tensor.concatenated(words).converted(to: .float32), to: context)
    let arguments = ["decode", context, "--model", model, "--top", "1"]
    let pieces = try json(arguments).array("vectors").map { try $0.array("words")[0].string("piece") }
    return (try Executable.run(arguments).output, pieces)
  }

  @Test("a folder in place of a file is called a folder")
  func folders() throws {
    try withBase { folder in
      try refused(
        ["data", "split", "--data", "csv:\(folder)/base", "--output", "\(folder)/s.json"], 66, "it is a folder")
    }
  }

  @Test("a folder's name may hold a question mark, and an equals sign behind it", arguments: ["odd?path", "odd?a=b"])
  func questionMark(name: String) throws {
    try SmallStudy.with { folder in
      try FileManager.default.moveItem(atPath: "\(folder)/photo", toPath: "\(folder)/\(name)")
      for data in ["folder:./\(name)", "folder:\(folder)/\(name)"] {
        let found = try Executable.run(["data", "check", data, "--format", "json"], in: folder)
        #expect(found.status == 0, "\(found.errors)")
      }
    }
  }
}
