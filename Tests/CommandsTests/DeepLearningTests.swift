import Foundation
import PromptLensCheckpoints
import PromptLensJSONDocuments
import PromptLensPrompts
import PromptLensTokenization
import TestSupport
import Testing

@Suite("The executable learns prompts in deeper layers and in the image tower")
struct DeepLearningTests {
  private static let methods = ["maple", "ivlp", "promptsrc", "vpt", "vpt-shallow", "language-deep"]

  @Test(
    "a run's prompts have their tensors, evaluate finds the run's accuracy, and the bits don't depend on threads or memory",
    arguments: methods)
  func wholeWay(method: String) throws {
    try SmallStudy.with { folder in
      let model = try ConvertedModel.visionTransformer.get()
      let command = [
        "train", "--model", model, "--data", "folder:\(folder)/photo", "--shots", "2", "--method", method, "--epochs",
        "3", "--views", "3", "--batch-size", "3", "--feature-folder", "\(folder)/features", "--format", "json",
      ]
      let trained = try parse(Executable.run(command + ["--output", "\(folder)/run", "--threads", "1"]))
      let settings = try trained.node("settings")
      #expect(try settings.string("method") == method && settings.string("recipe") == "paper")
      // The patches that the first run kept are read by the others, but the last.
      let patches = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/features").filter {
        $0.hasSuffix(".patches")
      }
      #expect(patches.count == (method == "language-deep" ? 0 : 1))
      let differently = [
        ["--threads", "3"], ["--threads", "2", "--memory-limit", "1MiB"], ["--patch-space", "100kB"],
        ["--patch-space", "0"],
      ]
      for (index, more) in differently.enumerated() {
        let again = try parse(Executable.run(command + ["--output", "\(folder)/again\(index)"] + more))
        #expect(try again.string("context_sha256") == trained.string("context_sha256"))
      }
      // Three epochs over eight images, of which batches of three leave two out.
      #expect(try trained.integer("steps") == 6)
      let file = try DeepPromptFile(path: "\(folder)/run/context.h5")
      #expect(file.method == method && file.classNames == ["cat", "dog", "red house", "zebra"])
      let names = file.parameters.names
      #expect(names.contains(PromptNames.context) == !method.hasPrefix("vpt"))
      #expect(names.contains(PromptNames.image) == ["ivlp", "promptsrc", "vpt", "vpt-shallow"].contains(method))
      #expect(file.template.text == (["maple", "ivlp"].contains(method) ? "a photo {}." : "a photo of a {}."))

      let evaluated = try parse(
        Executable.run(["evaluate", "\(folder)/run", "--data", "folder:\(folder)/photo", "--format", "json"]))
      #expect(try evaluated.number("accuracy") == trained.number("accuracy"))
      #expect(
        try abs(evaluated.number("negative_log_likelihood") - trained.number("negative_log_likelihood")) < 1e-5)
      let predicted = try parse(
        Executable.run([
          "predict", "\(folder)/run/context.h5", "--model", model, Fixtures.path("images/lossless.webp"), "--format",
          "json",
        ]))
      #expect(try predicted.array()[0].array("classes").count == 4)
      #expect(try Executable.run(["inspect", "\(folder)/run"]).status == 0)
      let inspected = try Executable.run(["inspect", "\(folder)/run/context.h5"]).output
      #expect(inspected.contains("prompts in deeper layers") && inspected.contains(method))

