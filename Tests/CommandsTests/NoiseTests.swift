import PromptLensDatasets
import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("The executable learns from wrong labels and measures their effect")
struct NoiseCommandTests {
  @Test("noise makes every run, the tables, the charts and the suspects, and continues where it was stopped")
  func sweep() throws {
    try withNoisyData { data, folder in
      let output = "\(folder)/noise"
      let command = try sweepArguments(data, output: output)
      let first = try parse(Executable.run(command + ["--threads", "1"]))
      // Rate 0 stands once for both kinds: (1 + 2) noises, 2 learners, 2 seeds.
      #expect(try first.integer("runs") == 12)
      #expect(try first.array("curves").count == 4)
      let curve = try first.array("curves")[0]
      #expect(try curve.string("noise") == "symmetric" && curve.string("learner") == "ce")
      #expect(try curve.array("points").map { try $0.number("rate") } == [0, 0.5])
      let files = Set(try FileManager.default.contentsOfDirectory(atPath: output))
      #expect(
        files.isSuperset(of: [
          "run.json", "result.json", "runs.csv", "suspects.csv", "tables.md", "tables.tex", "accuracy-pair.svg",
          "memorization-symmetric.svg", "detection-symmetric.svg",
        ]))
      let manifest = try LabelNoise(contentsOf: "\(output)/noise/pair-0.5_seed-2.json")
      #expect(manifest.changedCounts == [1, 1] && manifest.rate == 0.5)
      let suspects = try String(contentsOfFile: "\(output)/suspects.csv", encoding: .utf8).split(separator: "\n")
      #expect(suspects[0] == "noise,rank,path,given,suggested,margin,loss,agreement,wrong")
      #expect(suspects.count == 1 + 6 * 4 && suspects.count { $0.hasSuffix(",yes") } == 8)

      // Killed between two runs, with another one half written; then on two cores.
      let runs = "\(output)/runs"
      let names = try FileManager.default.contentsOfDirectory(atPath: runs).sorted()
      let contents = try names.map { try Data(contentsOf: URL(fileURLWithPath: "\(runs)/\($0)")) }
      for name in names.suffix(5) { try FileManager.default.removeItem(atPath: "\(runs)/\(name)") }
      try Data("{\"format\": \"promptlens-no".utf8).write(to: URL(fileURLWithPath: "\(runs)/\(names[0])"))
      let again = try Executable.run(command + ["--threads", "2"])
      #expect(again.errors.contains("6 of 12 runs are finished"), "\(again.errors)")
      #expect(try parse(again).value == first.value)
      for (name, content) in zip(names, contents) {
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(runs)/\(name)")) == content, "\(name)")
      }
      let other = try Executable.run(command + ["--learning-rate", "0.5"])
      #expect(other.status == 65 && other.errors.contains(#/learning_rate [0-9.e-]+ where 0.5/#))
    }
  }

  @Test(
    "every learner of a sweep learns",
    arguments: [
      "ce+co-teaching,mae+small-loss", "gce:0.5+agreement:2,nlprompt", "random-names,linear,tip-adapter,clip-adapter",
    ])
  func learners(list: String) throws {
    try withNoisyData { data, folder in
      let outcome = try Executable.run([
        "noise", "--model", try ConvertedModel.modifiedResNet.get(), "--data", data, "--shots", "2", "--epochs", "3",
        "--context-length", "3", "--false-positives", "0,1", "--kinds", "instance", "--seeds", "1", "--losses", list,
        "--output", "\(folder)/noise", "--format", "csv",
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let learners = list.split(separator: ",")
      #expect(outcome.output.split(separator: "\n").count == 1 + 2 * learners.count)
    }
  }

  @Test("train records the noise, and the manifest reproduces the run")
  func manifest() throws {
    try withNoisyData { data, folder in
      func train(_ name: String, _ more: [String]) throws -> Executable.Outcome {
        try Executable.run(
          [
            "train", "--model", try ConvertedModel.modifiedResNet.get(), "--data", data, "--shots", "2", "--views", "1",
            "--context-length", "3", "--epochs", "4", "--output", "\(folder)/\(name)", "--format", "json",
          ] + more)
      }
      let made = try parse(train("made", ["--noise", "symmetric:0.5", "--loss", "gce", "--strategy", "co-teaching"]))
      let settings = try made.node("settings")
      #expect(try settings.string("noise") == "symmetric:0.5" && settings.string("loss") == "gce:0.7")
      #expect(try settings.string("strategy") == "co-teaching:0.5" && settings.number("noise_rate") == 0.5)
      let manifest = "\(folder)/made/noise.json"
      let replayed = try parse(
        train("replayed", ["--noise-manifest", manifest, "--loss", "gce", "--strategy", "co-teaching"]))
      #expect(try replayed.string("context_sha256") == made.string("context_sha256"))
      let clean = try parse(train("clean", ["--loss", "gce"]))
      #expect(try clean.string("context_sha256") != made.string("context_sha256"))
      #expect(try clean.value != made.value && clean.node("settings")["noise"] == nil)

      let other = try train("other", ["--noise-manifest", manifest, "--seed", "2"])
      #expect(other.status == 65 && other.errors.contains("noise.json") && other.errors.contains("other images"))
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/other/features"))

      func sweep(_ manifests: [String], seeds: String) throws -> Executable.Outcome {
        try Executable.run(
          [
            "noise", "--model", try ConvertedModel.modifiedResNet.get(), "--data", data, "--shots", "2",
            "--context-length", "3", "--epochs", "2", "--losses", "ce,linear", "--seeds", seeds, "--noise-manifest",
          ] + manifests + ["--output", "\(folder)/sweep", "--format", "json"])
      }
      let swept = try sweep([manifest], seeds: "1")
      #expect(swept.status == 0, "\(swept.errors)")
      #expect(
        try LabelNoise(contentsOf: "\(folder)/sweep/noise/replayed_seed-1.json") == LabelNoise(contentsOf: manifest))
      #expect(try sweep([manifest], seeds: "1,2").status == 64)
      let otherDraw = try sweep([manifest], seeds: "2")
      #expect(otherDraw.status == 65 && otherDraw.errors.contains("other images"), "\(otherDraw.errors)")

      let paths = try JSONNode(contentsOf: "\(folder)/made/run.json").node("record").array("images")
      try Data("path,label\n\(try paths[0].string()),dog\n".utf8).write(
        to: URL(fileURLWithPath: "\(folder)/given.csv"))
      let given = try parse(train("given", ["--given-labels", "\(folder)/given.csv"]))
      #expect(try given.node("settings").number("noise_rate") == 0.25)

      // A table may name images that were not drawn; of three cats two are.
      let drawn = Set(try paths.map { try $0.string() })
      let cats = ["train-0.png", "train-2.png", "train-4.png"].map { "train/cat/\($0)" }
      #expect(cats.count { drawn.contains($0) } == 2)
      let lines = ["path,label"] + cats.map { "\($0),dog" }
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: "\(folder)/all.csv"))
      let all = try parse(train("all", ["--given-labels", "\(folder)/all.csv"]))
      #expect(try all.node("settings").number("noise_rate") == 0.5)
    }
  }

  @Test(
    "early stopping keeps the best epoch on validation images, noisy ones on request, and resumes bit by bit")
  func earlyStopping() throws {
    try withNoisyData { data, folder in
      func train(_ name: String, _ more: [String]) throws -> JSONNode {
        try parse(
          Executable.run(
            [
              "train", "--model", try ConvertedModel.modifiedResNet.get(), "--data", data, "--shots", "2", "--views",
              "1",
              "--context-length", "3", "--epochs", "30", "--early-stopping", "4", "--output", "\(folder)/\(name)",
              "--format", "json",
            ] + more))
      }
      let clean = try train("clean", [])
      let best = try clean.integer("best_epoch")
      #expect(try clean.integer("epochs_made") == min(best + 4, 30))
      _ = try train("noisy", ["--noise", "pair:0.5", "--noisy-validation"])
      let manifest = try LabelNoise(contentsOf: "\(folder)/noisy/noise-val.json")
      #expect(manifest.split == .val && manifest.changes.count == 2)
    }
  }

  @Test(
    "impossible settings are rejected in one sentence before any work",
    arguments: [
      (["--rates", "0,1.5"], "1.5"), (["--rates", "0,,1"], "repeated"), (["--kinds", "asym"], "kinds are"),
      (["--losses", "ce,focal"], "focal"), (["--losses", "gce:2"], "gce:2"),
      (["--losses", "linear+mae"], "can't be combined"),
      (["--false-positives", "3"], "more than the 2 shots"), (["--seeds", "one"], "whole number"),
      (["--rates", "0.5,0.50"], "a rate twice"),
      (["--losses", "ce,ce"], "repeated"), (["--losses", "ce+early-stopping:0"], "early-stopping"),
    ])
  func usage(more: [String], mention: String) throws {
    let outcome = try Executable.run(
      ["noise", "--model", "/nowhere", "--data", "folder:/nowhere", "--shots", "2", "--output", "/nowhere/out"] + more)
    #expect(outcome.status == 64 && outcome.errors.contains(mention), "\(outcome.errors)")
  }

  @Test("noise that the data doesn't allow is rejected before any run")
  func impossible() throws {
    try withNoisyData { data, folder in
      let model = try ConvertedModel.modifiedResNet.get()
      let single = "folder:\(folder)/single"
      let arguments: [([String], String)] = [
        (["noise", "--data", single, "--kinds", "pair", "--rates", "0,0.5"], "at least two classes"),
        (["train", "--data", single, "--noise", "pair:0.5"], "at least two classes"),
        (["train", "--data", data, "--noise", "symmetric:3fp"], "fewer than 3"),
        (["train", "--data", data, "--noise-manifest", "\(folder)/nothing.json"], "nothing.json"),
        (["train", "--data", data, "--strategy", "small-loss"], "how many labels are wrong"),
      ]
      for (arguments, mention) in arguments {
        let outcome = try Executable.run(
          arguments + ["--model", model, "--shots", "2", "--output", "\(folder)/refused"])
        #expect([64, 65, 66].contains(outcome.status) && outcome.errors.contains(mention), "\(outcome.errors)")
        #expect(outcome.errorLines.count { $0.hasPrefix("error") } == 1)
        // Before work: no image was encoded.
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/refused/features"), "\(mention)")
      }
    }
  }

  @Test(
    "on CLIP's own features of Caltech, wrong labels cost a linear probe more than zero-shot, which has the known accuracy",
    .enabled(if: Shared.available))
  func arrays() throws {
    try withTemporaryFolder { folder in
      let root = Shared.path("data/clip-features/caltech38")
      let command = [
        "noise", "--train-features", "\(root)-16shot-images.npy", "--train-labels", "\(root)-16shot-labels.npy",
        "--test-features", "\(root)-test-images.npy", "--test-labels", "\(root)-test-labels.npy", "--text-features",
        "\(root)-text.npy", "--rates", "0,0.5", "--kinds", "symmetric", "--seeds", "1", "--losses",
        "linear,tip-adapter",
        "--output", "\(folder)/noise", "--format", "json",
      ]
      let found = try parse(Executable.run(command))
      let other = try Executable.run(command + ["--scale", "50"])
      #expect(other.status == 65 && other.errors.contains("scale 100.0 where 50.0 is asked for"), "\(other.errors)")
      #expect(abs(try found.number("zero_shot_accuracy") - 0.9766) < 5e-4)
      let linear = try found.array("curves")[0].array("points").map { try $0.number("accuracy") }
      #expect(linear[0] > 0.95 && linear[1] < linear[0] - 0.05)
    }
  }

  // MARK: -

  private func sweepArguments(_ data: String, output: String) throws -> [String] {
    [
      "noise", "--model", try ConvertedModel.modifiedResNet.get(), "--data", data, "--shots", "2", "--context-length",
      "3", "--epochs", "4", "--rates", "0,0.5", "--kinds", "symmetric,pair", "--losses", "ce,gce:0.7", "--seeds", "1,2",
      "--output", output, "--format", "json",
    ]
  }

  /// Calls `body` with pictures of two classes, three of each to learn from and two each to validate and test on, and a folder.
  private func withNoisyData(_ body: (_ data: String, _ folder: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let source = Fixtures.path("images")
      let pictures = try FileManager.default.contentsOfDirectory(atPath: source).filter { $0.hasSuffix(".png") }
        .sorted()
      try #require(pictures.count >= 7)
      for (split, count) in [("train", 6), ("val", 4), ("test", 4)] {
        for index in 0..<count {
          for (root, name) in [("data", index % 2 == 0 ? "cat" : "dog"), ("single", "cat")] {
            let target = "\(folder)/\(root)/\(split)/\(name)"
            try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
            try FileManager.default.copyItem(
              atPath: "\(source)/\(pictures[index % pictures.count])", toPath: "\(target)/\(split)-\(index).png")
          }
        }
      }
      try body("folder:\(folder)/data", folder)
    }
  }

  private func parse(_ outcome: Executable.Outcome) throws -> JSONNode {
    try #require(outcome.status == 0, "\(outcome.errors)")
    return JSONNode(source: "output", value: try JSON(parsing: Array(outcome.output.utf8), source: "output"))
  }
}
