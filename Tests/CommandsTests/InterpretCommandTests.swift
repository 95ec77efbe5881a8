import PromptLensTensorFiles
import PromptLensCheckpoints
import Foundation
import PromptLensJSONDocuments
import TestSupport
import PromptLensTensors
import Testing

@Suite("interpret writes a report that agrees with its files")
struct InterpretCommandTests {
  /// The files that every report has.
  private static let files = [
    "words.csv", "controls.csv", "snapping.csv", "snapping-curve.svg", "ablation.csv", "shapley.svg",
    "interactions.csv", "interactions.svg", "hard-words.csv", "hard-words.svg", "waywardness.csv", "attention.csv",
    "attention-end.svg", "attention-class-name.svg", "attention-end-heads.svg", "rollout.svg", "lens.csv", "lens.svg",
    "hidden-words.csv", "random-words.csv", "effects.svg", "patching.csv", "patching-residual.svg",
    "patching-attention.svg", "patching-mlp.svg", "logit-attribution.csv", "logit-attribution.svg", "heads.csv",
    "attention-effects.csv", "ablation-accuracy.csv", "shapley-accuracy.svg", "attribution.csv", "attribution.svg",
    "attribution-classes.svg", "drift.csv",
    "cosines-before.svg", "cosines-after.svg", "changed-sides.csv", "decomposition.csv", "interpretation.json",
    "findings.md",
  ]

  @Test("a run's report names all its files, each is there, and its numbers agree with evaluate's")
  func wholeReport() throws {
    try withRuns { data, folder in
      let report = "\(folder)/report"
      let outcome = try Executable.run([
        "interpret", "\(folder)/seed1", "--against", "\(folder)/seed2", "--data", data, "--output", report,
        "--permutations", "4", "--towards", "photo of a the", "--format", "json",
      ])
      try #require(outcome.status == 0, "\(outcome.errors)")
      let found = try JSONNode(contentsOf: "\(report)/interpretation.json")
      #expect(try JSON(parsing: Array(outcome.output.utf8), source: "output") == found.value)
      for name in Self.files + ["agreement.csv"] {
        let size = try FileManager.default.attributesOfItem(atPath: "\(report)/\(name)")[.size] as? Int
        #expect(size ?? 0 > 0, "\(name)")
      }
      let page = try String(contentsOfFile: "\(report)/findings.md", encoding: .utf8)
      for finding in try found.array("findings") {
        for file in try finding.array("evidence").map({ try $0.string() }) {
          #expect(FileManager.default.fileExists(atPath: "\(report)/\(file)"), "\(file)")
          #expect(page.contains("](\(file))"))
        }
      }
      let evaluated = try JSONNode(
        source: "evaluate",
        value: JSON(
          parsing: Array(
            Executable.run(["evaluate", "\(folder)/seed1", "--data", data, "--format", "json"]).output.utf8),
          source: "evaluate"))
      #expect(try found.number("accuracy") == evaluated.number("accuracy"))
      #expect(try found.node("snapping").number("accuracy") == found.number("accuracy"))
      let layers = try found.node("lens").array("layers")
      #expect(try #require(layers.last).number("accuracy") == found.number("accuracy"))
      let attribution = try found.node("attribution").node("context_only")
      #expect(try attribution.number("completeness_error") < 1e-3)
      let ablation = try found.node("ablation")
      #expect(
        try abs(attribution.number("change") - (ablation.number("margin") - ablation.number("margin_mean_words")))
          < 1e-4)
      let shares = try ablation.node("shapley").node("margin").numbers("values")
      #expect(try abs(shares.reduce(0, +) - attribution.number("change")) < 1e-4)
      // Ten random lists and the one that was asked for, as many steps as the run.
      let waywardness = try found.node("waywardness")
      #expect(try waywardness.array("probes").count == 11 && waywardness.numbers("penalties").count == 3)
      #expect(try waywardness.integer("own_steps") == 3 && waywardness.integer("steps") == 3)
      #expect(outcome.errors.contains("for 3 steps each, as many as the context's own"))
      #expect(try found.node("random_words").integer("lists") == 100)
      let patching = try found.node("patching")
      let last = try #require(try patching.node("sites").node("residual").array("values").last).array()
      #expect(
        try abs(#require(last.last).number() - patching.node("difference").number("value")) < 1e-4)
      #expect(try found.node("logit_attribution").number("largest_error") < 1e-5)
      // The run says what the context began with.
      #expect(try found.node("words").node("controls").array("vectors")[0].node("initial").number("moved") > 0)
      for list in try found.node("attention").array("rollout") {
        #expect(try abs(list.array().reduce(0) { try $0 + $1.number() } - 1) < 1e-5)
      }
      let agreement = try #require(try found.array("agreement").first)
      #expect(try agreement.number("paired_cosine") <= 1 && agreement.string("second") == "seed2")
      #expect(try abs(agreement.number("vector_movement_cosine")) <= 1 && agreement["feature_cka"] == nil)
      #expect(try found.array("not_measured").isEmpty)
    }
  }