      let weights = try Executable.run(["classifier", "\(folder)/run", "--output", "\(folder)/w.h5"])
      if method == "language-deep" {
        let frozen = try parse(
          Executable.run([
            "evaluate", "\(folder)/w.h5", "--model", model, "--data", "folder:\(folder)/photo", "--format", "json",
          ]))
        #expect(try frozen.number("accuracy") == trained.number("accuracy"))
      } else {
        #expect(weights.status == 65 && weights.errors.contains("stand in the image tower, too"))
      }
      let report = try Executable.run(["report", "\(folder)/run", "--output", "\(folder)/report.html"])
      #expect(report.status == 0, "\(report.errors)")
    }
  }

  @Test("in bf16 the bits don't depend on threads, and the loss is near single precision's", arguments: methods)
  func halfPrecision(method: String) throws {
    try SmallStudy.with { folder in
      func train(_ name: String, _ more: [String]) throws -> Executable.Outcome {
        try Executable.run(
          [
            "train", "--model", try ConvertedModel.visionTransformer.get(), "--data", "folder:\(folder)/photo",
            "--shots", "2", "--method", method, "--epochs", "2", "--views", "2", "--feature-folder",
            "\(folder)/features", "--output", "\(folder)/\(name)", "--format", "json",
          ] + more)
      }
      let one = try train("one", ["--precision", "bf16", "--threads", "1"])
      guard one.status == 0 else {
        // A processor without the instructions.
        #expect(one.errors.contains("bf16"), "\(one.errors)")
        return
      }
      let three = try parse(train("three", ["--precision", "bf16", "--threads", "3"]))
      #expect(try parse(one).string("context_sha256") == three.string("context_sha256"))
      _ = try parse(train("single", []))
      func losses(_ name: String) throws -> [Double] {
        try String(contentsOfFile: "\(folder)/\(name)/log.jsonl", encoding: .utf8).split(separator: "\n").map {
          try JSONNode(source: name, value: JSON(parsing: Array($0.utf8), source: name)).number("loss")
        }
      }
      for (half, whole) in zip(try losses("one"), try losses("single")) {
        #expect(half != whole && abs(half - whole) < 2e-2 * abs(whole), "\(half) and \(whole)")
      }
    }
  }

  @Test(
    "a killed run resumes after the last whole epoch and ends with the same bits",
    arguments: ["promptsrc", "maple", "vpt"])
  func resuming(method: String) throws {
    try SmallStudy.with { folder in
      let command = [
        "train", "--model", try ConvertedModel.visionTransformer.get(), "--data", "folder:\(folder)/photo", "--shots",
        "2", "--method", method, "--epochs", "60", "--views", "2", "--feature-folder", "\(folder)/features",
        "--format", "json",
      ]
      let whole = try parse(Executable.run(command + ["--output", "\(folder)/whole"]))
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Executable.path)
      process.arguments = command + ["--output", "\(folder)/killed"]
      process.standardError = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      func lines() -> Int {
        ((try? String(contentsOfFile: "\(folder)/killed/log.jsonl", encoding: .utf8)) ?? "").split(separator: "\n")
          .count
      }
      let deadline = Date().addingTimeInterval(60)
      while process.isRunning, Date() < deadline, lines() < 3 { usleep(1000) }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let resumed = try parse(Executable.run(command + ["--output", "\(folder)/killed"]))
      #expect(try resumed.string("context_sha256") == whole.string("context_sha256") && lines() == 60)
      let predictions = try ["whole", "killed"].map {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)/predictions.json"))
      }
      #expect(predictions[0] == predictions[1])
    }
  }

  @Test(
    "decode reads every layer of the text tower with controls and the patches near the image tower's prompts",
    arguments: ["maple", "language-deep", "vpt"])
  func decoding(method: String) throws {
    try SmallStudy.with { folder in
      let (model, data) = (try ConvertedModel.visionTransformer.get(), "folder:\(folder)/photo")
      _ = try parse(
        Executable.run([
          "train", "--model", model, "--data", data, "--shots", "2", "--method", method, "--epochs", "2", "--views",
          "1", "--output", "\(folder)/run", "--format", "json",
        ]))
      let decode = ["decode", "\(folder)/run", "--model", model, "--format", "json", "--top", "3"]
      let patches = ["--patches", data]
      guard method != "vpt" else {
        let words = try Executable.run(decode)
        #expect(words.status == 65 && words.errors.contains("--patches"), "\(words.errors)")
        let found = try parse(Executable.run(decode + patches))
        #expect(try found.array("vectors").isEmpty && !found.array("image_vectors").isEmpty)
        return
      }
      let found = try parse(Executable.run(decode + ["--controls"] + (method == "maple" ? patches : [])))
      let layers = try found.array("layers")
      let depths = try layers.map { try $0.integer("layer") }
      #expect(depths == Array(0..<depths.count) && depths.count > 1)
      for (index, layer) in layers.enumerated() {
        let kind = try layer.node("controls").string("verdict_kind")
        #expect(["entries", "closer", "position", "chance"].contains(kind))
        #expect(try layer.node("controls").array("vectors")[0].optionalNumber("z_words") != nil)
        #expect(layer["lens"] == nil ? index == 0 : index > 0)
      }
      let length = method == "maple" ? 2 : 4
      let vectors = try found.array("vectors")
      #expect(vectors.count == length * depths.count)
      #expect(try vectors.allSatisfy { try $0.array("words").count == 3 })
      #expect(try vectors.map { try $0.integer("layer") } == depths.flatMap { [Int](repeating: $0, count: length) })
      #expect(try ["closer", "position", "chance"].contains(found.node("controls").string("verdict_kind")))
      // A run knows what its prompts began as.
      #expect(try layers[depths.count - 1].node("controls").array("vectors")[0].node("initial").number("moved") >= 0)
      guard method == "maple" else {
        let refused = try Executable.run(decode + patches)
        #expect(refused.status == 65 && refused.errors.contains("text tower alone"))
        return
      }
      // The image tower of the small model has one block, so MaPLe's later prompts stand in the text tower alone.
      let tokens = try found.array("image_vectors")
      #expect(tokens.count == length)
      let patch = try tokens[0].array("patches")[0]
      #expect(try patch.string("path").hasSuffix(".png") && patch.integer("row") >= 1 && patch.integer("column") >= 1)
      #expect(try (-1.0001...1.0001).contains(patch.number("similarity")))
      for refused in [["--snap", "--features", "x.h5"], ["\(folder)/run"]] {
        let outcome = try Executable.run(decode + refused)
        #expect(outcome.status == 65, "\(outcome.errors)")
      }
    }
  }

  @Test("interpret measures every layer and tower, and finds the run's accuracy with all of them")
  func interpretation() throws {
    try SmallStudy.with { folder in
      let (model, data) = (try ConvertedModel.visionTransformer.get(), "folder:\(folder)/photo")
      let trained = try parse(
        Executable.run([
          "train", "--model", model, "--data", data, "--shots", "2", "--method", "maple", "--epochs", "3", "--views",
          "1", "--output", "\(folder)/run", "--format", "json",
        ]))
      let interpret = ["interpret", "\(folder)/run", "--data", data, "--format", "json"]
      let found = try parse(Executable.run(interpret + ["--output", "\(folder)/report"]))
      #expect(try found.number("accuracy") == trained.number("accuracy"))
      let effects = try found.node("layers")
      #expect(try effects.array("towers").map { try $0.string("tower") } == ["text", "image", "both"])
      // Without the prompts of both towers there are only words.
      let both = try effects.array("towers")[2]
      #expect(
        try both.node("without").node("margin").number("value") == effects.node("added").node("margin").number("value"))
      #expect(
        try both.node("alone").node("margin").number("value") == effects.node("added").node("margin").number("value"))
      let layers = try effects.array("layers")
      // The image tower of the small model has one block, before which both towers have prompts.
      #expect(try layers.count == found.node("decoded").array("layers").count + 2)
      #expect(try found.node("decoded").array("image_vectors").count > 0)
      #expect(try !found.array("findings").isEmpty)
      let report = try Executable.run(["report", "\(folder)/report", "--output", "\(folder)/report.html"])
      #expect(report.status == 0, "\(report.errors)")
      let page = try String(contentsOfFile: "\(folder)/report.html", encoding: .utf8)
      #expect(page.contains("Effects of layers") && page.contains("data:image/jpeg"))
      // The file alone doesn't say what the prompts began as.
      try FileManager.default.copyItem(atPath: "\(folder)/run/context.h5", toPath: "\(folder)/alone.h5")
      let alone = try parse(
        Executable.run([
          "interpret", "\(folder)/alone.h5", "--model", model, "--data", data, "--output",
          "\(folder)/alone", "--format", "json",
        ]))
      #expect(try alone.node("layers").array("layers")[0]["initial"] == nil)
      #expect(try alone.array("not_measured").contains { try $0.string().contains("only a run folder") })
      let refused = try Executable.run(interpret + ["--output", "\(folder)/x", "--against", "\(folder)/run"])
      #expect(refused.status == 65 && refused.errors.contains("--against is for contexts"), "\(refused.errors)")
    }
  }

  @Test("base-to-new, sweep and transfer take image prompts beside contexts")
  func studies() throws {
    try SmallStudy.with { folder in
      let model = try ConvertedModel.visionTransformer.get()
      let json = try parse(
        Executable.run([
          "base-to-new", "--model", model, "--data", "folder:\(folder)/photo", "--method", "coop", "maple",
          "language-deep", "--seeds", "1,2", "--shots", "2", "--views", "1", "--epochs", "2", "--cross",
          "folder:\(folder)/sea", "--output", "\(folder)/out", "--format", "json",
        ]))
      let methods = try json.array("base_to_new")[0].array("methods")
      #expect(try methods.map { try $0.string("name") } == ["coop", "maple", "language-deep"])
      #expect(try methods[1].node("harmonic_mean").integer("n") == 2)
      let features = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/out/features")
      #expect(features.count { $0.hasPrefix("train-") && $0.hasSuffix(".h5") } == 1, "the measures encode nothing anew")
      let run = "\(folder)/run"
      _ = try parse(
        Executable.run([
          "train", "--model", model, "--data", "folder:\(folder)/photo", "--shots", "2", "--method", "vpt", "--epochs",
          "2", "--output", run, "--format", "json",
        ]))
      let transfer = [
        "transfer", "--run", run, "--source", "folder:\(folder)/photo", "--target", "folder:\(folder)/sketch",
        "--output", "\(folder)/transfer", "--format", "json",
      ]
      let moved = try parse(Executable.run(transfer))
      let evaluated = try parse(
        Executable.run(["evaluate", run, "--data", "folder:\(folder)/sketch", "--format", "json"]))
      let learned = try #require(
        try moved.array("targets")[0].array("results").first { try $0.string("kind") == "learned" })
      #expect(try learned.array("target_accuracies")[0].number() == evaluated.number("accuracy"))
      // Every command that measures a prompt encodes the images with it.
      let sketch = "folder:\(folder)/sketch"
      let compared = try parse(
        Executable.run(["compare", run, "--data", sketch, "--zero-shot", "--format", "json"]))
      #expect(try compared.array("classifiers")[0].number("accuracy") == evaluated.number("accuracy"))
      let calibrated = try parse(
        Executable.run([
          "calibrate", "--classifier", run, "--validation", "folder:\(folder)/photo", "--validation-split", "test",
          "--test", sketch, "--format", "json",
        ]))
      #expect(try calibrated.array("sets")[1].node("before").number("accuracy") == evaluated.number("accuracy"))
      let unknown = try Executable.run([
        "ood", "--classifier", run, "--in", "folder:\(folder)/photo", "--out", "folder:\(folder)/sea", "--draws", "10",
        "--output", "\(folder)/ood", "--format", "json",
      ])
      #expect(unknown.status == 0 && unknown.errors.contains("there is no classifier file"), "\(unknown.errors)")
      let tuned = try Executable.run([
        "adapt", "--method", "tpt", "--model", model, "--prompt", run, "--data", sketch, "--views", "3",
        "--feature-folder",
        "\(folder)/views",
      ])
      #expect(tuned.status == 65 && tuned.errors.contains("first block alone"), "\(tuned.errors)")
      let curves = try Executable.run(transfer + ["--interpolate"])
      #expect(curves.status == 65 && curves.errors.contains("takes only contexts"))
    }
  }

  @Test("towers and settings that exclude a method are named")
  func refusals() throws {
    try SmallStudy.with { folder in
      let data = ["--data", "folder:\(folder)/photo", "--output", "\(folder)/x"]
      func train(_ model: String, _ more: [String]) throws -> Executable.Outcome {
        try Executable.run(["train", "--model", model] + data + more)
      }
      let residual = try train(ConvertedModel.modifiedResNet.get(), ["--method", "maple"])
      #expect(residual.status == 65 && residual.errors.contains("ResNet"), "\(residual.errors)")
      let short = try train(ConvertedModel.visionTransformer.get(), ["--method", "tcp"])
      #expect(short.status == 65 && short.errors.contains("before block 8"))
      for (more, message) in [
        (["--method", "coop", "--prompt-depth", "2"], "--prompt-depth goes with"),
        (["--method", "maple", "--class-specific"], "omit --class-specific"),
        (["--method", "vpt", "--context-length", "2"], "no vectors in the text"),
        (["--method", "maple", "--strategy", "agreement:1"], "doesn't go with maple"),
        (["--method", "language-deep", "--prompt-length", "2"], "takes --context-length"),
      ] {
        let refused = try train("/nowhere", more)
        #expect(refused.status == 64 && refused.errors.contains(message), "\(refused.errors)")
      }
    }
  }

  @Test("a dry run shows every constant and its origin, by protocol, and writes nothing")
  func dryRun() throws {
    try SmallStudy.with { folder in
      func constants(_ more: [String]) throws -> [String: (value: JSON, from: String)] {
        let plan = try parse(
          Executable.run(
            [
              "train", "--model", try ConvertedModel.visionTransformer.get(), "--data", "folder:\(folder)/photo",
              "--dry-run", "--output", "\(folder)/none", "--format", "json",
            ] + more))
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/none"))
        return Dictionary(
          uniqueKeysWithValues: try plan.array("constants").map {
            (try $0.string("name"), ($0["value"]?.value ?? .null, try $0.string("from")))
          })
      }
      let few = try constants(["--method", "promptsrc"])
      #expect(few["epochs"]?.value == 50 && few["average_mean"]?.value == .number(30) && few["templates"]?.value == 60)
      #expect(few["patch_space"]?.from == "default" && few["patch_bytes_of_a_view"]?.from == "model")
      #expect(try constants(["--method", "maple", "--patch-space", "0"])["patch_space"]?.value == 0)
      let base = try constants(["--method", "promptsrc", "--protocol", "base-to-new", "--batch-size", "2"])
      #expect(base["epochs"]?.value == 20 && base["average_mean"]?.value == .number(15))
      #expect(base["batch_size"]?.from == "given" && base["epochs"]?.from == "paper")
      let kind = try constants(["--method", "kgcoop"])
      #expect(kind["batch_size"]?.value == 128 && kind["initialization"]?.value == "a photo of a")
      let plain = try constants(["--method", "kgcoop", "--recipe", "coop"])
      #expect(plain["batch_size"]?.value == 32 && plain["initialization"]?.value == "random")
      for more in [[], ["--class-specific"]] {
        let fast = ["--method", "coop", "--recipe", "fast", "--shots", "2", "--epochs", "3"] + more
        let planned = try constants(fast)
        _ = try parse(
          Executable.run(
            [
              "train", "--model", try ConvertedModel.visionTransformer.get(), "--data", "folder:\(folder)/photo",
              "--views", "1", "--output", "\(folder)/fast\(more.count)", "--format", "json",
            ] + fast))
        let run = try JSONNode(contentsOf: "\(folder)/fast\(more.count)/run.json").node("settings")
        for name in ["batch_size", "learning_rate", "epochs"] {
          #expect(planned[name]?.value == run[name]?.value && run[name] != nil, "\(name) \(more)")
        }
      }
    }
  }

  private func parse(_ outcome: Executable.Outcome) throws -> JSONNode {
    try #require(outcome.status == 0, "\(outcome.errors)")
    return JSONNode(source: "output", value: try JSON(parsing: Array(outcome.output.utf8), source: "output"))
  }
}

