import Foundation
import PromptLensJSONDocuments
import PromptLensTensorFiles
import PromptLensTensors
import TestSupport
import Testing

@Suite("The executable measures how well unknown classes are told from known ones")
struct OODTests {
  private static let scores = ["mcm", "max_logit", "energy", "entropy"]

  @Test("hand-written prompts score images, images of known classes are omitted, and files hold the result")
  func prompts() throws {
    try SmallStudy.with { folder in
      let model = try ConvertedModel.modifiedResNet.get()
      let outcome = try Executable.run([
        "ood", "--model", model, "--in", "folder:\(folder)/photo", "--out", "folder:\(folder)/sea",
        "folder:\(folder)/other", "--output", "\(folder)/ood", "--format", "json", "--draws", "50",
      ])
      try #require(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("images of 1 known classes are omitted: cat"))
      let root = try document(outcome.output)
      #expect(try root.integer("n_known") == 8 && root.integer("n_unknown") == 3)
      #expect(try root.array("sets").map { try $0.integer("n") } == [1, 2])
      for score in Self.scores + ["gl_mcm"] {
        let found = try root.node("scores").node(score)
        let sets = try root.array("sets").map { try $0.node("scores").node(score).number("auroc") }
        #expect(try abs(found.number("auroc") - (sets[0] + sets[1]) / 2) < 1e-12)
        #expect(try (0...1).contains(found.number("fpr95")))
      }
      for file in ["ood.section.json", "ood.json", "unknown-classes.csv", "roc-1.svg", "histogram-2.svg"] {
        #expect(FileManager.default.fileExists(atPath: "\(folder)/ood/\(file)"), "\(file)")
      }
    }
  }

  @Test("a learned prompt on stored features and its class weights on arrays of them have the same metrics")
  func arrays() throws {
    try SmallStudy.with { folder in
      let model = try ConvertedModel.modifiedResNet.get()
      let run = try SmallStudy.train(folder, output: "run")
      for (name, data) in [("known", "photo"), ("unknown", "other")] {
        let path = "\(folder)/\(name).h5"
        let extracted = try Executable.run([
          "extract", "--model", model, "--data", "folder:\(folder)/\(data)", "--split", "test", "--output", path,
        ])
        try #require(extracted.status == 0, "\(extracted.errors)")
        let file = try HDF5File(path: path)
        let features = try file.tensor("features")
        let shape = features.shape.dimensions
        try NumPyFile.write(features.reshaped([shape[0], shape[2]], name: name), to: "\(folder)/\(name).npy")
        _ = try writeLabels(file.integers("labels"), to: "\(folder)/\(name)-labels.npy")
      }
      let written = try Executable.run(["classifier", run, "--output", "\(folder)/w.npy"])
      try #require(written.status == 0, "\(written.errors)")
      let scale = try document(String(contentsOfFile: "\(folder)/w.npy.json", encoding: .utf8)).node("classifier")
        .number("scale")
      let stored = try json(["--classifier", run, "--in", "\(folder)/known.h5", "--out", "\(folder)/unknown.h5"])
      let plain = try json([
        "--features", "\(folder)/known.npy", "--labels", "\(folder)/known-labels.npy", "--out-features",
        "\(folder)/unknown.npy", "--text-features", "\(folder)/w.npy", "--scale", "\(scale)",
      ])
      #expect(try stored.number("accuracy") == plain.number("accuracy"))
      #expect(try stored.node("scores")["gl_mcm"] == nil)
      for score in Self.scores {
        for key in ["auroc", "fpr95", "aupr_in", "aupr_out"] {
          let pair = try [stored, plain].map { try $0.node("scores").node(score).number(key) }
          #expect(pair[0] == pair[1], "\(score) \(key)")
        }
      }
    }
  }

