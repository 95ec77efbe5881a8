import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("Transfer of fitted classifiers, and of ImageNet's classes to those of its subsets")
struct TransferBaselineTests {
  @Test("probes of two seeds are pooled beside a prompt and zero-shot, and probe and evaluate find the same accuracies")
  func classifiers() throws {
    try SmallStudy.with { folder in
      let run = try SmallStudy.train(folder, output: "run")
      var targets: [String: [Double]] = [:]
      var probes: [String] = []
      for method in ["linear", "tip-adapter"] {
        for seed in 1...2 {
          let output = "\(folder)/\(method)-\(seed)"
          let found = try probe(folder, method, seed: seed, output: output)
          targets[method, default: []].append(try found.array("targets")[0].number("accuracy"))
          probes.append(output)
        }
      }
      func transfer(_ more: [String]) throws -> Executable.Outcome {
        try Executable.run(
          [
            "transfer", "--source", "folder:\(folder)/photo", "--target", "folder:\(folder)/sketch", "--feature-folder",
            "\(folder)/features", "--format", "json",
          ] + more)
      }
      let found = try parse(transfer(["--run", run, "--classifier"] + probes + ["--output", "\(folder)/out"]))
      let target = try found.array("targets")[0]
      let rows = try target.array("results")
      #expect(
        try rows.prefix(4).map { try $0.string("kind") } == ["learned", "classifier", "classifier", "zero-shot"])
      for row in rows[1...2] {
        let name = try row.string("name")
        #expect(try row.array("target_accuracies").map { try $0.number() } == targets[name])
        #expect(try row.array("seeds").map { try $0.integer() } == [1, 2])
        for measure in [
          "source_accuracy", "target_accuracy", "absolute_drop", "target_gain", "source_ece", "target_ece",
        ] {
          #expect(try row.node(measure).integer("n") == 2, "\(measure)")
        }
        #expect(try row.node("against_zero_shot").array("mcnemar").count == 2)
      }
      // Nothing that training images had a part in is a point of the baselines' line.
      if let fit = try? target.node("baseline_fit"), fit.value != .null {
        let names = try fit.array("baselines").map { try $0.string() }
        #expect(!names.contains("linear") && names.contains("zero-shot CLIP"))
      }
      // Prompt, linear probe and Tip-Adapter make three pairs.
      #expect(try target.array("comparisons").count == 3)
      #expect(
        try String(contentsOfFile: "\(folder)/out/transfer.md", encoding: .utf8).contains("Differences on sketch"))
      #expect(
        try String(contentsOfFile: "\(folder)/out/transfer.csv", encoding: .utf8).contains("tip-adapter,classifier"))

      let alone = try parse(transfer(["--model", ConvertedModel.modifiedResNet.get(), "--classifier", probes[0]]))
      #expect(
        try alone.array("targets")[0].array("results")[0].array("target_accuracies")[0].number()
          == targets["linear"]?[0])

      for (arguments, mention) in [
        (["--classifier", probes[0]], "--model"), (["--run", run, "--classifier", probes[0], probes[0]], "twice"),
        (["--model", "m", "--classifier", probes[0], "--interpolate"], "--interpolate goes with --run"),
        ([], "--run or"),
      ] {
        let outcome = try transfer(arguments)
        #expect(outcome.status == 64 && outcome.errors.contains(mention), "\(outcome.errors)")
      }
      let foreign = try transfer(["--model", ConvertedModel.visionTransformer.get(), "--classifier", probes[0]])
      #expect(foreign.status == 65 && foreign.errors.contains("its model is"), "\(foreign.errors)")
      #expect(foreign.errorLines.count == 1)
    }
  }

  @Test("every command finds a classifier's classes in other data by name and by the lines of a map")
  func maps() throws {
    try SmallStudy.with { folder in
      let output = "\(folder)/probe"
      try Data("whale\tzebra\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/map.tsv"))
      let sea = "folder:\(folder)/sea"
      let plain = try probe(folder, "nearest-mean", output: output, target: sea).array("targets")[0]
      #expect(
        try plain.integer("class_count") == 1 && plain.array("classes_left_out").map { try $0.string() } == ["whale"])
      let map = ["--map", "\(folder)/map.tsv"]
      let mapped = try probe(folder, "nearest-mean", output: "\(output)-mapped", target: sea, map).array("targets")[0]
      #expect(try mapped.integer("class_count") == 2 && mapped.integer("n") == 2)
      let model = ["--model", try ConvertedModel.modifiedResNet.get()]
      let evaluated = try parse(
        Executable.run(["evaluate", output, "--data", sea, "--format", "json"] + model + map))
      #expect(try evaluated.integer("class_count") == 2 && evaluated.number("accuracy") == mapped.number("accuracy"))
      #expect(
        try evaluated.number("negative_log_likelihood") == mapped.number("negative_log_likelihood"))
      try Data("walrus\tzebra\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/map.tsv"))
      let unknown = try Executable.run(["evaluate", output, "--data", sea] + model + map)
      #expect(unknown.status == 65 && unknown.errors.contains("\"walrus\" isn't a class"), "\(unknown.errors)")
      let none = try Executable.run(["evaluate", output, "--data", "folder:\(folder)/other"] + model)
      #expect(none.status == 65 && none.errors.contains("shares no class"), "\(none.errors)")
    }
  }

  @Test(
    "ImageNet's prompt and probe choose among the classes of ImageNet-A or -R, and every number states how many")
  func subsets() throws {
    try SmallStudy.with { folder in
      let names = [
        "n01440764": "tench", "n02123045": "tabby cat", "n02391049": "zebra", "n04146614": "school bus",
      ]
      try place(names, of: ["images/train", "images/val"], in: "\(folder)/imagenet", from: folder)
      let adversarial = names.filter { ["n01440764", "n04146614"].contains($0.key) }
      try place(adversarial, of: ["imagenet-a"], in: "\(folder)/imagenet-adversarial", from: folder)
      // Other names for the same ids, and a class that the source has not.
      let renditions = ["n01440764": "fish", "n02123045": "cat", "n02391049": "zebra", "n07753592": "banana"]
      try place(renditions, of: ["imagenet-r"], in: "\(folder)/imagenet-rendition", from: folder)
      let model = try ConvertedModel.modifiedResNet.get()
      let trained = try Executable.run([
        "train", "--model", model, "--data", "imagenet:\(folder)", "--shots", "1", "--views", "1", "--epochs", "2",
        "--context-length", "2", "--output", "\(folder)/run",
      ])
      try #require(trained.status == 0, "\(trained.errors)")
      let targets = ["imagenet-a:\(folder)", "imagenet-r:\(folder)"]
      let fitted = try parse(
        Executable.run(
          [
            "probe", "--model", model, "--data", "imagenet:\(folder)", "--shots", "1", "--method", "tip-adapter",
            "--output", "\(folder)/tip", "--format", "json", "--target",
          ] + targets))
      #expect(try fitted.array("targets").map { try $0.integer("class_count") } == [2, 3])

      let outcome = try Executable.run(
        [
          "transfer", "--run", "\(folder)/run", "--classifier", "\(folder)/tip", "--source", "imagenet:\(folder)",
          "--output", "\(folder)/out", "--format", "json", "--target",
        ] + targets)
      let found = try parse(outcome)
      #expect(try found.node("source").integer("class_count") == 4 && found.node("source").integer("n") == 4)
      let pairs = try found.array("targets")
      #expect(try pairs.map { try $0.integer("class_count") } == [2, 3])
      // The source is restricted too, so that like is compared with like.
      #expect(try pairs.map { try $0.integer("source_n") } == [2, 3])
      #expect(try pairs.map { try $0.integer("target_n") } == [2, 3])
      #expect(try pairs[1].node("left_out").integer("target_classes") == 1)
      #expect(try pairs[1].array("classes").map { try $0.string() } == ["tench", "tabby cat", "zebra"])
      for (pair, target) in zip(pairs, try fitted.array("targets")) {
        let rows = try pair.array("results")
        #expect(try rows[1].array("target_accuracies")[0].number() == target.number("accuracy"))
      }
      // Among two classes the prompt of four is the prompt of two.
      let evaluated = try parse(
        Executable.run(["evaluate", "\(folder)/run", "--data", targets[0], "--format", "json"]))
      let learned = try pairs[0].array("results")[0]
      #expect(try evaluated.integer("class_count") == 2)
      #expect(try learned.array("target_accuracies")[0].number() == evaluated.number("accuracy"))
      // A stored classifier knows its classes' ids.
      let renamed = try parse(
        Executable.run(["evaluate", "\(folder)/tip", "--model", model, "--data", targets[1], "--format", "json"]))
      #expect(try renamed.integer("class_count") == 3)

      let tables = try String(contentsOfFile: "\(folder)/out/transfer.md", encoding: .utf8)
      for mention in [
        "(4 classes)", "(2 classes)", "(3 classes)", "2 classes on both", "3 classes on both, 3 and 3 images",
      ] {
        #expect(tables.contains(mention), "\(mention)\n\(tables)")
      }
      let csv = try String(contentsOfFile: "\(folder)/out/transfer.csv", encoding: .utf8)
      #expect(csv.hasPrefix("name,kind,seeds,source,target,class_count,source_n,target_n,"))
    }
  }

  // MARK: -

  /// Copies a picture of each class into each of some folders, and writes `classnames.txt` beside them.
  private func place(_ names: [String: String], of parts: [String], in home: String, from folder: String) throws {
    let pictures = try FileManager.default.contentsOfDirectory(atPath: Fixtures.path("images"))
      .filter { $0.hasSuffix(".png") }.sorted()
    for part in parts {
      for (index, id) in names.keys.sorted().enumerated() {
        let destination = "\(home)/\(part)/\(id)"
        try FileManager.default.createDirectory(atPath: destination, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
          atPath: Fixtures.path("images/\(pictures[(index + part.count) % pictures.count])"),
          toPath: "\(destination)/0.png")
      }
    }
    let lines = names.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }
    try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: "\(home)/classnames.txt"))
  }

  private func probe(
    _ folder: String, _ method: String, seed: Int = 1, output: String, target: String? = nil, _ more: [String] = []
  ) throws -> JSONNode {
    try parse(
      Executable.run(
        [
          "probe", "--model", ConvertedModel.modifiedResNet.get(), "--data", "folder:\(folder)/photo", "--shots", "2",
          "--method", method, "--seed", "\(seed)", "--target", target ?? "folder:\(folder)/sketch", "--feature-folder",
          "\(folder)/features", "--output", output, "--format", "json",
        ] + more))
  }

  private func parse(_ outcome: Executable.Outcome) throws -> JSONNode {
    try #require(outcome.status == 0, "\(outcome.errors)")
    return JSONNode(source: "output", value: try JSON(parsing: Array(outcome.output.utf8), source: "output"))
  }
}
