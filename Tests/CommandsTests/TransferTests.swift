import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("Transfer and base-to-new state the number of classes of every number")
struct TransferTests {
  @Test("runs of two seeds are pooled beside the baselines, and files hold the printed numbers")
  func transfer() throws {
    try SmallStudy.with { folder in
      let runs = try (1...2).map { try SmallStudy.train(folder, output: "run-\($0)", seed: $0) }
      let outcome = try Executable.run(
        ["transfer", "--run"] + runs + [
          "--source", "folder:\(folder)/photo", "--target", "folder:\(folder)/sketch", "folder:\(folder)/sea",
          "--interpolate", "--output", "\(folder)/out", "--format", "json",
        ])
      let json = try parse(outcome)
      let targets = try json.array("targets")
      #expect(try targets.map { try $0.integer("class_count") } == [4, 1])
      #expect(try targets[1].node("left_out").integer("target_classes") == 1)
      #expect(try targets[1].node("left_out").integer("target_images") == 1)
      let learned = try targets[0].array("results")[0]
      #expect(try learned.string("kind") == "learned" && learned.array("seeds").map { try $0.integer() } == [1, 2])
      let accuracies = try learned.array("target_accuracies").map { try $0.number() }
      let target = try learned.node("target_accuracy")
      #expect(try target.number("mean") == (accuracies[0] + accuracies[1]) / 2 && target.integer("n") == 2)
      let drop = try learned.node("absolute_drop").number("mean")
      #expect(try abs(drop - (learned.node("source_accuracy").number("mean") - target.number("mean"))) < 1e-12)
      #expect(try learned.node("against_zero_shot").array("mcnemar").count == 2)
      #expect(try learned.array("class_changes").count == 4)
      #expect(!outcome.errors.contains("was learned on"))

      // evaluate agrees, and so does the end of the curve.
      let evaluated = try parse(
        Executable.run(["evaluate", runs[0], "--data", "folder:\(folder)/sketch", "--format", "json"]))
      #expect(try evaluated.number("accuracy") == accuracies[0])
      let steps = try json.array("interpolation")[0].array("steps")
      let end = try #require(steps.last)
      #expect(
        try steps.count == 11 && end.array("accuracies")[1].node("accuracy").number("mean") == target.number("mean"))

      let files = Set(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/out"))
      #expect(
        files.isSuperset(of: ["transfer.csv", "transfer.json", "transfer.md", "transfer.tex", "interpolation.csv"]))
      #expect(files.contains { $0.hasPrefix("robustness-") } && files.contains { $0.hasPrefix("classes-") })
      let csv = try String(contentsOfFile: "\(folder)/out/transfer.csv", encoding: .utf8)
      // Learned, zero-shot, ensemble and eight templates on two targets.
      #expect(csv.split(separator: "\n").count == 1 + 2 * 11)
    }
  }

  @Test("a class-specific context is cut to the target's classes, which a map can assign")
  func classSpecific() throws {
    try SmallStudy.with { folder in
      let run = try SmallStudy.train(folder, output: "run", seed: 1, ["--class-specific"])
      try write("whale\tzebra\n", "\(folder)/map.tsv")
      func transfer(_ more: [String]) throws -> Executable.Outcome {
        try Executable.run(
          [
            "transfer", "--run", run, "--source", "folder:\(folder)/photo", "--target", "folder:\(folder)/sea",
            "--format", "json",
          ] + more)
      }
      let plain = try parse(transfer([])).array("targets")[0]
      #expect(try plain.integer("class_count") == 1 && plain.array("classes")[0].string() == "cat")
      let mapped = try parse(transfer(["--map", "\(folder)/map.tsv"])).array("targets")[0]
      #expect(try mapped.array("classes").map { try $0.string() } == ["cat", "zebra"])
      #expect(try mapped.integer("target_n") == 2 && mapped.integer("source_n") == 4)
      try write("walrus\tzebra\n", "\(folder)/map.tsv")
      try refused(transfer(["--map", "\(folder)/map.tsv"]), "\"walrus\" isn't a class")
      try write("whale\tgiraffe\n", "\(folder)/map.tsv")
      try refused(transfer(["--map", "\(folder)/map.tsv"]), "there is no class \"giraffe\"")
      try write("whale zebra\n", "\(folder)/map.tsv")
      try refused(transfer(["--map", "\(folder)/map.tsv"]), "line 1 isn't a pair")
    }
  }

  @Test("inputs that don't go together are rejected in one sentence before any image is opened")
  func refusals() throws {
    try SmallStudy.with { folder in
      let run = try SmallStudy.train(folder, output: "run")
      func transfer(_ target: String, _ more: [String] = [], source: String = "photo") throws -> Executable.Outcome {
        try Executable.run(
          [
            "transfer", "--run", run, "--source", "folder:\(folder)/\(source)", "--target", target, "--feature-folder",
            "\(folder)/none",
          ] + more)
      }
      try refused(transfer("folder:\(folder)/other"), "shares no class")
      try write("path,label,split\na.png,cat,train\n", "\(folder)/empty.csv")
      try refused(transfer("csv:\(folder)/empty.csv"), "there are no test images")
      try refused(
        transfer("folder:\(folder)/sketch", ["--model", try ConvertedModel.visionTransformer.get()]), "model")
      try refused(
        transfer("folder:\(folder)/sketch", ["--interpolate", "--interpolate-from", "cat dog zebra"]),
        "tokens, but its context has 2 vectors")
      #expect(try transfer("folder:\(folder)/sketch", ["--interpolate-from", "cat"]).status == 64)
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/none"))
    }
  }

  @Test("base-to-new learns half of the classes, tests both, and its harmonic mean is that of the two")
  func baseToNew() throws {
    try SmallStudy.with { folder in
      let model = try ConvertedModel.modifiedResNet.get()
      let command = [
        "base-to-new", "--model", model, "--data", "folder:\(folder)/photo", "--method", "coop", "kgcoop", "--seeds",
        "1,2", "--shots", "2", "--views", "1", "--epochs", "3", "--context-length", "2", "--cross",
        "folder:\(folder)/sea", "--output", "\(folder)/out", "--format", "json",
      ]
      let json = try parse(Executable.run(command))
      let set = try json.array("base_to_new")[0]
      #expect(
        try set.integer("base_class_count") == 2 && set.integer("new_class_count") == 2 && set.integer("new_n") == 4)
      let methods = try set.array("methods")
      #expect(try methods.map { try $0.string("name") } == ["coop", "kgcoop"])
      #expect(try methods[0].node("harmonic_mean").integer("n") == 2)
      let words = try set.node("zero_shot")
      let (base, new) = (try words.number("base_accuracy"), try words.number("new_accuracy"))
      #expect(try abs(words.number("harmonic_mean") * (base + new) - 2 * base * new) < 1e-12)
      let cross = try json.array("cross")
      #expect(try cross.map { try $0.integer("class_count") } == [4, 2])
      let again = try Executable.run(command)
      #expect(again.status == 0 && again.errors.components(separatedBy: "finished already").count == 9)
      let files = Set(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/out"))
      #expect(files.isSuperset(of: ["base-to-new.csv", "base-to-new.tex", "cross.json", "cross.md", "runs"]))
      try refused(
        Executable.run(["base-to-new", "--model", model, "--data", "folder:\(folder)/sea", "--output", "\(folder)/x"]),
        "there are no train images")
    }
  }

  // MARK: -

  private func refused(_ outcome: Executable.Outcome, _ mention: String) throws {
    #expect(outcome.status == 65 && outcome.output.isEmpty, "\(outcome.status) \(outcome.errors)")
    #expect(outcome.errorLines.count == 1 && outcome.errors.hasPrefix("error: "), "\(outcome.errors)")
    #expect(outcome.errors.contains(mention), "\(outcome.errors)")
  }

  private func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  private func parse(_ outcome: Executable.Outcome) throws -> JSONNode {
    try #require(outcome.status == 0, "\(outcome.errors)")
    return JSONNode(source: "output", value: try JSON(parsing: Array(outcome.output.utf8), source: "output"))
  }
}
