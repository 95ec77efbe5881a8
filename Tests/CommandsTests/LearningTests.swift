import PromptLensPromptLearning
import PromptLensPrompts
import PromptLensTensorFiles
import PromptLensCheckpoints
import PromptLensDatasets
import Foundation
import PromptLensJSONDocuments
import TestSupport
import PromptLensTensors
import Testing

@Suite("The executable learns prompts, and evaluates and predicts with them")
struct LearningTests {
  @Test("train writes a run folder whose context evaluate, predict, classifier and decode read")
  func wholeWay() throws {
    try withData { data, folder in
      let run = "\(folder)/run"
      let trained = try parse(
        Executable.run(try arguments(data, output: run) + ["--format", "json"]))
      #expect(try trained.integer("n") == 4 && trained.integer("class_count") == 2)
      #expect(try trained.node("settings").integer("epochs") == 6)
      #expect(try JSONNode(contentsOf: "\(run)/result.json").value == trained.value)
      let lines = try String(contentsOfFile: "\(run)/log.jsonl", encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 6)
      for (index, line) in lines.enumerated() {
        let epoch = JSONNode(source: "log", value: try JSON(parsing: Array(line.utf8), source: "log"))
        #expect(try epoch.integer("epoch") == index + 1 && epoch.integer("steps") == 1)
        #expect(
          try Set(epoch.object().keys) == [
            "format_version", "epoch", "steps", "loss", "accuracy", "learning_rate", "seconds_per_step",
          ])
      }
      #expect(
        try Set(trained.object().keys).isSuperset(of: [
          "accuracy", "zero_shot_accuracy", "n", "class_count", "settings",
        ]))
      let record = try JSONNode(contentsOf: "\(run)/run.json").node("record")
      #expect(try record.array("images").count == 4 && record.node("library_versions")["oneDNN"] != nil)
      let context = try ContextFile.read("\(run)/context.h5")
      #expect(context.vectors.shape.dimensions == [5, 64] && context.classNames == ["cat", "dog"])
      #expect(context.classPosition == .middle && context.embeddingFingerprint?.count == 64)

