import PromptLensTensorFiles
import PromptLensCheckpoints
import Foundation
import PromptLensJSONDocuments
import TestSupport
import PromptLensTensors
import Testing

@Suite("decode prints a context's words and their effect on accuracy")
struct DecodeCommandTests {
  private func json(_ arguments: [String]) throws -> JSONNode {
    let outcome = try Executable.run(arguments + ["--format", "json"])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return JSONNode(source: "output", value: try JSON(parsing: Array(outcome.output.utf8), source: "output"))
  }

  /// Returns the embeddings of words of the small vision transformer's vocabulary.
  private func vectors(of words: [Int]) throws -> (floats: [Float], width: Int) {
    let embedding = try CheckpointDetector.open(Fixtures.path("openai-h5-vit")).source.tensor("token_embedding.weight")
    let width = embedding.shape.dimensions[1]
    let floats = embedding.floats()
    return (words.flatMap { floats[$0 * width..<($0 + 1) * width] }, width)
  }

  /// Extracts the features of six pictures of two classes.
  private func extract(_ model: String, in folder: String) throws -> String {
    let pictures = ["baseline-420.jpg", "gray.jpg", "lossy.webp", "rgb-8-bit.png", "cmyk.jpg", "progressive.jpg"]
    for (index, picture) in pictures.enumerated() {
      let target = "\(folder)/pictures/\(["cat", "dog"][index % 2])"
      try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: Fixtures.path("images/\(picture)"), toPath: "\(target)/\(picture)")
    }
    let outcome = try Executable.run([
      "extract", "--model", model, "--data", "folder:\(folder)/pictures", "--split", "test", "--output",
      "\(folder)/test.h5",
    ])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return "\(folder)/test.h5"
  }

  @Test("--controls finds that words equal entries, and doesn't show random vectors nearer than chance")
  func controls() throws {
    let model = try ConvertedModel.visionTransformer.get()
    let (words, width) = try vectors(of: [300, 12, 520])
    try withTemporaryFolder { folder in
      try NumPyFile.write(Tensor(words, shape: [3, width]), to: "\(folder)/words.npy")
      let random = randomFloats(12 * width, in: -0.04...0.04, seed: 11)
      try NumPyFile.write(Tensor(random, shape: [12, width]), to: "\(folder)/random.npy")
      let certain = try json(["decode", "\(folder)/words.npy", "--model", model, "--controls"]).node("controls")
      for vector in try certain.array("vectors") {
        #expect(try vector.string("verdict") == "word" && vector.number("certainty") == 1)
        #expect(vector["initial"] == nil)
      }
      #expect(try certain.array("effective_ranks").count == 1)
      let arguments = ["decode", "\(folder)/random.npy", "--model", model, "--controls"]
      let chance = try json(arguments).node("controls")
      #expect(try chance.number("chance_probability") > 0.01)
      #expect(
        try chance.string("verdict").contains("not shown to be nearer") && chance.string("verdict_kind") == "chance")
      // The same numbers whatever the words are listed by, and each time.
      let centered = try json(arguments + ["--metric", "cosine", "--center"])
      #expect(try centered.node("controls").value == chance.value)

      let initial = try json(arguments + ["--initial", "\(folder)/random.npy"]).node("controls").array("vectors")
      #expect(try initial[0].node("initial").number("moved") == 0)
      let table = try Executable.run(arguments + ["--initial", "\(folder)/random.npy"])
      #expect(table.output.contains("p mixtures") && table.output.contains("kept"))
      #expect(try Executable.run(arguments).output.contains("not known; a run folder says it"))
      let other = try Executable.run(arguments + ["--initial", "\(folder)/words.npy"])
      #expect(other.status == 65 && other.errors.contains("words.npy"))
    }
  }

  @Test("contexts for each class are listed by class, with the words that classes share")
  func byClass() throws {
    let model = try ConvertedModel.visionTransformer.get()
    let (words, width) = try vectors(of: [300, 12, 300, 77, 12, 300])
    try withTemporaryFolder { folder in
      try NumPyFile.write(Tensor(words, shape: [3, 2, width]), to: "\(folder)/csc.npy")
      let arguments = ["decode", "\(folder)/csc.npy", "--model", model, "--top", "1"]
      let shared = try json(arguments).array("shared_words")
      #expect(try shared.map { try $0.integer("id") } == [300, 12])
      #expect(try shared[1].array("classes").map { try $0.string() } == ["1", "3"])
      #expect(try Executable.run(arguments).output.contains("Words by class"))
    }
  }

  @Test("several contexts are columns of one table as in the paper, a shorter one with empty cells")
  func sideBySide() throws {
    let model = try ConvertedModel.visionTransformer.get()
    let (words, width) = try vectors(of: [521, 515, 520])
    try withTemporaryFolder { folder in
      try NumPyFile.write(Tensor(words, shape: [3, width]), to: "\(folder)/long.npy")
      try NumPyFile.write(Tensor(Array(words.prefix(2 * width)), shape: [2, width]), to: "\(folder)/short.npy")
      try NumPyFile.write(Tensor(words, shape: [3, 1, width]), to: "\(folder)/csc.npy")
      let arguments = ["decode", "\(folder)/long.npy", "\(folder)/short.npy", "--model", model]
      let table = try Executable.run(arguments).output.split(separator: "\n")
      #expect(table[0].split(separator: " ") == ["#", "long.npy", "short.npy"])
      #expect(table[2].split(separator: " ") == ["1", "photo", "(0.0000)", "photo", "(0.0000)"])
      #expect(table.count == 5 && table[4].hasSuffix("(0.0000)"))
      #expect(try json(arguments).array("contexts").map { try $0.array("vectors").count } == [3, 2])
      let snapped = try Executable.run(arguments + ["--snap", "--features", "none.h5"])
      #expect(snapped.status == 64 && snapped.errors.contains("one context at a time; 2 are given"))
      let begun = try Executable.run(arguments + ["--controls", "--initial", "\(folder)/long.npy"])
      #expect(begun.status == 64 && begun.errors.contains("--initial belongs to one context"))
      let controls = try json(arguments + ["--controls"]).array("contexts")
      #expect(try controls.map { try $0.node("controls").array("vectors").count } == [3, 2])
      #expect(try controls.allSatisfy { try $0.node("controls").string("verdict_kind") == "entries" })
    }
  }

  @Test("class-specific contexts stand beside unified ones, a row for each vector of each class")
  func classesSideBySide() throws {
    let model = try ConvertedModel.visionTransformer.get()
    let (words, width) = try vectors(of: [521, 515, 520])
    try withTemporaryFolder { folder in
      try NumPyFile.write(Tensor(words, shape: [3, 1, width]), to: "\(folder)/csc.npy")
      try NumPyFile.write(Tensor(Array(words.prefix(2 * width)), shape: [2, width]), to: "\(folder)/uc.npy")
      let arguments = ["decode", "\(folder)/csc.npy", "\(folder)/uc.npy", "--model", model]
      let table = try Executable.run(arguments).output.split(separator: "\n").map {
        $0.split(separator: " ").map(String.init)
      }
      #expect(table[0] == ["class", "#", "csc.npy", "uc.npy"])
      // Three classes with the two vectors of the longer context.
      #expect(table.count == 2 + 3 * 2)
      #expect(table[2] == ["1", "1", "photo", "(0.0000)", "photo", "(0.0000)"])
      #expect(table[3].prefix(2) == ["1", "2"] && table[3].count == 4)
      #expect(table[6].prefix(2) == ["3", "1"] && table[6].suffix(2) == ["photo", "(0.0000)"])
      let contexts = try json(arguments + ["--controls"]).array("contexts")
      #expect(try contexts.map { try $0.array("vectors").count } == [3, 2])
      #expect(contexts[0]["shared_words"] != nil && contexts[1]["shared_words"] == nil)
      #expect(try contexts[0].node("controls").array("vectors").map { try $0.string("class") } == ["1", "2", "3"])
    }
  }

  @Test("--snap and --ablate measure on cached features: words keep the accuracy, and shares sum to the total")
  func faithfulness() throws {
    let model = try ConvertedModel.visionTransformer.get()
    let (words, width) = try vectors(of: [300, 12, 520])
    try withTemporaryFolder { folder in
      let store = try extract(model, in: folder)
      try NumPyFile.write(Tensor(words, shape: [3, width]), to: "\(folder)/words.npy")
      try NumPyFile.write(Tensor(words + words, shape: [2, 3, width]), to: "\(folder)/csc.npy")
      var accuracies: [Double] = []
      for name in ["words.npy", "csc.npy"] {
        let found = try json([
          "decode", "\(folder)/\(name)", "--model", model, "--snap", "--ablate", "--features", store, "--permutations",
          "4",
          "--class-position", "middle",
        ])
        let snapping = try found.node("snapping")
        let accuracy = try snapping.number("accuracy")
        accuracies.append(accuracy)
        #expect(try snapping.string("class_position") == "middle" && snapping.integer("images") == 6)
        #expect(try snapping.number("all_together") == accuracy)
        #expect(try snapping.array("one_by_one").allSatisfy { try $0.number("accuracy") == accuracy })
        let ablation = try found.node("ablation")
        #expect(try ablation.number("accuracy") == accuracy)
        for kind in ["leave_one_out", "zero", "mean", "random"] {
          #expect(try ablation.node("accuracies").array(kind).count == 3)
        }
        let shapley = try ablation.node("shapley")
        let sum = try shapley.array("values").reduce(0) { try $0 + $1.number() }
        #expect(try abs(sum - (shapley.number("everything") - shapley.number("nothing"))) < 1e-6)
        let margin = try shapley.node("margin")
        let total = try margin.numbers("values").reduce(0, +)
        #expect(try abs(total - (margin.number("everything") - margin.number("nothing"))) < 1e-4)
        #expect(try margin.array("intervals").count == 3 && shapley.integer("coalitions") == 8)
      }
      #expect(accuracies[0] == accuracies[1])
    }
  }

  @Test("features of another model, number of classes or number of views are rejected by the difference")
  func foreignFeatures() throws {
    let model = try ConvertedModel.visionTransformer.get()
    let other = try ConvertedModel.modifiedResNet.get()
    let (words, width) = try vectors(of: [300, 12, 520])
    try withTemporaryFolder { folder in
      let store = try extract(model, in: folder)
      try NumPyFile.write(Tensor(words, shape: [3, 1, width]), to: "\(folder)/csc.npy")
      let classes = try Executable.run(["decode", "\(folder)/csc.npy", "--model", model, "--snap", "--features", store])
      #expect(classes.status == 65 && classes.errors.contains("2 classes"), "\(classes.errors)")
      let foreign = try Executable.run(["decode", "\(folder)/csc.npy", "--model", other, "--snap", "--features", store])
      #expect(foreign.status == 65 && foreign.output.isEmpty, "\(foreign.errors)")
      let missing = try Executable.run([
        "decode", "\(folder)/csc.npy", "--model", model, "--ablate", "--features", "\(folder)/none.h5",
      ])
      #expect(missing.status == 66 && missing.errors.contains("none.h5"))
    }
  }

  @Test(
    "a missing option that another one needs is reported before any file is opened",
    arguments: [
      (["--snap"], "--features"), (["--features", "f.h5"], "--snap"), (["--initial", "i.npy"], "--controls"),
      (["--permutations", "9"], "--ablate"), (["--class-position", "end"], "--snap"),
      (["--ablate", "--features", "f.h5", "--permutations", "1"], "--permutations"),
    ])
  func usage(arguments: [String], mention: String) throws {
    let outcome = try Executable.run(["decode", "/nowhere.npy", "--model", "/nowhere"] + arguments)
    #expect(outcome.status == 64 && outcome.errors.contains(mention), "\(outcome.errors)")
  }
}
