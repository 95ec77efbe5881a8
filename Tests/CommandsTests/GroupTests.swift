import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("The executable measures accuracy by groups, corruptions and calibration")
struct GroupTests {
  private func document(_ arguments: [String]) throws -> JSONNode {
    let outcome = try Executable.run(arguments + ["--format", "json"])
    try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
    return JSONNode(source: arguments[0], value: try JSON(parsing: Array(outcome.output.utf8), source: arguments[0]))
  }

  /// Draws pictures whose things go with backgrounds.
  private func draw(_ folder: String) throws -> String {
    let outcome = try Executable.run([
      "draw", "--output", "\(folder)/pictures", "--classes", "star", "moon", "--train", "4", "--val", "4", "--test",
      "6",
      "--spurious", "1",
    ])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return "csv:\(folder)/pictures/pictures.csv"
  }

  @Test("drawn pictures have a spurious pair in training, and both backgrounds equally in tests")
  func spuriousPair() throws {
    try withTemporaryFolder { folder in
      _ = try draw(folder)
      let lines = try String(contentsOfFile: "\(folder)/pictures/pictures.csv", encoding: .utf8).split(separator: "\n")
      func count(_ split: String, _ thing: String, _ background: String) -> Int {
        lines.count { $0.contains(",\(thing),\(split),") && $0.hasSuffix(background) }
      }
      #expect(count("train", "moon", "meadow") + count("train", "moon", "beach") == 4)
      #expect(count("train", "moon", "meadow") * count("train", "moon", "beach") == 0)
      #expect(count("test", "moon", "meadow") == 3 && count("test", "star", "beach") == 3)
    }
  }