  @Test(
    "features without training images leave out the search for words, and say so; the same command writes the same bits"
  )
  func features() throws {
    try withRuns { _, folder in
      let stores = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/seed1/features")
      let test = try #require(stores.first { $0.hasPrefix("test-") })
      let train = try #require(stores.first { $0.hasPrefix("train-") })
      let arguments = [
        "interpret", "\(folder)/seed1", "--features", "\(folder)/seed1/features/\(test)", "--permutations", "2",
      ]
      let without = try Executable.run(arguments + ["--output", "\(folder)/without"])
      try #require(without.status == 0, "\(without.errors)")
      let page = try String(contentsOfFile: "\(folder)/without/findings.md", encoding: .utf8)
      #expect(page.contains("## Not measured") && page.contains("--train-features"))
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/without/hard-words.csv"))

      var documents: [Data] = []
      for (name, threads) in [("one", "1"), ("two", "3")] {
        let outcome = try Executable.run(
          arguments + [
            "--train-features", "\(folder)/seed1/features/\(train)", "--output", "\(folder)/\(name)", "--threads",
            threads,
          ])
        try #require(outcome.status == 0, "\(outcome.errors)")
        documents.append(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)/interpretation.json")))
      }
      #expect(documents[0] == documents[1])
    }
  }

  @Test("the report on an image-conditional context states the size, words and effect of the shift")
  func conditional() throws {
    let model = try ConvertedModel.visionTransformer.get()
    try withRuns { data, folder in
      let trained = try Executable.run([
        "train", "--model", model, "--data", data, "--shots", "2", "--views", "1", "--context-length", "4", "--epochs",
        "2", "--method", "cocoop", "--output", "\(folder)/cocoop", "--format", "json",
      ])
      try #require(trained.status == 0, "\(trained.errors)")
      let interpret = [
        "interpret", "\(folder)/cocoop", "--data", data, "--permutations", "2", "--output", "\(folder)/report",
      ]
      let outcome = try Executable.run(interpret)
      try #require(outcome.status == 0, "\(outcome.errors)")
      let found = try JSONNode(contentsOf: "\(folder)/report/interpretation.json")
      let network = try found.node("network")
      #expect(try network.array("vectors").count == 4 && network.integer("images") == 4)
      #expect(try network.number("shift_length") > 0 && network.number("common_share") <= 1 + 1e-6)
      #expect(
        try network.number("accuracy") == JSONNode(contentsOf: "\(folder)/cocoop/result.json").number("accuracy"))
      let page = try String(contentsOfFile: "\(folder)/report/findings.md", encoding: .utf8)
      #expect(page.contains("accuracy of the vectors alone") && page.contains("A network moves all vectors"))
      #expect(page.contains("the rest of this report is about the vectors without the network"))
      #expect(FileManager.default.fileExists(atPath: "\(folder)/report/network.csv"))
      // A process that a full disk stopped leaves no document: the same command goes on, one with other settings does not.
      try FileManager.default.removeItem(atPath: "\(folder)/report/interpretation.json")
      #expect(try Executable.run(interpret + ["--seed", "2"]).status == 73)
      #expect(try Executable.run(interpret).status == 0)

      // The same of a checkpoint of CoCoOp's authors' code, which names no classes.
      let checkpoint = try Executable.run([
        "interpret", Fixtures.path("coop/cocoop-f16.pth.tar-10"), "--model", model, "--data", data, "--permutations",
        "2", "--class-position", "end", "--output", "\(folder)/published", "--format", "json",
      ])
      try #require(checkpoint.status == 0, "\(checkpoint.errors)")
      let published = try JSONNode(contentsOf: "\(folder)/published/interpretation.json").node("network")
      #expect(try published.array("vectors").count == 4 && published.number("shift_length") > 0)
    }
  }

  @Test("a context for each class, from a bare file, is reported as far as the file allows")
  func classSpecific() throws {
    let model = try ConvertedModel.visionTransformer.get()
    try withRuns { data, folder in
      let vectors = try Tensor(randomFloats(2 * 3 * 64, in: -0.05...0.05, seed: 3), shape: [2, 3, 64])
      try NumPyFile.write(vectors, to: "\(folder)/csc.npy")
      let outcome = try Executable.run([
        "interpret", "\(folder)/csc.npy", "--model", model, "--data", data, "--output", "\(folder)/report",
        "--permutations", "2", "--class-position", "end",
      ])
      try #require(outcome.status == 0, "\(outcome.errors)")
      let found = try JSONNode(contentsOf: "\(folder)/report/interpretation.json")
      #expect(try found.node("words").array("vectors").count == 6)
      #expect(try found.node("attribution").node("context_only").array("integrated_gradients").count == 3)
    }
  }

  @Test("impossible requests are rejected before any work")
  func refusals() throws {
    let usage = try Executable.run(["interpret", "/nowhere", "--output", "/nowhere/out"])
    #expect(usage.status == 64 && usage.errors.contains("--data"))
    let lone = try Executable.run([
      "interpret", "/nowhere", "--data", "folder:/nowhere", "--train-features", "f.h5", "--output", "/nowhere/out",
    ])
    #expect(lone.status == 64 && lone.errors.contains("--features"))
    try withRuns { data, folder in
      try FileManager.default.createDirectory(atPath: "\(folder)/mine", withIntermediateDirectories: true)
      try Data("x".utf8).write(to: URL(fileURLWithPath: "\(folder)/mine/thesis.txt"))
      let full = try Executable.run([
        "interpret", "\(folder)/seed1", "--data", data, "--output", "\(folder)/mine",
      ])
      #expect(full.status == 73 && full.errors.contains("thesis.txt"), "\(full.errors)")
      let vectors = try Tensor(randomFloats(3 * 64, seed: 3), shape: [3, 64])
      try NumPyFile.write(vectors, to: "\(folder)/short.npy")
      let other = try Executable.run([
        "interpret", "\(folder)/seed1", "--against", "\(folder)/short.npy", "--data", data, "--output", "\(folder)/new",
      ])
      #expect(other.status == 65 && other.errors.contains("short.npy"), "\(other.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/new"))
    }
  }

  /// Calls `body` with a data set of four images to learn from and four to test on, and two runs that were learned on
  /// it.
  private func withRuns(_ body: (_ data: String, _ folder: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let source = Fixtures.path("images")
      let pictures = try FileManager.default.contentsOfDirectory(atPath: source).filter { $0.hasSuffix(".png") }
        .sorted()
      try #require(pictures.count >= 8)
      for (index, picture) in pictures.prefix(8).enumerated() {
        let target = "\(folder)/data/\(index < 4 ? "train" : "test")/\(index % 2 == 0 ? "cat" : "dog")"
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "\(source)/\(picture)", toPath: "\(target)/\(picture)")
      }
      for seed in ["1", "2"] {
        let trained = try Executable.run([
          "train", "--model", ConvertedModel.visionTransformer.get(), "--data", "folder:\(folder)/data", "--shots", "2",
          "--views", "2", "--context-length", "4", "--epochs", "3", "--seed", seed, "--output", "\(folder)/seed\(seed)",
        ])
        try #require(trained.status == 0, "\(trained.errors)")
      }
      try body("folder:\(folder)/data", folder)
    }
  }
}
