import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("Remarks on images in results")
struct NoticedTests {
  private static let passedOver = "a folder was passed over: __MACOSX"
  private static let skipped = "test/bee/page.jpg"
  private static let pictures = [
    "bee": ["baseline-420.jpg", "rgb-8-bit.png", "gray-8-bit.png"],
    "cat": ["lossy.webp", "progressive.jpg", "baseline-444.jpg"],
    "dog": ["cmyk.jpg", "palette-8-bit.png", "baseline-422.jpg"],
    "emu": ["tall.png", "wide.png", "restart-markers.jpg"],
  ]

  /// Calls `body` with a folder of four classes, two training images and a test image each, beside a Mac's folder; a
  /// training image is a test image, too, and a web page is called .jpg.
  private func withData(_ body: (_ folder: String, _ data: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let data = "\(folder)/data"
      func place(_ picture: String, _ path: String) throws {
        let target = URL(fileURLWithPath: "\(data)/\(path)")
        try FileManager.default.createDirectory(
          at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: Fixtures.path("images/\(picture)"), toPath: target.path)
      }
      for (name, pictures) in Self.pictures {
        for (index, picture) in pictures.enumerated() {
          try place(picture, "\(index < 2 ? "train" : "test")/\(name)/\(picture)")
        }
      }
      try place("baseline-420.jpg", "test/bee/again.jpg")
      try FileManager.default.createDirectory(atPath: "\(data)/__MACOSX/train", withIntermediateDirectories: true)
      try Data("<!doctype html><title>404</title>".utf8).write(to: URL(fileURLWithPath: "\(data)/\(Self.skipped)"))
      try body(folder, data)
    }
  }

  private func json(_ arguments: [String]) throws -> JSONNode {
    let outcome = try Executable.run(arguments + ["--format", "json"])
    try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
    return JSONNode(
      source: arguments[0], value: try JSON(parsing: Array(outcome.output.utf8), source: arguments[0]))
  }

  private func check(_ document: JSONNode, _ skipped: [String] = [Self.skipped], _ name: String = "") throws {
    #expect(try document.array("notes").map { try $0.string() }.contains(Self.passedOver), "\(document.source) \(name)")
    #expect(try document.array("skipped").map { try $0.string() } == skipped, "\(document.source) \(name)")
  }

  @Test(
    "runs, probes, transfers and templates have the notes, the images left out, and the overlap with training images")
  func results() throws {
    let model = try ConvertedModel.modifiedResNet.get()
    try withData { folder, data in
      let images = ["--model", model, "--data", data, "--skip-unreadable"]
      let train = ["train", "--views", "1", "--context-length", "2", "--epochs", "2", "--shots", "2"]
      try check(json(train + images + ["--output", "\(folder)/run"]))
      let run = try JSONNode(contentsOf: "\(folder)/run/result.json")
      try check(run)
      #expect(try run.integer("format_version") == 3)

      // A classifier knows the images that it was fitted on, as a prompt does.
      let probe = try json(
        ["probe", "--method", "nearest-mean", "--shots", "2", "--target", data, "--output", "\(folder)/probe"] + images)
      try check(probe)
      try check(JSONNode(contentsOf: "\(folder)/probe/result.json"))
      let repeated = "1 of 5 test images is among those that the classifier was learned from"
      #expect(try probe.array("warnings")[0].string().hasPrefix(repeated))
      #expect(try probe.integer("repeated_training_images") == 1)
      let target = try probe.array("targets")[0]
      try check(target)
      #expect(try target.integer("repeated_training_images") == 1)
      for classifier in ["\(folder)/probe", "\(folder)/probe/classifier.h5"] {
        let evaluated = try json(["evaluate", classifier] + images)
        try check(evaluated)
        #expect(try evaluated.integer("repeated_training_images") == 1)
      }
      let said = try Executable.run(["evaluate", "\(folder)/probe"] + images)
      #expect(said.output.contains("1 of 5 images is among those that the classifier was learned from"))

      let transfer = try json(
        [
          "transfer", "--run", "\(folder)/run", "--classifier", "\(folder)/probe", "--source", data, "--target",
          "\(data)/", "--skip-unreadable", "--output", "\(folder)/transfer",
        ])
      try check(transfer)
      try check(JSONNode(contentsOf: "\(folder)/transfer/transfer.json"))
      #expect(try transfer.array("warnings").count == 4)
      #expect(try transfer.array("warnings")[0].string("run") == "\(folder)/run")
      try check(json(["templates", "--file", "clip-7"] + images))
      let checked = try Executable.run(["data", "check", "folder:\(data)", "--format", "json"])
      #expect(checked.output.contains(Self.passedOver), "\(checked.errors)")
      let drawn = try json(["data", "draw", "--data", data, "--shots", "1"])
      #expect(try drawn.array("notes")[0].string() == Self.passedOver)
    }
  }