  @Test("zero-shot, evaluate, probe and transfer have groups, of lists, of stored features and of arrays alike")
  func groups() throws {
    try withTemporaryFolder { folder in
      let data = try draw(folder)
      let model = try ConvertedModel.modifiedResNet.get()
      let grouped = ["--group", "background,label"]
      let listed = try document(["zero-shot", "--model", model, "--data", data] + grouped)
      let groups = try listed.array("groups")
      #expect(
        try groups.map { try $0.string("name") } == ["beach, moon", "beach, star", "meadow, moon", "meadow, star"])
      #expect(try groups.map { try $0.integer("n") } == [3, 3, 3, 3])
      let lowest = try groups.map { try $0.number("accuracy") }.min()
      #expect(try listed.number("worst_group_accuracy") == lowest)
      #expect(
        try groups.contains {
          try $0.string("name") == listed.string("worst_group") && $0.number("accuracy") == lowest
        })
      let store = "\(folder)/test.h5"
      let extracted = try Executable.run([
        "extract", "--model", model, "--data", data, "--split", "test", "--output", store,
      ])
      try #require(extracted.status == 0, "\(extracted.errors)")
      let stored = try document(["zero-shot", "--model", model, "--features", store] + grouped)
      #expect(try stored.node("groups").value.serialized() == listed.node("groups").value.serialized())
      let probe = try document(
        ["probe", "--model", model, "--data", data, "--target", data, "--output", "\(folder)/probe"] + grouped)
      #expect(try probe.array("groups").count == 4 && probe.array("targets")[0].array("groups").count == 4)
      let evaluated = try document(
        ["evaluate", "\(folder)/probe", "--model", model, "--data", data, "--group", "background"])
      #expect(try evaluated.array("groups").map { try $0.integer("n") } == [6, 6])
      let transfer = try document([
        "transfer", "--classifier", "\(folder)/probe", "--model", model, "--source", data, "--target",
        "\(data)?label=star", "--group", "background", "--feature-folder", "\(folder)/features",
      ])
      #expect(try transfer.array("targets")[0].array("results")[0].array("groups").count == 2)
      for (arguments, text) in [
        (["--data", data, "--group", "weather"], "there is no column weather"),
        (["--data", "folder:\(folder)/pictures/photo", "--group", "domain"], "no columns"),
      ] {
        let outcome = try Executable.run(["zero-shot", "--model", model] + arguments)
        #expect(outcome.status != 0 && outcome.errors.contains(text), "\(outcome.errors)")
      }
    }
  }

  @Test("corrupted images lie under their kind and severity, and are the same alone and together, on any threads")
  func corruptions() throws {
    try withTemporaryFolder { folder in
      let data = try draw(folder)
      let all = try document([
        "data", "corrupt", data, "--kinds", "pixelate,fog", "--severities", "1,3", "--split", "test", "--output",
        "\(folder)/all",
      ])
      #expect(try all.integer("files") == 48)
      let alone = try Executable.run([
        "data", "corrupt", "\(data)?label=star", "--kinds", "fog", "--severities", "3", "--threads", "1", "--output",
        "\(folder)/alone",
      ])
      try #require(alone.status == 0, "\(alone.errors)")
      let path = "fog/3/photo/test/star/00002.png"
      #expect(FileManager.default.contents(atPath: "\(folder)/all/\(path)") != nil)
      #expect(
        FileManager.default.contents(atPath: "\(folder)/all/\(path)")
          == FileManager.default.contents(atPath: "\(folder)/alone/\(path)"))
      let model = try ConvertedModel.modifiedResNet.get()
      let measured = try document([
        "zero-shot", "--model", model, "--data", "csv:\(folder)/all/images.csv?corruption=fog", "--group", "severity",
      ])
      #expect(try measured.array("groups").map { try $0.string("name") } == ["1", "3"])
      let unknown = try Executable.run(["data", "corrupt", data, "--kinds", "hail", "--output", "\(folder)/no"])
      #expect(unknown.status == 64 && unknown.errors.contains("isn't a kind of corruption"))
    }
  }

  @Test("TPT and TDA are measured beside the classifier without them, on stored views and in a stated order")
  func adaptation() throws {
    try withTemporaryFolder { folder in
      let data = try draw(folder)
      let model = try ConvertedModel.modifiedResNet.get()
      let features = ["--feature-folder", "\(folder)/features"]
      let tuned = try document(
        ["adapt", "--method", "tpt", "--model", model, "--data", data, "--views", "12"] + features)
      #expect(try tuned.integer("n") == 12 && tuned.integer("views") == 12 && tuned.integer("order_seed") == 1)
      let zeroShot = try document(["zero-shot", "--model", model, "--data", data])
      #expect(try tuned.node("before").number("accuracy") == zeroShot.number("accuracy"))
      // TPT begins anew with each image, so that the order of the images doesn't matter.
      let cached = try document(["adapt", "--method", "tda", "--model", model, "--data", data] + features)
      #expect(try cached.node("before").number("accuracy") == zeroShot.number("accuracy"))
      let again = try document(["adapt", "--method", "tda", "--model", model, "--data", data] + features)
      #expect(cached.value.serialized() == again.value.serialized())
      let both = try Executable.run(
        [
          "adapt", "--method", "tda", "--model", model, "--data", data, "--steps", "2",
        ] + features)
      #expect(both.status == 64 && both.errors.contains("--steps"))
    }
  }

  @Test("adaptation takes plain features and random crops of the same images, and refuses what isn't")
  func storedViews() throws {
    try withTemporaryFolder { folder in
      let data = try draw(folder)
      let model = try ConvertedModel.modifiedResNet.get()
      for (name, options) in [
        ("plain", [String]()), ("crops", ["--views", "5"]), ("others", ["--views", "5", "--shots", "1"]),
      ] {
        let outcome = try Executable.run(
          ["extract", "--model", model, "--data", data, "--split", "train", "--output", "\(folder)/\(name).h5"]
            + options)
        try #require(outcome.status == 0, "\(outcome.errors)")
      }
      for (name, options) in [("plain-test", [String]()), ("crops-test", ["--views", "5"])] {
        let outcome = try Executable.run(
          ["extract", "--model", model, "--data", data, "--split", "test", "--output", "\(folder)/\(name).h5"] + options
        )
        try #require(outcome.status == 0, "\(outcome.errors)")
      }
      func adapt(_ plain: String, _ views: String) -> [String] {
        [
          "adapt", "--method", "tpt", "--model", model, "--features", "\(folder)/\(plain).h5", "--view-features",
          "\(folder)/\(views).h5",
        ]
      }
      #expect(try document(adapt("plain", "crops")).integer("views") == 6)
      // Stored views of test images are those that are encoded from the data.
      let stored = try document(adapt("plain-test", "crops-test"))
      let encoded = try document([
        "adapt", "--method", "tpt", "--model", model, "--data", data, "--views", "6", "--feature-folder",
        "\(folder)/own",
      ])
      #expect(try stored.node("after").number("nll") == encoded.node("after").number("nll"))
      #expect(try stored.integer("order_seed") == 1 && stored.integer("views") == 6)
      let measured = try Executable.run(
        ["zero-shot", "--model", model, "--features", "\(folder)/crops-test.h5", "--format", "json"])
      #expect(measured.status == 65 && measured.errors.contains("5 random crops of each image"), "\(measured.errors)")
      for (plain, views, reason) in [
        ("plain", "plain", "the plain center crop, and adaptation needs random crops"),
        ("crops", "crops", "5 random crops of each image, and the plain view was asked for"),
        ("plain", "others", "its images are not those of"),
      ] {
        let refused = try Executable.run(adapt(plain, views))
        #expect(refused.status == 65 && refused.errors.contains(reason), "\(refused.errors)")
      }
    }
  }

  @Test("a target may be the corruptions of a source, with errors by kind and the mean corruption error")
  func corruptedTargets() throws {
    try withTemporaryFolder { folder in
      let data = try draw(folder)
      let model = try ConvertedModel.modifiedResNet.get()
      _ = try document(["probe", "--model", model, "--data", data, "--output", "\(folder)/probe"])
      let found = try document([
        "transfer", "--classifier", "\(folder)/probe", "--model", model, "--source", data, "--target",
        "corrupt:pixelate:all:\(data)", "corrupt:fog:3:\(data)", "--output", "\(folder)/transfer",
      ])
      #expect(try found.array("targets").count == 6)
      let summaries = try found.array("corruptions")
      let zeroShot = try #require(try summaries.first { try $0.string("kind") == "zero-shot" })
      #expect(try zeroShot.array("corruptions").map { try $0.string("corruption") } == ["fog", "pixelate"])
      #expect(
        try zeroShot.array("corruptions")[1].array("errors").map { try $0.integer("severity") } == [1, 2, 3, 4, 5])
      #expect(FileManager.default.fileExists(atPath: "\(folder)/transfer/corruption-pixelate.svg"))
      // Corrupted while they are read, or before, images have the same features.
      let written = try Executable.run([
        "data", "corrupt", data, "--kinds", "fog", "--severities", "3", "--split", "test", "--output", "\(folder)/fog",
      ])
      try #require(written.status == 0, "\(written.errors)")
      let read = try document(["zero-shot", "--model", model, "--data", "corrupt:fog:3:\(data)"])
      let stored = try document(["zero-shot", "--model", model, "--data", "csv:\(folder)/fog/images.csv"])
      #expect(try read.number("negative_log_likelihood") == stored.number("negative_log_likelihood"))
      let unknown = try Executable.run(["zero-shot", "--model", model, "--data", "corrupt:hail:3:\(data)"])
      #expect(unknown.status == 64 && unknown.errors.contains("isn't a kind of corruption"))
    }
  }

  @Test("each domain is left out in turn, for probes and for learned prompts, over seeds")
  func leftOutDomains() throws {
    try withTemporaryFolder { folder in
      let drawn = try Executable.run([
        "draw", "--output", "\(folder)/pictures", "--classes", "star", "moon", "--styles", "photo", "sketch",
        "negative",
        "--train", "5", "--test", "5",
      ])
      try #require(drawn.status == 0, "\(drawn.errors)")
      let model = try ConvertedModel.modifiedResNet.get()
      let arguments = [
        "transfer", "--leave-one-out", "csv:\(folder)/pictures/pictures.csv", "--domain", "domain", "--model", model,
        "--method", "nearest-mean", "coop", "--seeds", "1", "2", "--epochs", "2", "--output", "\(folder)/left",
      ]
      let found = try document(arguments)
      #expect(try found.array("domains").map { try $0.string("name") } == ["negative", "photo", "sketch"])
      #expect(try found.array("domains").map { try $0.integer("n") } == [20, 20, 20])
      #expect(try found.array("learners").map { try $0.string("name") } == ["zero-shot CLIP", "nearest-mean", "coop"])
      let learner = try found.array("learners")[1]
      let means = try learner.array("accuracies").map { try $0.node("accuracy").number("mean") }
      #expect(try abs(learner.node("average").number("mean") - means.reduce(0, +) / 3) < 1e-12)
      #expect(try learner.node("average").integer("n") == 2)
      #expect(FileManager.default.fileExists(atPath: "\(folder)/left/runs/coop-sketch-2/result.json"))
      let again = try document(Array(arguments.dropLast(2)) + ["--feature-folder", "\(folder)/left"])
      #expect(again.value.serialized() == found.value.serialized())
      let commas = arguments.map { $0 == "nearest-mean" ? "nearest-mean,coop" : $0 }.filter { $0 != "coop" }
      let listed = try document(
        Array(commas.dropLast(2)).map { $0 == "--method" ? "--methods" : $0 } + ["--feature-folder", "\(folder)/left"])
      #expect(listed.value.serialized() == found.value.serialized())
      let short = try Executable.run(
        Array(arguments.dropLast(2)).map { $0 == "coop" ? "tcp" : $0 } + ["--feature-folder", "\(folder)/short"])
      #expect(short.status == 65 && short.errors.contains("before block 8"), "\(short.errors)")
      let unknown = try Executable.run([
        "base-to-new", "--model", model, "--data", "csv:x.csv", "--method", "coop,fast", "--output", "\(folder)/x",
      ])
      #expect(unknown.status == 64 && unknown.errors.contains("\"fast\" isn't a method; expected coop, "))
      let twice = try Executable.run(arguments.map { $0 == "coop" ? "nearest-mean" : $0 })
      #expect(twice.status == 64 && twice.errors.contains("nearest-mean is given twice"))
      let wrong = try Executable.run(["transfer", "--leave-one-out", "csv:x.csv", "--model", model, "--output", "x"])
      #expect(wrong.status == 64 && wrong.errors.contains("--domain"))
    }
  }

  @Test("methods with prompts in deep layers and in the image tower leave domains out, and keep the epoch that is best")
  func leftOutDomainsOfDeepMethods() throws {
    try withTemporaryFolder { folder in
      let drawn = try Executable.run([
        "draw", "--output", "\(folder)/pictures", "--classes", "star", "moon", "--styles", "photo", "sketch", "--train",
        "5", "--test", "5",
      ])
      try #require(drawn.status == 0, "\(drawn.errors)")
      let model = try ConvertedModel.visionTransformer.get()
      let data = "csv:\(folder)/pictures/pictures.csv"
      let found = try document([
        "transfer", "--leave-one-out", data, "--domain", "domain", "--model", model, "--methods",
        "vpt,maple,language-deep", "--seeds", "1", "--epochs", "3", "--output", "\(folder)/left",
      ])
      #expect(
        try found.array("learners").map { try $0.string("name") } == [
          "zero-shot CLIP", "vpt", "maple", "language-deep",
        ])
      for method in ["vpt", "maple", "language-deep"] {
        let run = "\(folder)/left/runs/\(method)-sketch-1"
        let result = try JSONNode(contentsOf: "\(run)/result.json")
        #expect(try (1...3).contains(result.integer("best_epoch")))
        // The run measured the same images with the prompts of that epoch.
        let learner = try #require(try found.array("learners").first { try $0.string("name") == method })
        let sketch = try #require(
          try learner.array("accuracies").first { try $0.string("domain") == "sketch" })
        #expect(try sketch.node("accuracy").number("mean") == result.number("accuracy"))
      }
      let sparse = try Executable.run([
        "draw", "--output", "\(folder)/sparse", "--classes", "star", "moon", "--styles", "photo", "sketch", "--train",
        "1", "--test", "1",
      ])
      try #require(sparse.status == 0, "\(sparse.errors)")
      let few = try Executable.run([
        "transfer", "--leave-one-out", "csv:\(folder)/sparse/pictures.csv", "--domain", "domain", "--model", model,
        "--output", "\(folder)/few", "--methods", "nearest-mean",
      ])
      #expect(few.status == 65 && few.errors.contains("none has three images"), "\(few.errors)")
    }
  }

  @Test("a temperature is fitted on validation images, and predict uses it and says so")
  func calibration() throws {
    try withTemporaryFolder { folder in
      let data = try draw(folder)
      let model = try ConvertedModel.modifiedResNet.get()
      let found = try document([
        "calibrate", "--model", model, "--validation", data, "--test", data, "--output", "\(folder)/calibrated",
      ])
      let temperature = try found.number("temperature")
      let sets = try found.array("sets")
      #expect(try sets.count == 2 && sets[0].bool("is_validation") && !sets[1].bool("is_validation"))
      #expect(try sets[0].node("after").number("nll") <= sets[0].node("before").number("nll") + 1e-9)
      #expect(try sets[1].node("after").number("accuracy") == sets[1].node("before").number("accuracy"))
      #expect(FileManager.default.fileExists(atPath: "\(folder)/calibrated/reliability-2.svg"))
      let picture = "\(folder)/pictures/photo/test/star/00000.png"
      let predicted = try Executable.run([
        "predict", "\(folder)/calibrated", "--model", model, picture, "--format", "json",
      ])
      try #require(predicted.status == 0, "\(predicted.errors)")
      #expect(predicted.errors.contains("at the temperature"))
      let image = try JSONNode(
        source: "predict", value: JSON(parsing: Array(predicted.output.utf8), source: "predict")
      ).array()[0]
      #expect(try abs(image.number("temperature") - temperature) < 1e-9)
    }
  }
}