      let evaluated = try parse(Executable.run(["evaluate", run, "--data", data, "--format", "json"]))
      #expect(try evaluated.number("accuracy") == trained.number("accuracy"))
      #expect(try evaluated.array("confusion").count == 2 && evaluated.array("accuracy_interval").count == 2)
      let table = try Executable.run(["evaluate", run, "--data", data]).output
      #expect(table.contains(#/Classes\nclass +images +accuracy\n[- ]+\ncat +2 .*\ndog +2 /#), "\(table)")
      let store = try #require(
        try FileManager.default.contentsOfDirectory(atPath: "\(run)/features").first { $0.hasPrefix("test-") })
      let fromFile = try parse(
        Executable.run(["evaluate", run, "--features", "\(run)/features/\(store)", "--format", "json"]))
      #expect(
        try fromFile.number("negative_log_likelihood") == evaluated.number("negative_log_likelihood"))

      let picture = Fixtures.path("images/lossless.webp")
      let predicted = try parse(Executable.run(["predict", run, picture, "--format", "json"])).array()
      let probabilities = try predicted[0].array("classes").map { try $0.number("probability") }
      #expect(probabilities.count == 2 && abs(probabilities.reduce(0, +) - 1) < 1e-9)
      #expect(probabilities[0] >= probabilities[1])

      try Data("zebra\ncat\nthe red house\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/names.txt"))
      for name in ["w.npy", "w.json", "w.h5"] {
        let written = try Executable.run(
          ["classifier", run, "--classes", "\(folder)/names.txt", "--output", "\(folder)/\(name)"])
        #expect(written.status == 0, "\(written.errors)")
      }
      let weights = try NumPyArray(path: "\(folder)/w.npy")
      #expect(weights.shape == [3, 16])
      #expect(try HDF5File(path: "\(folder)/w.h5").tensor("weights").floats() == weights.floats)
      let model = try ConvertedModel.modifiedResNet.get()
      #expect(try Executable.run(["decode", "\(run)/context.h5", "--model", model]).status == 0)
    }
  }

  @Test("cocoop learns an image-conditional context; evaluate finds the run's accuracy, classifier refuses it")
  func conditional() throws {
    try withData { data, folder in
      let run = "\(folder)/run"
      let trained = try parse(
        Executable.run([
          "train", "--model", try ConvertedModel.modifiedResNet.get(), "--data", data, "--shots", "2", "--views", "1",
          "--init", "the cat", "--epochs", "3", "--method", "cocoop", "--output", run, "--format", "json",
        ]))
      #expect(try trained.node("settings").integer("batch_size") == 1)
      #expect(try ContextFile.read("\(run)/context.h5").metaNetwork.count == 4)
      let evaluated = try parse(Executable.run(["evaluate", run, "--data", data, "--format", "json"]))
      #expect(try evaluated.number("accuracy") == trained.number("accuracy"))
      #expect(try evaluated.number("negative_log_likelihood") == trained.number("negative_log_likelihood"))
      #expect(try Executable.run(["predict", run, Fixtures.path("images/lossless.webp")]).status == 0)
      let weights = try Executable.run(["classifier", run, "--output", "\(folder)/w.npy"])
      #expect(weights.status == 65 && weights.errors.contains("each image shifts this context"))
      for more in [["--strategy", "small-loss:0.3"], ["--early-stopping", "3"]] {
        let refused = try Executable.run(
          ["train", "--model", "/nowhere", "--data", data, "--method", "cocoop", "--output", "\(folder)/no"] + more)
        #expect(refused.status == 64 && refused.errors.contains("cannot be used with it"), "\(refused.errors)")
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/no"))
      }
    }
  }

  @Test(
    "a killed run is resumed by the same command and ends with the bits of an uninterrupted run",
    arguments: [
      (["--views", "2"], 3000), (["--augment", "online"], 400),
      (["--augment", "online", "--noise", "symmetric:0.5", "--strategy", "small-loss"], 400),
    ])
  func killing(varied: [String], epochs: Int) throws {
    try withData { data, folder in
      func command(_ name: String, threads: Int) throws -> [String] {
        try arguments(data, output: "\(folder)/\(name)", epochs: epochs, varied: varied)
          + ["--threads", "\(threads)"]
      }
      #expect(try Executable.run(command("whole", threads: 1)).status == 0)
      for attempt in 1...3 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Executable.path)
        process.arguments = try command("killed", threads: 2)
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let deadline = Date().addingTimeInterval(20)
        let log = "\(folder)/killed/log.jsonl"
        while process.isRunning, Date() < deadline, lineCount(log) < attempt * epochs / 20 { usleep(2000) }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal, "the run ended before it could be killed")
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/killed/result.json"))
      }
      let resumed = try Executable.run(command("killed", threads: 2))
      #expect(resumed.status == 0 && resumed.errors.contains("resuming after epoch"), "\(resumed.errors)")
      let runs = ["whole", "killed"].map { "\(folder)/\($0)" }
      let vectors = try runs.map { try ContextFile.read("\($0)/context.h5").vectors.floats() }
      #expect(vectors[0] == vectors[1])
      let results = try runs.map { try Data(contentsOf: URL(fileURLWithPath: "\($0)/result.json")) }
      #expect(results[0] == results[1])
      #expect(lineCount("\(folder)/killed/log.jsonl") == epochs)
      let settings = try JSONNode(contentsOf: "\(folder)/whole/run.json").node("settings")
      #expect(try settings.optionalString("augmentation") == (varied[1] == "online" ? "online" : nil))
      let isNoisy = varied.contains("--noise")
      #expect(try settings.optionalString("strategy") == (isNoisy ? "small-loss:0.5" : nil))
      #expect(try !isNoisy || LabelNoise(contentsOf: "\(folder)/killed/noise.json").changedCounts == [1, 1])
    }
  }

  @Test("a finished run is left unchanged, and one with other settings is rejected with their names")
  func again() throws {
    try withData { data, folder in
      let run = "\(folder)/run"
      #expect(try Executable.run(arguments(data, output: run)).status == 0)
      func stamp() throws -> Date? {
        try FileManager.default.attributesOfItem(atPath: "\(run)/context.h5")[.modificationDate] as? Date
      }
      let before = try stamp()
      let second = try Executable.run(arguments(data, output: run))
      #expect(second.status == 0 && second.errors.contains("is already finished"))
      #expect(try stamp() == before)
      let other = try Executable.run(arguments(data, output: run) + ["--learning-rate", "0.5", "--batch-size", "3"])
      #expect(other.status == 65)
      #expect(
        other.errors.contains(#/learning_rate [0-9.e-]+ where 0.5/#) && other.errors.contains("batch_size 32 where 3"))
    }
  }

  @Test("online augmentation needs images without views, and its run differs from one of kept views")
  func online() throws {
    try withData { data, folder in
      let run = "\(folder)/run"
      let online = try arguments(data, output: run, varied: ["--augment", "online"])
      #expect(try Executable.run(online).status == 0)
      let other = try Executable.run(arguments(data, output: run))
      #expect(other.status == 65 && other.errors.contains("augmentation online"), "\(other.errors)")
      let both = try Executable.run(online + ["--views", "4"])
      #expect(both.status == 64 && both.errors.contains("--augment online and --views exclude each other"))
      let features = try Executable.run([
        "train", "--model", "m", "--features", "f.h5", "--augment", "online", "--output", run,
      ])
      #expect(features.status == 64 && features.errors.contains("give them with --data, not --features"))
    }
  }

  @Test(
    "every method learns, class-specific too, from words and below a memory limit",
    arguments: [
      "coop", "kgcoop", "prograd", "promptsrc-text",
    ])
  func methods(method: String) throws {
    try withData { data, folder in
      let outcome = try Executable.run([
        "train", "--model", try ConvertedModel.modifiedResNet.get(), "--data", data, "--shots", "2", "--views", "3",
        "--init", "the cat", "--class-specific", "--epochs", "3", "--method", method, "--memory-limit", "1MiB",
        "--output", "\(folder)/run", "--format", "json",
      ])
      #expect(try parse(outcome).node("settings").string("method") == method)
      #expect(outcome.errors.contains("warning: --memory-limit is 1 MB, and these prompts take about"))
      #expect(outcome.errors.contains("learned numbers with their gradient and the optimizer's state"))
      #expect(
        outcome.errors.contains("only a context that all classes share, fewer vectors or fewer classes take less"))
      let refused = try Executable.run(["evaluate", "\(folder)/run", "--data", "folder:\(folder)/others"])
      #expect(refused.status == 65 && refused.errors.contains("zebra"))
    }
  }

  @Test("the fast recipe takes few steps of all images, says so before and after, and is resumed and recorded")
  func fast() throws {
    try withData { data, folder in
      func train(_ name: String, _ more: [String]) throws -> Executable.Outcome {
        try Executable.run(
          [
            "train", "--model", try ConvertedModel.modifiedResNet.get(), "--data", data, "--shots", "2", "--views", "1",
            "--context-length", "2", "--output", "\(folder)/\(name)", "--format", "json",
          ] + more)
      }
      let outcome = try train("fast", ["--recipe", "fast", "--clip-norm", "0.5"])
      let result = try parse(outcome)
      #expect(try result.integer("steps") == 50)
      let settings = try result.node("settings")
      #expect(try settings.string("recipe") == "fast" && settings.number("clip_norm") == 0.5)
      #expect(try settings.number("learning_rate") == 0.005 && settings["momentum"] == nil)
      let images = try settings.integer("batch_size")
      #expect(images > 2 && outcome.errors.contains("50 steps of \(images) images, about "))
      #expect(outcome.errors.contains("where CoOp's recipe takes 100: 50 % of the passes over the prompts are saved"))
      let again = try train("fast", ["--recipe", "paper"])
      #expect(again.status == 73 || again.status == 65, "\(again.errors)")
      #expect(again.errors.contains("recipe fast where none is asked for"))
      let paper = try parse(train("paper", ["--epochs", "2"]))
      #expect(try paper.integer("steps") == 2 && paper.node("settings")["recipe"] == nil)
      let refused = try train("refused", ["--recipe", "fast", "--method", "cocoop"])
      #expect(refused.status == 64 && refused.errors.contains("--recipe fast"))
    }
  }

  @Test("a diverging run stops with the learning rate, and keeps the last whole epoch")
  func divergence() throws {
    try withData { data, folder in
      let outcome = try Executable.run(
        arguments(data, output: "\(folder)/run", epochs: 50) + ["--learning-rate", "1e38"])
      #expect(outcome.status == 65 && outcome.errors.contains("diverged in epoch"))
      #expect(FileManager.default.fileExists(atPath: "\(folder)/run/checkpoint.h5"))
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/run/result.json"))
      let early = try Executable.run(["evaluate", "\(folder)/run", "--data", data])
      #expect(early.status == 65 && early.errors.contains("unfinished"))
    }
  }

  @Test("names that are too long are listed before any image is opened")
  func audit() throws {
    try withTemporaryFolder { folder in
      let names = ["a", "b"].map { $0 + String(repeating: " zebra", count: 50) }
      let lines = ["path,label,split"] + names.map { "missing.png,\($0),train" }
      try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: "\(folder)/data.csv"))
      let outcome = try Executable.run([
        "train", "--model", try ConvertedModel.modifiedResNet.get(), "--data", "csv:\(folder)/data.csv", "--output",
        "\(folder)/run",
      ])
      #expect(outcome.status == 65)
      #expect(names.allSatisfy { outcome.errors.contains($0) })
    }
  }

  @Test("the words to begin with set the number of vectors, which --context-length may repeat but not change")
  func wordsAndLength() throws {
    try withData { data, folder in
      let model = try ConvertedModel.modifiedResNet.get()
      let ids = try parse(Executable.run(["tokenize", "--model", model, "the cat", "--format", "json"])).array()[0]
      let tokens = try ids.array().count - 2
      func train(_ length: Int, _ name: String) throws -> Executable.Outcome {
        try Executable.run([
          "train", "--model", model, "--data", data, "--shots", "2", "--views", "1", "--epochs", "1", "--init",
          "the cat",
          "--context-length", "\(length)", "--output", "\(folder)/\(name)", "--format", "json",
        ])
      }
      #expect(try parse(train(tokens, "same")).node("settings").integer("context_length") == tokens)
      let other = try train(tokens + 1, "other")
      #expect(other.status == 64 && other.errors.contains("has \(tokens) tokens"), "\(other.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/other"))
    }
  }

  @Test("test features of other classes are rejected with the names of all these classes")
  func otherClasses() throws {
    try withData { data, folder in
      let model = try ConvertedModel.modifiedResNet.get()
      for (name, source, split) in [("train", data, "train"), ("test", "folder:\(folder)/others", "test")] {
        let made = try Executable.run([
          "extract", "--model", model, "--data", source, "--split", split, "--output", "\(folder)/\(name).h5",
        ])
        try #require(made.status == 0, "\(made.errors)")
      }
      let outcome = try Executable.run([
        "train", "--model", model, "--features", "\(folder)/train.h5", "--test-features", "\(folder)/test.h5",
        "--output", "\(folder)/run",
      ])
      #expect(outcome.status == 65, "\(outcome.errors)")
      #expect(outcome.errors.contains("only here: zebra; only there: dog"), "\(outcome.errors)")
    }
  }

  // MARK: -

  private func arguments(
    _ data: String, output: String, epochs: Int = 6, varied: [String] = ["--views", "2"]
  ) throws -> [String] {
    [
      "train", "--model", try ConvertedModel.modifiedResNet.get(), "--data", data, "--shots", "2",
      "--context-length", "5", "--class-position", "middle", "--epochs", "\(epochs)", "--output", output,
    ] + varied
  }

  /// Calls `body` with a data set of four images to learn from and four to test on, and a folder to write into.
  private func withData(_ body: (_ data: String, _ folder: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let source = Fixtures.path("images")
      let pictures = try FileManager.default.contentsOfDirectory(atPath: source).filter { $0.hasSuffix(".png") }
        .sorted()
      try #require(pictures.count >= 8)
      for (index, picture) in pictures.prefix(8).enumerated() {
        let target = "\(folder)/data/\(index < 4 ? "train" : "test")/\(index % 2 == 0 ? "cat" : "dog")"
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "\(source)/\(picture)", toPath: "\(target)/\(picture)")
        let other = "\(folder)/others/\(index % 2 == 0 ? "cat" : "zebra")"
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "\(source)/\(picture)", toPath: "\(other)/\(picture)")
      }
      try body("folder:\(folder)/data", folder)
    }
  }

  private func lineCount(_ path: String) -> Int {
    ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").utf8.count { $0 == UInt8(ascii: "\n") }
  }

  private func parse(_ outcome: Executable.Outcome) throws -> JSONNode {
    try #require(outcome.status == 0, "\(outcome.errors)")
    return JSONNode(source: "output", value: try JSON(parsing: Array(outcome.output.utf8), source: "output"))
  }
}

