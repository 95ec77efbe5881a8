import Foundation
import TestSupport
import Testing

@Suite("What a newcomer reads when something is not as expected")
struct FirstContactTests {
  /// Draws a few photographs, `photos/CLASS`, and their table, `pictures/pictures.csv`.
  private func withPhotos(each count: Int, _ body: (_ folder: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let drawn = try Executable.run([
        "draw", "--output", "\(folder)/pictures", "--seed", "5", "--styles", "photo", "--classes", "star", "key",
        "moon",
        "--train", "\(count)", "--test", "1",
      ])
      try #require(drawn.status == 0, "\(drawn.errors)")
      try FileManager.default.copyItem(atPath: "\(folder)/pictures/photo/train", toPath: "\(folder)/photos")
      try body(folder)
    }
  }

  private func refused(_ arguments: [String], status: Int32, _ mentions: String...) throws {
    let outcome = try Executable.run(arguments)
    #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
    for mention in mentions { #expect(outcome.errors.contains(mention), "\(arguments): \(outcome.errors)") }
  }

  @Test("fit says why it keeps a classifier, and a finished folder is replaced by --force alone")
  func fit() throws {
    try withPhotos(each: 6) { folder in
      let output = "\(folder)/mine"
      let fit = [
        "fit", "\(folder)/photos", "--model", try ConvertedModel.own.get(), "--output", output, "--time", "1s",
      ]
      let first = try Executable.run(fit)
      try #require(first.status == 0, "\(first.errors)")
      #expect(first.output.contains("\nkept ") && first.output.contains("\nreason "), "\(first.output)")
      #expect(first.output.contains("standard error of the best") || first.output.contains("the most accurate"))
      #expect(first.errors.contains("fit: done in "), "\(first.errors)")
      let before = try Data(contentsOf: URL(fileURLWithPath: "\(output)/result.json"))
      try refused(fit, status: 73, "\(output): exists already; --force replaces it")
      try refused(fit + ["--seed", "2"], status: 73, "results of other settings")
      #expect(try Data(contentsOf: URL(fileURLWithPath: "\(output)/result.json")) == before)
      let again = try Executable.run(fit + ["--seed", "2", "--force"])
      #expect(again.status == 0, "\(again.errors)")
      #expect(try Data(contentsOf: URL(fileURLWithPath: "\(output)/result.json")) != before)

      // A classifier, which may be of hand-written prompts, isn't called learned.
      let explained = try Executable.run([
        "predict", output, "\(folder)/photos/star/00000.png", "--explain", "\(folder)/where",
      ])
      #expect(explained.status == 0 && explained.output.contains(" classifier  "), "\(explained.errors)")
      #expect(!explained.output.contains("learned"), "\(explained.output)")
      // The model is known from the classifier's file.
      let evaluated = try Executable.run(["evaluate", output, "--data", "folder:\(folder)/photos"])
      #expect(evaluated.status == 0, "\(evaluated.errors)")
    }
  }

  @Test("results of another command are not written over")
  func otherResults() throws {
    try withPhotos(each: 2) { folder in
      try FileManager.default.createDirectory(atPath: "\(folder)/run", withIntermediateDirectories: true)
      try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(folder)/run/run.json"))
      try refused(
        [
          "probe", "--model", try ConvertedModel.modifiedResNet.get(), "--data", "csv:\(folder)/pictures/pictures.csv",
          "--output", "\(folder)/run",
        ], status: 73, "the folder exists with run.json, which this command did not write")
    }
  }

  @Test("train refuses another run's folder before it encodes images; its and sweep's --dry-run warn of few images")
  func train() throws {
    try withPhotos(each: 2) { folder in
      let train = [
        "train", "--model", try ConvertedModel.modifiedResNet.get(), "--data", "csv:\(folder)/pictures/pictures.csv",
        "--epochs", "1", "--views", "1", "--output", "\(folder)/run",
      ]
      let plan = try Executable.run(train + ["--shots", "3", "--dry-run"])
      #expect(plan.status == 0 && plan.errors.contains("warning: 3 classes have fewer than 3 training images"))
      let grid: [String: Any] = [
        "model": train[2], "data": train[4], "shots": [1, 3], "epochs": 1, "views": 1, "context_length": 2,
        "seed": [1, 2],
      ]
      try JSONSerialization.data(withJSONObject: grid).write(to: URL(fileURLWithPath: "\(folder)/grid.json"))
      let sweep = try Executable.run(
        ["sweep", "run", "\(folder)/grid.json", "--output", "\(folder)/sweep", "--dry-run"])
      let warnings = sweep.errors.split(separator: "\n").filter { $0.hasPrefix("warning: 3 classes have fewer than 3") }
      #expect(sweep.status == 0 && warnings.count == 1, "\(sweep.errors)")
      let first = try Executable.run(train + ["--shots", "1"])
      try #require(first.status == 0, "\(first.errors)")
      for varied in [["--shots", "1", "--seed", "2"], ["--shots", "2"]] {
        let other = try Executable.run(train + varied)
        #expect(other.status == 65 && other.errors.contains("where 2 is asked for"), "\(other.errors)")
        #expect(!other.errors.contains("image features"), "\(other.errors)")
      }
      #expect(try Executable.run(train + ["--shots", "1"]).errors.contains("is already finished"))
    }
  }

  @Test("suspects names what is wrong with a folder, and leaves nothing behind")
  func suspects() throws {
    try withPhotos(each: 2) { folder in
      let model = try ConvertedModel.modifiedResNet.get()
      try FileManager.default.createDirectory(atPath: "\(folder)/empty", withIntermediateDirectories: true)
      try FileManager.default.createDirectory(atPath: "\(folder)/high", withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: "\(folder)/photos", toPath: "\(folder)/high/photos")
      for (data, status, mention) in [
        (
          "photos/star", 66,
          "found 2 images and no folders; if this is the folder of one class, give the one above it, "
        ),
        ("high", 65, "did you mean \(folder)/high/photos?"), ("empty", 66, "found no folders"),
        ("nowhere", 64, "there is no folder of this name"),
      ] as [(String, Int32, String)] {
        try refused(
          ["suspects", "\(folder)/\(data)", "--model", model, "--output", "\(folder)/out"], status: status, mention)
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/out"), "\(data)")
      }
    }
  }

  @Test("a folder in the place of a context is named with what it is, and what was expected")
  func folders() throws {
    try withPhotos(each: 2) { folder in
      let model = try ConvertedModel.modifiedResNet.get()
      let (data, photos) = ("csv:\(folder)/pictures/pictures.csv", "\(folder)/photos")
      let picture = "\(photos)/star/00000.png"
      let expected = "expected a run folder or a context file"
      for (path, kind) in [(photos, "a folder of pictures in folders (key, moon, star)"), (model, "a model folder")] {
        try refused(["decode", path, "--model", model], status: 66, path, expected, "found \(kind)")
        try refused(["evaluate", path, "--model", model, "--data", data], status: 66, expected, "found \(kind)")
      }
      try refused(["predict", photos, picture, "--model", model], status: 66, expected, "found a folder of pictures")
      try refused(["decode", "\(folder)/nothing", "--model", model], status: 66, "not found; \(expected)")
      try refused(
        ["zero-shot", "--model", photos, "--data", data], status: 66, "expected a model folder", "found a folder")
      try refused(["inspect", photos], status: 66, "found a folder of pictures in folders")
      try refused(["verify", "\(folder)/pictures/photo"], status: 66, "found a folder of folders (test, train)")
      try refused(["sweep", "merge", "\(folder)/nothing"], status: 66, "not found; expected the --output folder")
    }
  }

  @Test("decode --controls explains its columns")
  func legend() throws {
    try withPhotos(each: 2) { folder in
      let run = "\(folder)/run"
      let model = try ConvertedModel.modifiedResNet.get()
      let trained = try Executable.run([
        "train", "--model", model, "--data", "csv:\(folder)/pictures/pictures.csv", "--shots", "1", "--epochs", "1",
        "--views", "1", "--context-length", "2", "--output", run,
      ])
      try #require(trained.status == 0, "\(trained.errors)")
      let decoded = try Executable.run(["decode", run, "--model", model, "--controls"])
      let legend = try #require(decoded.output.range(of: "\nlegend"))
      for name in [
        "l2 ", "explained ", "p random, p mixtures ", "z random ", "z words ", "length ", "moved ", "initial word ",
      ] {
        #expect(decoded.output[legend.lowerBound...].contains("\n\(name)"), "\(name)\n\(decoded.output)")
      }
    }
  }

  @Test("a missing argument is answered with what there is to give")
  func missing() throws {
    try refused(["convert", "--output", "x"], status: 64, "mini-clip", "promptlens convert --list")
    try refused(["convert", "/nowhere/at.pt", "--output", "x"], status: 66, "mini-clip", "promptlens convert --list")
    try refused(["data", "check", "photographs"], status: 64, "give your own as folder:DIR")
    let help = try Executable.run(["help", "noise"]).output
    for text in ["default: 0,0.125,0.25", "default: symmetric,pair,confusable,instance", "default: 1,2,3"] {
      #expect(help.contains(text), "\(text)\n\(help)")
    }
    #expect(try Executable.run(["help", "data", "check"]).output.contains("--[no-]hashes"))
  }
}