  @Test("features carry the notes, and embed and predict say which images they left out")
  func features() throws {
    let model = try ConvertedModel.modifiedResNet.get()
    try withData { folder, data in
      let images = ["--model", model, "--data", data, "--skip-unreadable"]
      try check(json(["extract", "--split", "train", "--output", "\(folder)/train.h5"] + images), [])
      try check(json(["extract", "--split", "test", "--output", "\(folder)/test.h5"] + images))
      let trained = try json([
        "train", "--model", model, "--features", "\(folder)/train.h5", "--test-features", "\(folder)/test.h5",
        "--context-length", "2", "--epochs", "1", "--output", "\(folder)/run",
      ])
      try check(trained)
      let files = ["\(data)/\(Self.skipped)", "\(data)/test/cat/baseline-444.jpg"]
      let embedded = try json(["embed", "--model", model, "--skip-unreadable", "--image"] + files)
      #expect(try embedded.array("skipped").map { try $0.string() } == [files[0]])
      let predicted = try json(["predict", "\(folder)/run", "--skip-unreadable"] + files).array()
      #expect(try predicted[0].array("classes").isEmpty && predicted[0].string("skipped").contains("found a web page"))
      #expect(try predicted[1].array("classes").count == 4)
    }
  }

  @Test("sweeps, base-to-new, noise and the report count the runs with warnings and name them")
  func severalRuns() throws {
    let model = try ConvertedModel.modifiedResNet.get()
    try withData { folder, data in
      let warning = "1 of 5 test images is among the training images"
      let grid =
        #"{"model": "\#(model)", "data": "\#(data)", "shots": 2, "seed": [1, 2], "epochs": 2, "views": 1, "#
        + #""context_length": 2}"#
      try Data(grid.utf8).write(to: URL(fileURLWithPath: "\(folder)/grid.json"))
      let plan = try Executable.run(["sweep", "plan", "\(folder)/grid.json"])
      try Data(plan.output.utf8).write(to: URL(fileURLWithPath: "\(folder)/tasks.jsonl"))
      let sweep = "\(folder)/sweep"
      try check(json(["sweep", "run", "\(folder)/tasks.jsonl", "--output", sweep, "--skip-unreadable"]))
      let merged = try json(["sweep", "merge", sweep])
      try check(merged)
      let warnings = try merged.array("warnings")
      #expect(
        try warnings.contains { try $0.string("warning").hasPrefix(warning) && $0.string("run").utf8.count == 16 })
      #expect(try merged.array("cells")[0].array("runs_with_warnings").count == 2)
      let table = try Executable.run(["sweep", "merge", sweep])
      #expect(table.output.contains("Warnings of 2 runs") && table.output.contains(warning), "\(table.output)")
      let csv = try String(contentsOfFile: "\(sweep)/runs.csv", encoding: .utf8)
      #expect(csv.split(separator: "\n")[0].hasSuffix(",warnings"))

      let base = try json([
        "base-to-new", "--model", model, "--data", data, "--shots", "2", "--seeds", "1", "--views", "1", "--epochs",
        "2",
        "--context-length", "2", "--skip-unreadable", "--output", "\(folder)/base",
      ])
      try check(base)
      #expect(try base.array("warnings").contains { try $0.string("warning").contains("among the training images") })
      let noise = try json([
        "noise", "--model", model, "--data", data, "--shots", "2", "--seeds", "1", "--rates", "0", "--kinds",
        "symmetric",
        "--losses", "ce", "--epochs", "2", "--context-length", "2", "--skip-unreadable", "--output", "\(folder)/noise",
      ])
      try check(noise)
      try check(JSONNode(contentsOf: "\(folder)/noise/result.json"))
      #expect(try noise.array("warnings")[0].string("run") == "seed 1")

      let runs = try FileManager.default.contentsOfDirectory(atPath: "\(sweep)/runs").map { "\(sweep)/runs/\($0)" }
      for (name, folders) in [("runs", runs), ("folders", [sweep, "\(folder)/base", "\(folder)/noise"])] {
        let page = "\(folder)/\(name).html"
        let report = try Executable.run(["report"] + folders + ["--output", page])
        #expect(report.status == 0, "\(report.errors)")
        let text = try String(contentsOfFile: page, encoding: .utf8)
        #expect(text.contains("2 of 2 runs have warnings") && text.contains(warning), "\(name)")
      }
    }
  }

  @Test("a sweep, base-to-new and early stopping set parts of data without splits aside")
  func holdOuts() throws {
    let model = try ConvertedModel.modifiedResNet.get()
    try withData { folder, data in
      let training = "\(data)/train"
      let train = [
        "train", "--model", model, "--data", training, "--views", "1", "--context-length", "2", "--epochs", "2",
        "--early-stopping", "1", "--output", "\(folder)/a/b",
      ]
      let refused = try Executable.run(train + ["--hold-out", "40%"])
      #expect(refused.status == 65 && refused.errors.contains("a hold-out of 40%+10%"), "\(refused.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/a"))
      let parted = try Executable.run([
        "data", "split", "--data", data, "--hold-out", "+40%", "--output", "\(folder)/s.json",
      ])
      #expect(parted.status == 0 && parted.errors.contains("4 validation images, 4 to learn from"), "\(parted.errors)")

      let grid = #"{"model": "\#(model)", "data": "\#(training)", "epochs": 1, "views": 1, "context_length": 2}"#
      try Data(grid.utf8).write(to: URL(fileURLWithPath: "\(folder)/grid.json"))
      let plan = try Executable.run(["sweep", "plan", "\(folder)/grid.json"])
      let tasks = "\(folder)/tasks.jsonl"
      try Data(plan.output.utf8).write(to: URL(fileURLWithPath: tasks))
      let sweep = "\(folder)/sweep"
      let dead = try Executable.run(["sweep", "run", tasks, "--output", sweep])
      #expect(dead.status == 65 && dead.errors.contains("--hold-out 20%"), "\(dead.errors)")
      _ = try json(["sweep", "run", tasks, "--output", sweep, "--hold-out", "40%"])
      let merged = try json(["sweep", "merge", sweep, "--tasks", tasks, "--hold-out", "40%"])
      let run = try merged.array("runs")[0]
      #expect(try run.integer("n") == 4 && run.node("settings").string("data").hasSuffix("?hold-out=40%"))
      let script = try Executable.run(["sweep", "emit", "slurm", tasks, "--output", sweep, "--hold-out", "40%"])
      #expect(script.output.contains("--hold-out 40%"))
      let base = try json([
        "base-to-new", "--model", model, "--data", training, "--hold-out", "40%", "--shots", "1", "--seeds", "1",
        "--views",
        "1", "--epochs", "1", "--context-length", "2", "--output", "\(folder)/base",
      ])
      #expect(try base.array("base_to_new")[0].integer("base_n") == 2)
    }
  }

  @Test("a rate that makes a prompt worse is said to be the likely cause")
  func collapse() throws {
    try withTemporaryFolder { folder in
      try #require(try Executable.run(["convert", "mini-clip", "--output", "\(folder)/model"]).status == 0)
      let drawn = try Executable.run([
        "draw", "--classes", "star", "moon", "tree", "fish", "--styles", "photo", "--train", "2", "--test", "4",
        "--output",
        "\(folder)/pictures",
      ])
      try #require(drawn.status == 0, "\(drawn.errors)")
      let outcome = try Executable.run([
        "train", "--model", "\(folder)/model", "--data", "csv:\(folder)/pictures/pictures.csv", "--views", "1",
        "--epochs",
        "3", "--learning-rate", "100000", "--output", "\(folder)/run",
      ])
      #expect(
        outcome.status == 0 && outcome.errors.contains("warning: the training loss did not fall"), "\(outcome.errors)")
      #expect(outcome.errors.contains("the learning rate of 1e+05 is the likely cause"))
      #expect(try !JSONNode(contentsOf: "\(folder)/run/result.json").array("warnings").isEmpty)
    }
  }

  @Test("a loss that differs from epoch to epoch with the views didn't run away")
  func views() throws {
    try withTemporaryFolder { folder in
      try #require(try Executable.run(["convert", "mini-clip", "--output", "\(folder)/model"]).status == 0)
      let drawn = try Executable.run([
        "draw", "--seed", "7", "--classes", "star", "moon", "house", "tree", "fish", "--train", "8", "--test", "10",
        "--output", "\(folder)/pictures",
      ])
      try #require(drawn.status == 0, "\(drawn.errors)")
      let outcome = try Executable.run([
        "train", "--model", "\(folder)/model", "--data", "\(folder)/pictures/pictures.csv", "--shots", "4", "--epochs",
        "100", "--learning-rate", "1e-6", "--output", "\(folder)/run",
      ])
      #expect(outcome.status == 0 && !outcome.errors.contains("ran away"), "\(outcome.errors)")
      #expect(!outcome.output.contains("collapsed"), "\(outcome.output)")
    }
  }

  @Test("folders that were made for an output go after a failure, unless something is in them")
  func madeFolders() throws {
    try withData { folder, data in
      let model = try ConvertedModel.modifiedResNet.get()
      for arguments in [
        ["train", "--model", model, "--data", "\(data)/nothing", "--output", "\(folder)/a/b/c"],
        ["extract", "--model", model, "--data", data, "--split", "val", "--output", "\(folder)/a/b/f.h5"],
        ["embed", "--model", model, "--image", "\(folder)/none.jpg", "--output", "\(folder)/a/b/f.npy"],
        ["convert", "\(data)/\(Self.skipped)", "--output", "\(folder)/a/b"],
      ] {
        let outcome = try Executable.run(arguments)
        #expect(outcome.status != 0)
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/a"), "\(arguments)")
      }
      // Features that were computed before the failure are kept for the next try.
      let stopped = try Executable.run([
        "train", "--model", model, "--data", data, "--views", "1", "--output", "\(folder)/a/b",
      ])
      #expect(stopped.status == 65 && stopped.errors.contains("page.jpg"))
      let left = try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/a")
      #expect(left.contains { $0.hasPrefix("b/features/train-") } && !left.contains { $0.hasSuffix(".lock") })
    }
  }
}