@Suite("TCP on a deep model, by the executable", .enabled(if: Shared.available))
struct TCPTests {
  @Test("tcp learns, and its run and the official checkpoint classify classes of any names")
  func learning() throws {
    try SmallStudy.with { folder in
      let fixtures = Shared.path("fixtures/deep-prompts")
      let checkpoint = try CheckpointDetector.open("\(fixtures)/clips/deep12.pt")
      let vocabulary = try Vocabulary.embeddedCLIP(size: checkpoint.configuration.text.vocabularySize)
      try ModelFolder.write(
        checkpoint, dtype: nil, to: "\(folder)/model", tokenizer: { Array(vocabulary.tokenizerJSON().utf8) },
        toolVersion: "test")
      let run = try Executable.run([
        "train", "--model", "\(folder)/model", "--data", "folder:\(folder)/photo", "--shots", "2", "--method", "tcp",
        "--epochs", "3", "--output", "\(folder)/run",
      ])
      #expect(run.status == 0, "\(run.errors)")
      for path in ["\(folder)/run", "\(fixtures)/tcp/checkpoint"] {
        let evaluated = try Executable.run([
          "evaluate", path, "--model", "\(folder)/model", "--data", "folder:\(folder)/sketch", "--format", "json",
        ])
        #expect(evaluated.status == 0, "\(evaluated.errors)")
      }
    }
  }
}