@Suite("CoOp's checkpoints, verified by the executable", .enabled(if: Shared.available))
struct VerifyTests {
  @Test("every checkpoint of the reference passes, and another's numbers fail")
  func verify() throws {
    try withTemporaryFolder { folder in
      let converted = try Executable.run(
        ["convert", Shared.path("fixtures/hf/vit-s-transformers5-fp16"), "--output", "\(folder)/model"])
      try #require(converted.status == 0, "\(converted.errors)")
      func verify(_ name: String, _ expected: String) throws -> Executable.Outcome {
        let root = Shared.path("fixtures/coop")
        return try Executable.run([
          "verify", "--model", "\(folder)/model", "--context", "\(root)/\(name)/prompt_learner/model.pth.tar-50",
          "--expected", "\(root)/\(expected)/expected.json", "--expected", "\(root)/\(expected)/gradient.json",
          "--format", "json",
        ])
      }
      for name in [
        "csc-m16-end", "csc-m4-front", "uc-init-a-photo-of-a", "uc-m16-end", "uc-m16-end-fp16-cuda", "uc-m4-middle",
      ] {
        let outcome = try verify(name, name)
        try #require(outcome.status == 0, "\(name): \(outcome.errors)")
        let json = JSONNode(source: name, value: try JSON(parsing: Array(outcome.output.utf8), source: name))
        for key in ["text_features", "logits", "gradient"] { #expect(try json.number(key) < 1e-4) }
      }
      let wrong = try verify("uc-m16-end", "uc-m4-middle")
      #expect(wrong.status == 65 && !wrong.errors.isEmpty)
      let root = Shared.path("fixtures/coop/uc-m4-middle")
      let gradientAlone = try Executable.run([
        "verify", "--model", "\(folder)/model", "--context", "\(root)/prompt_learner/model.pth.tar-50", "--expected",
        "\(root)/gradient.json",
      ])
      #expect(gradientAlone.status == 65 && gradientAlone.errors.contains("classnames"))
    }
  }
}