  @Test("the written classifier answers unknown below the threshold that keeps 95 % of the known images")
  func threshold() throws {
    try SmallStudy.with { folder in
      let model = try ConvertedModel.modifiedResNet.get()
      let images = ["--in", "folder:\(folder)/photo", "--out", "folder:\(folder)/other", "--output", "\(folder)/ood"]
      for score in ["mcm", "energy"] {
        let found = try json(["--model", model, "--score", score] + images)
        let pictures = try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/photo/test")
          .filter { $0.hasSuffix(".png") }.map { "\(folder)/photo/test/\($0)" }
        let outcome = try Executable.run(
          ["predict", "\(folder)/ood/classifier.h5", "--model", model, "--format", "json"] + pictures)
        try #require(outcome.status == 0, "\(outcome.errors)")
        let unknown = try document(outcome.output).array().map { try $0.node("unknown").value }
        // Eight known images, of which 95 % are all.
        #expect(unknown.count == 8 && unknown.allSatisfy { $0 == .bool(false) })
        #expect(try found.node("scores").node(score).number("threshold").isFinite)
        try FileManager.default.removeItem(atPath: "\(folder)/ood")
      }
    }
  }

  @Test("words far from the classes add a score, and options that don't go together are refused")
  func optionsTogether() throws {
    try SmallStudy.with { folder in
      let model = try ConvertedModel.modifiedResNet.get()
      let images = ["--in", "folder:\(folder)/photo", "--out", "folder:\(folder)/other"]
      try Data("car\ntree\nhouse\nroad\nzebra\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/words.txt"))
      let found = try json(["--model", model, "--negative-words", "\(folder)/words.txt"] + images)
      #expect(try (0...1).contains(found.node("scores").node("neg_label").number("auroc")))
      let run = try SmallStudy.train(folder, output: "run")
      let other = try ConvertedModel.visionTransformer.get()
      for (model, data, name) in [(model, "photo", "known"), (other, "other", "unknown")] {
        let extracted = try Executable.run([
          "extract", "--model", model, "--data", "folder:\(folder)/\(data)", "--split", "test", "--output",
          "\(folder)/\(name).h5",
        ])
        try #require(extracted.status == 0, "\(extracted.errors)")
      }
      let written = try Executable.run(["classifier", run, "--output", "\(folder)/weights.h5"])
      try #require(written.status == 0, "\(written.errors)")
      let stored = ["--classifier", "\(folder)/weights.h5", "--in", "\(folder)/known.h5"]
      let train = try Executable.run([
        "extract", "--model", model, "--data", "folder:\(folder)/photo", "--split", "train", "--output",
        "\(folder)/train.h5",
      ])
      try #require(train.status == 0, "\(train.errors)")
      let learned = try Executable.run([
        "ood", "--classifier", run, "--in", "\(folder)/train.h5", "--out", "folder:\(folder)/other", "--draws", "20",
      ])
      #expect(learned.errors.contains("among those that the classifier was learned from"), "\(learned.errors)")
      for (arguments, status, reason) in [
        (stored + ["--out", "\(folder)/unknown.h5"], 65, "its model is"),
        (["--model", model, "--in", "folder:\(folder)/photo"], 64, "--out"),
        (images, 64, "--model"),
        (["--features", "x.npy", "--out-features", "y.npy"], 64, "--text-features"),
        (
          ["--model", model, "--in", "folder:\(folder)/photo", "--out", "folder:\(folder)/sketch"], 65,
          "all of its 4 classes are known ones"
        ),
      ] as [([String], Int32, String)] {
        let outcome = try Executable.run(["ood"] + arguments)
        #expect(outcome.status == status && outcome.errors.contains(reason), "\(arguments): \(outcome.errors)")
      }
    }
  }

  private func json(_ arguments: [String]) throws -> JSONNode {
    let outcome = try Executable.run(["ood", "--format", "json", "--draws", "20"] + arguments)
    try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
    return try document(outcome.output)
  }

  private func document(_ text: String) throws -> JSONNode {
    JSONNode(source: "output", value: try JSON(parsing: Array(text.utf8), source: "output"))
  }
}
