import Foundation
import PromptLensJSONDocuments
import PromptLensTensorFiles
import PromptLensTensors
import TestSupport
import Testing

@Suite("The executable takes plain arrays of features in place of images")
struct PlainArrayTests {
  @Test("train, evaluate and zero-shot find the same numbers on arrays as on the stored features that they hold")
  func numbers() throws {
    try SmallStudy.with { folder in
      let model = try ConvertedModel.modifiedResNet.get()
      let arrays = try arrays(of: folder, model)
      let recipe = ["--shots", "2", "--epochs", "3", "--context-length", "2"]
      let stored = try json(
        ["train", "--model", model, "--features", "\(folder)/train.h5", "--test-features", "\(folder)/test.h5"]
          + ["--output", "\(folder)/stored"] + recipe)
      let plain = try json(
        ["train", "--model", model, "--output", "\(folder)/plain"] + arrays.train + arrays.test.training + recipe)
      for key in ["accuracy", "zero_shot_accuracy", "context_sha256"] {
        #expect(stored[key] != nil && stored[key]?.value == plain[key]?.value, "\(key)")
      }
      let named = ["--classes", arrays.names]
      for command in [["evaluate", "\(folder)/plain"], ["zero-shot", "--model", model]] {
        let stored = try json(command + ["--features", "\(folder)/test.h5"])
        let plain = try json(command + arrays.test.measuring + named)
        #expect(stored["accuracy"] != nil && stored["accuracy"]?.value == plain["accuracy"]?.value)
        #expect(stored["confusion"]?.value == plain["confusion"]?.value)
      }
    }
  }

  @Test("a classifier of arrays is measured on others, by the classes' numbers or names")
  func classifiers() throws {
    try SmallStudy.with { folder in
      let arrays = try arrays(of: folder, ConvertedModel.modifiedResNet.get())
      for names in [[], ["--classes", arrays.names]] {
        let probe = "\(folder)/probe-\(names.count)"
        let images = arrays.train.filter { $0 != "--classes" && $0 != arrays.names } + names
        let found = try json(
          ["probe", "--method", "nearest-mean", "--output", probe] + images + arrays.test.training)
        let evaluated = try json(["evaluate", probe] + arrays.test.measuring + names)
        #expect(try evaluated.number("accuracy") == found.number("accuracy"))
      }
    }
  }

  @Test("arrays without names, of another width or beside other features are refused by name")
  func refusals() throws {
    try SmallStudy.with { folder in
      let model = try ConvertedModel.modifiedResNet.get()
      let arrays = try arrays(of: folder, model)
      try NumPyFile.write(Tensor([1, 2, 3, 4], shape: [2, 2]), to: "\(folder)/narrow.npy")
      let narrow = [
        "--features", "\(folder)/narrow.npy", "--labels", try writeLabels([0, 1], to: "\(folder)/two.npy"), "--classes",
        try write("cat\ndog\n", to: "\(folder)/two.txt"),
      ]
      let train = ["train", "--model", model, "--output", "\(folder)/run"]
      for (arguments, status, reason) in [
        (train + arrays.train.dropLast(2), 64, "--classes"),
        (["zero-shot", "--model", model] + arrays.test.measuring, 64, "--classes"),
        (
          train + ["--features", "\(folder)/train.h5", "--classes", arrays.names], 64,
          "a feature file names its classes"
        ),
        (train + ["--data", "folder:\(folder)/photo", "--labels", "y.npy"], 64, "--labels goes with --features"),
        (train + ["--data", "folder:\(folder)/photo", "--classes", "c.txt"], 64, "--classes goes with plain arrays"),
        (train + arrays.train + ["--test-features", "t.npy"], 64, "pairs"),
        (train + narrow, 65, "rows have 2 numbers"),
        (["zero-shot", "--model", model] + narrow, 65, "rows have 2 numbers"),
      ] as [([String], Int32, String)] {
        let outcome = try Executable.run(arguments)
        #expect(outcome.status == status && outcome.errors.contains(reason), "\(arguments): \(outcome.errors)")
      }
    }
  }

  // MARK: - Arrays

  /// The options for the arrays of a study's features.
  private struct Arrays {
    let train: [String]
    let test: (training: [String], measuring: [String])
    let names: String
  }

  /// Writes the features of a small study's pictures as `.npy` files.
  private func arrays(of folder: String, _ model: String) throws -> Arrays {
    var names = ""
    for split in ["train", "test"] {
      let path = "\(folder)/\(split).h5"
      let extracted = try Executable.run([
        "extract", "--model", model, "--data", "folder:\(folder)/photo", "--split", split, "--output", path,
      ])
      try #require(extracted.status == 0, "\(extracted.errors)")
      let file = try HDF5File(path: path)
      let features = try file.tensor("features")
      let shape = features.shape.dimensions
      try NumPyFile.write(features.reshaped([shape[0], shape[2]], name: split), to: "\(folder)/\(split).npy")
      _ = try writeLabels(file.integers("labels"), to: "\(folder)/\(split)-labels.npy")
      names = try write(file.strings("class_names").joined(separator: "\n") + "\n", to: "\(folder)/names.txt")
    }
    let (test, labels) = ("\(folder)/test.npy", "\(folder)/test-labels.npy")
    return Arrays(
      train: [
        "--features", "\(folder)/train.npy", "--labels", "\(folder)/train-labels.npy", "--classes", names,
      ],
      test: (["--test-features", test, "--test-labels", labels], ["--features", test, "--labels", labels]), names: names
    )
  }

  private func write(_ text: String, to path: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  private func json(_ arguments: [String]) throws -> JSONNode {
    let outcome = try Executable.run(arguments + ["--format", "json"])
    try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
    return JSONNode(source: "output", value: try JSON(parsing: Array(outcome.output.utf8), source: "output"))
  }
}
