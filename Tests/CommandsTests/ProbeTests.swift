import PromptLensEvaluation
import PromptLensTensorFiles
import PromptLensCheckpoints
import Foundation
import PromptLensJSONDocuments
import TestSupport
import PromptLensTensors
import Testing

@Suite("The executable fits classifiers of features, and compares templates")
struct ProbeTests {
  @Test(
    "every method fits plain arrays and writes metrics, a classifier and result.json",
    arguments: [
      "linear", "tip-adapter", "tip-adapter-f", "clip-adapter", "taskres", "lp++", "nearest-mean",
    ])
  func arrays(method: String) throws {
    try withArrays { folder, arrays in
      let output = "\(folder)/probe"
      let found = try parse(
        Executable.run(["probe", "--method", method, "--output", output, "--format", "json"] + arrays))
      #expect(try found.string("method") == method && found.integer("n") == 5 && found.integer("class_count") == 3)
      #expect(try found.number("accuracy") >= 0 && found.node("confusion").array().count == 3)
      #expect(try JSONNode(contentsOf: "\(output)/result.json").value == found.value)
      let stored = try ClassifierFile(contentsOf: "\(output)/classifier.h5")
      #expect(stored.classNames == ["0", "1", "2"] && !stored.parts.isEmpty)
      let again = try Executable.run(
        ["probe", "--method", method, "--output", output, "--format", "json", "--threads", "1", "--force"] + arrays)
      #expect(try parse(again).value == found.value)
    }
  }

  @Test("a linear classifier is written as weights, JSON or HDF5; offsets are rejected in a .npy file")
  func classifier() throws {
    try withArrays { folder, arrays in
      for (method, status) in [("nearest-mean", 0), ("linear", 65)] {
        let probe = "\(folder)/\(method)"
        #expect(try Executable.run(["probe", "--method", method, "--output", probe] + arrays).status == 0)
        let written = try Executable.run(["classifier", probe, "--output", "\(probe)-w.npy"])
        #expect(written.status == Int32(status), "\(written.errors)")
        #expect(status == 0 || written.errors.contains("bias") && written.errors.contains(".json, .h5 or .safetensors"))
        #expect(try Executable.run(["classifier", probe, "--output", "\(probe)-w.json"]).status == 0)
        let json = try JSONNode(contentsOf: "\(probe)-w.json")
        #expect(try json.array("weights").count == 3 && json.array("class_names").count == 3)
      }
      #expect(try NumPyArray(path: "\(folder)/nearest-mean-w.npy").shape == [3, 8])
    }
  }

  @Test("a classifier file without a version is read, one of a newer version is refused by name")
  func versions() throws {
    try withTemporaryFolder { folder in
      func write(_ version: Int?, to path: String) throws {
        try HDF5Writer.write(to: path) { file in
          try file.write(Tensor([1, 2, 3, 4], shape: [2, 2]), to: "weights")
          try file.write(["cat", "dog"], to: "class_names")
          try file.set("format", .string("promptlens-classifier"))
          try file.set("kind", .string("linear"))
          if let version { try file.set("format_version", .integer(version)) }
        }
      }
      for (name, version) in [("old", nil), ("now", 2), ("new", 3)] as [(String, Int?)] {
        try write(version, to: "\(folder)/\(name).h5")
      }
      #expect(try ClassifierFile(contentsOf: "\(folder)/old.h5").settings.isEmpty)
      #expect(try ClassifierFile(contentsOf: "\(folder)/now.h5").settings.isEmpty)
      #expect { try ClassifierFile(contentsOf: "\(folder)/new.h5") } throws: {
        "\($0)".contains("new.h5: the attribute format_version is 3")
      }
    }
  }

  @Test("evaluate finds a probe's accuracy on a target again from the stored classifier")
  func pictures() throws {
    try withPictures { data, folder in
      let model = try ConvertedModel.modifiedResNet.get()
      for method in ["linear", "tip-adapter", "taskres"] {
        let output = "\(folder)/\(method)"
        let found = try parse(
          Executable.run([
            "probe", "--model", model, "--data", data, "--shots", "2", "--method", method, "--target",
            "\(data)?kind=drawn", "--feature-folder", "\(folder)/features", "--output", output, "--format", "json",
          ]))
        let target = try found.array("targets")[0]
        #expect(try found.integer("n") == 4 && target.integer("n") == 2 && target.integer("class_count") == 2)
        let evaluated = try parse(
          Executable.run(["evaluate", output, "--model", model, "--data", data, "--format", "json"]))
        #expect(try evaluated.number("accuracy") == found.number("accuracy"))
        #expect(try evaluated.number("negative_log_likelihood") == found.number("negative_log_likelihood"))
      }
      let other = try ConvertedModel.visionTransformer.get()
      let foreign = try Executable.run(["evaluate", "\(folder)/linear", "--model", other, "--data", data])
      #expect(foreign.status == 65 && foreign.errors.contains("its model is"))
    }
  }

  @Test("a dry run lists the constants of the paper for the data set, and given ones replace them in the result")
  func constants() throws {
    try withPictures { data, folder in
      let model = try ConvertedModel.modifiedResNet.get()
      func plan(_ more: [String]) throws -> [String: JSONNode] {
        let found = try parse(
          Executable.run(
            ["probe", "--model", model, "--output", "\(folder)/x", "--dry-run", "--format", "json"] + more))
        let rows = try found.array("constants").map { (try $0.string("name"), $0) }
        return Dictionary(uniqueKeysWithValues: rows)
      }
      let eurosat = try plan(["--data", "eurosat:\(folder)", "--method", "tip-adapter-f"])
      for (name, value) in [("alpha_limit", 10.0), ("beta_limit", 12), ("alpha", 2), ("epochs", 100), ("crops", 10)] {
        #expect(try eurosat[name]?.number("value") == value && eurosat[name]?.string("from") == "paper", "\(name)")
      }
      let flowers = try plan(["--data", "flowers102:\(folder)", "--method", "taskres"])
      #expect(try flowers["alpha"]?.number("value") == 1 && flowers["learning_rate"]?.number("value") == 0.002)
      let imagenet = try plan(["--data", "imagenet:\(folder)", "--method", "taskres", "--alpha", "0.7"])
      #expect(try imagenet["learning_rate"]?.number("value") == 2e-4)
      #expect(try imagenet["alpha"]?.number("value") == 0.7 && imagenet["alpha"]?.string("from") == "given")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/x"))

      let found = try parse(
        Executable.run([
          "probe", "--model", model, "--data", data, "--shots", "2", "--method", "tip-adapter", "--alpha", "0.5",
          "--beta", "2", "--crops", "3", "--output", "\(folder)/tip", "--format", "json",
        ]))
      #expect(try found.node("settings").number("alpha") == 0.5 && found.node("settings").number("beta") == 2)
      #expect(try found.node("constants").integer("crops") == 3 && found.node("constants").bool("all_validation"))
      for (more, message) in [
        (["--method", "linear", "--alpha", "1"], "--alpha goes with"),
        (["--method", "taskres", "--crops", "2"], "--crops goes with"),
        (["--method", "tip-adapter", "--beta", "1", "--beta-limit", "3"], "--beta-limit is for a search"),
      ] {
        let outcome = try Executable.run(
          ["probe", "--model", model, "--data", data, "--output", "\(folder)/y"] + more)
        #expect(outcome.status == 64 && outcome.errors.contains(message), "\(outcome.errors)")
      }
    }
  }

  @Test("zero-shot on arrays picks the largest cosine, and refuses arrays that don't fit in one sentence")
  func zeroShotArrays() throws {
    try withTemporaryFolder { folder in
      func write(_ floats: [Float], _ shape: [Int], _ name: String) throws -> String {
        try NumPyFile.write(Tensor(floats, shape: shape), to: "\(folder)/\(name)")
        return "\(folder)/\(name)"
      }
      let features = try write([1, 0, 0, 3, 2, 1], [3, 2], "F.npy")
      let text = try write([5, 0, 0, 1], [2, 2], "T.npy")
      let labels = try writeLabels([0, 1, 1], to: "\(folder)/L.npy")
      func run(_ features: String, _ labels: String, _ text: String) throws -> Executable.Outcome {
        try Executable.run([
          "zero-shot", "--features", features, "--labels", labels, "--text-features", text, "--format", "json",
        ])
      }
      let found = try parse(run(features, labels, text))
      #expect(try found.integer("correct") == 2 && found.integer("n") == 3 && found.integer("class_count") == 2)
      let wrong = [
        (features, try writeLabels([0, 1], to: "\(folder)/short.npy"), text, "expected [3]"),
        (features, try writeLabels([0, 1, 2], to: "\(folder)/far.npy"), text, "label 2 of row 2"),
        (features, features, text, "expected [3]"),
        (try write([.nan, 0, 0, 3, 2, 1], [3, 2], "nan.npy"), labels, text, "NaN"),
        (try write([1, 0, 0], [3, 1], "narrow.npy"), labels, text, "rows have 1 numbers"),
        (features, labels, try write([1, 2], [2], "flat.npy"), "[rows, width]"),
      ]
      for (features, labels, text, reason) in wrong {
        let outcome = try run(features, labels, text)
        #expect(outcome.status == 65 && outcome.errorLines.count == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains(reason), "\(outcome.errors)")
      }
    }
  }

  @Test("the executable holds CLIP's seven and eighty templates; templates compares each with a photo of a {}.")
  func templates() throws {
    try withPictures { data, folder in
      let model = try ConvertedModel.modifiedResNet.get()
      for (name, count) in [("clip-7", 7), ("clip-80", 80)] {
        let found = try parse(
          Executable.run([
            "zero-shot", "--model", model, "--data", data, "--templates", name, "--truncate", "--format", "json",
          ]))
        #expect(try found.array("templates").count == count)
      }
      let list = "\(folder)/templates.txt"
      try Data("the {}\na big {}\n".utf8).write(to: URL(fileURLWithPath: list))
      let found = try parse(
        Executable.run(["templates", "--model", model, "--data", data, "--file", list, "--format", "json"]))
      #expect(try found.array("templates").count == 3)
      #expect(try found.string("reference") == "a photo of a {}.")
      #expect(try found.number("best_accuracy") >= found.number("reference_accuracy"))
      #expect(try found.number("mcnemar_exact_p") <= 1 && found.array("difference_interval").count == 2)
      try Data("no placeholder\n".utf8).write(to: URL(fileURLWithPath: list))
      let bad = try Executable.run(["templates", "--model", model, "--data", data, "--file", list])
      #expect(bad.status == 64 && bad.errors.contains("no placeholder"))
    }
  }

  @Test(
    "meaningless combinations of options are rejected before any work",
    arguments: [
      (["--data", "folder:x"], "--model"), (["--features", "x.h5"], "--model"),
      (["--data", "folder:x", "--model", "m", "--c", "1", "--method", "taskres"], "--c goes with"),
      (["--features", "x.npy", "--train-labels", "y.npy", "--method", "taskres"], "--text-features"),
      (["--features", "x.npy", "--train-labels", "y.npy", "--target", "folder:x"], "class names"),
      (["--features", "x.npy", "--train-labels", "y.npy", "--test-features", "t.npy"], "pairs"),
      (["--data", "folder:x", "--model", "m", "--shots", "0"], "--shots is 0"),
    ])
  func refusals(arguments: [String], reason: String) throws {
    let outcome = try Executable.run(["probe", "--output", "/nowhere"] + arguments)
    #expect(outcome.status == 64 && outcome.errors.contains(reason), "\(outcome.errors)")
  }

  // MARK: - Data

  private func parse(_ outcome: Executable.Outcome) throws -> JSONNode {
    try #require(outcome.status == 0, "\(outcome.errors)")
    return JSONNode(source: "output", value: try JSON(parsing: Array(outcome.output.utf8), source: "output"))
  }

  /// Calls `body` with a folder that holds the images and words of Tests/Fixtures/classifiers as arrays.
  private func withArrays(_ body: (_ folder: String, _ arguments: [String]) throws -> Void) throws {
    let root = try JSONNode(contentsOf: Fixtures.path("classifiers/expected.json"))
    func rows(_ name: String) throws -> Tensor {
      let rows = try root.array(name).map { try $0.array().map { Float(try $0.number()) } }
      return try Tensor(rows.flatMap { $0 }, shape: [rows.count, rows[0].count])
    }
    try withTemporaryFolder { folder in
      for (name, file) in [("features", "X"), ("test", "T"), ("text", "W")] {
        try NumPyFile.write(rows(name), to: "\(folder)/\(file).npy")
      }
      let labels = try writeLabels(root.array("labels").map { try $0.integer() }, to: "\(folder)/y.npy")
      let tests = try writeLabels([0, 1, 2, 0, 1], to: "\(folder)/t.npy")
      try body(
        folder,
        [
          "--train-features", "\(folder)/X.npy", "--train-labels", labels, "--test-features", "\(folder)/T.npy",
          "--test-labels", tests, "--text-features", "\(folder)/W.npy", "--scale", "20",
        ])
    }
  }

  /// Calls `body` with a table of small pictures in two classes, half of them drawn.
  private func withPictures(_ body: (_ data: String, _ folder: String) throws -> Void) throws {
    let pictures = ["baseline-420.jpg", "gray.jpg", "lossless.webp", "rgba-8-bit.png"]
    try withTemporaryFolder { folder in
      var lines = ["path,label,split,kind"]
      for (split, offset) in [("train", 0), ("val", 1), ("test", 2)] {
        for (index, label) in ["cat", "cat", "dog", "dog"].enumerated() {
          let picture = Fixtures.path("images/\(pictures[(index + offset) % pictures.count])")
          lines.append("\(picture),\(label),\(split),\(index % 2 == 0 ? "photo" : "drawn")")
        }
      }
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: "\(folder)/table.csv"))
      try body("csv:\(folder)/table.csv", folder)
    }
  }
}
