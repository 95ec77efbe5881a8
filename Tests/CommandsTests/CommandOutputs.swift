import Foundation
import PromptLensJSONDocuments
import PromptLensTensorFiles
import TestSupport
import Testing

/// The documents that all commands write and print about a small study.
struct CommandOutputs {
  /// A document with the name of its schema.
  struct Output {
    let schema: String
    /// The file, or the command that printed it.
    let name: String
    let value: JSON
    /// The keys of objects whose own keys are names from elsewhere.
    var freeKeys: Set<String> = [
      "modes", "library_versions", "attributes", "metadata", "entries", "models", "meta_net",
    ]
  }

  private let folder: String
  private let model: String
  /// A model whose image tower takes prompts.
  private let transformer: String
  /// The pictures of the study, as after `--data`.
  private var photo: String { "folder:\(folder)/photo" }
  private var sketch: String { "folder:\(folder)/sketch" }

  /// Learns the runs that commands are given.
  init(in folder: String) throws {
    self.folder = folder
    model = try ConvertedModel.modifiedResNet.get()
    transformer = try ConvertedModel.visionTransformer.get()
    let run = try SmallStudy.train(folder, output: "run")
    _ = try SmallStudy.train(folder, output: "run2", seed: 2)
    let conditional = try SmallStudy.train(folder, output: "conditional", ["--method", "cocoop", "--init", "the cat"])
    _ = try print(["export", conditional, "--as", "json", "--output", "\(folder)/context.json"])
    _ = try print(["export", run, "--as", "npy", "--output", "\(folder)/context.npy"])
    _ = try print(["classifier", run, "--output", "\(folder)/weights.json"])
    _ = try print(["classifier", run, "--layout", "open-clip", "--output", "\(folder)/head.npy"])
    _ = try print([
      "train", "--model", transformer, "--data", photo, "--shots", "2", "--views", "1",
      "--epochs", "2", "--method", "maple", "--output", "\(folder)/deep", "--feature-folder", "\(folder)/features-vit",
    ])
    try writeExpectation(of: run)
    _ = try print([
      "draw", "--output", "\(folder)/many", "--styles", "photo", "--classes", "moon", "star", "--train", "4", "--test",
      "3",
    ])
    let grid =
      "{\"model\": \"\(model)\", \"data\": \"\(photo)\", \"shots\": [1, 2], \"epochs\": 2, \"context_length\": 2}"
    try Data(grid.utf8).write(to: URL(fileURLWithPath: "\(folder)/grid.json"))
    var rows = "path,label,domain\n"
    for domain in ["photo", "sketch"] {
      for name in ["cat", "dog"] {
        for part in ["train", "test"] {
          for file in try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(domain)/\(part)/\(name)")
            .sorted()
          {
            rows += "\(domain)/\(part)/\(name)/\(file),\(name),\(domain)\n"
          }
        }
      }
    }
    try Data(rows.utf8).write(to: URL(fileURLWithPath: "\(folder)/domains.csv"))
    try Data("cat\ndog\nzebra\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/names.txt"))
    let tasks = try print(["sweep", "plan", "\(folder)/grid.json"])
    try Data(tasks.utf8).write(to: URL(fileURLWithPath: "\(folder)/tasks.jsonl"))
  }

  /// Runs a command, and returns what it prints.
  func print(_ arguments: [String]) throws -> String {
    let outcome = try Executable.run(arguments)
    try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
    return outcome.output
  }

  /// Writes the numbers that `verify --context` compares with: a prompt's own.
  private func writeExpectation(of run: String) throws {
    let pictures = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/photo/test/cat").sorted()
    let embedded = try document(
      ["embed", "--model", model, "--image"] + pictures.map { "\(folder)/photo/test/cat/\($0)" })
    let weights = try JSONNode(contentsOf: "\(folder)/weights.json")
    let features = try embedded.array("image_features").map { try $0.array().map { try $0.number() } }
    let rows = try weights.array("weights").map { try $0.array().map { try $0.number() } }
    let scale = try weights.number("scale")
    let logits = features.map { feature in
      let length = feature.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return rows.map { row in scale * zip(feature, row).reduce(0) { $0 + $1.0 * $1.1 } / length }
    }
    let expected: JSON = [
      "classnames": .array(try weights.array("class_names").map { $0.value }), "text_features": .matrix(rows),
      "images": .array(pictures.map { .string($0) }), "image_features": .matrix(features), "logits": .matrix(logits),
    ]
    try Data(expected.serialized().utf8).write(to: URL(fileURLWithPath: "\(folder)/expected.json"))
    // Vectors without a description.
    _ = try print(["export", run, "--as", "npy", "--output", "\(folder)/plain.npy"])
    try FileManager.default.removeItem(atPath: "\(folder)/plain.npy.json")
  }

  private func document(_ arguments: [String]) throws -> JSONNode {
    JSONNode(
      source: arguments[0],
      value: try JSON(parsing: Array(print(arguments + ["--format", "json"]).utf8), source: arguments[0]))
  }

  /// Returns the commands whose results are printed, each with the name of its schema; `tag` is a part of the names of what
  /// they write.
  private func commands(_ tag: String) -> [(schema: String, arguments: [String])] {
    let run = "\(folder)/run"
    let picture = "\(folder)/photo/test/cat"
    let pictures = ((try? FileManager.default.contentsOfDirectory(atPath: picture)) ?? []).map { "\(picture)/\($0)" }
    let out = "\(folder)/\(tag)"
    let predict = ["predict", run] + pictures
    let quick = ["--shots", "1", "--views", "1", "--epochs", "2", "--context-length", "2"]
    let train = ["train", "--model", model, "--data", photo, "--output", "\(out)-run"] + quick
    let baseToNew =
      ["base-to-new", "--model", model, "--data", photo, "--cross", sketch, "--output", "\(out)-base"] + quick
    return [
      ("convert", ["convert", Fixtures.path("openai-h5-vit"), "--output", "\(out)-model"]),
      ("convert-list", ["convert", "--list"]),
      ("export", ["export", model, "--as", "openai-jit", "--output", "\(out).pt"]),
      ("export", ["export", model, "--as", "onnx", "--output", "\(out)-graphs"]),
      ("export", ["export", run, "--as", "onnx", "--output", "\(out).onnx"]),
      ("export", ["export", run, "--as", "safetensors", "--output", "\(out).safetensors"]),
      ("inspect", ["inspect", model, "--tensors"]), ("inspect", ["inspect", run]),
      ("inspect", ["inspect", "\(run)/context.h5"]), ("inspect", ["inspect", "\(folder)/weights.json"]),
      ("verify", ["verify", model]),
      ("verify-published", ["verify", (try? ConvertedModel.own.get()) ?? model, "--published"]),
      (
        "verify-prompt",
        [
          "verify", "--model", model, "--context", "\(folder)/plain.npy", "--expected", "\(folder)/expected.json",
          "--class-position", "end",
        ]
      ), ("tokenize", ["tokenize", "a photo of a cat."]), ("tokenize", ["tokenize", "--ids", "320", "1125"]),
      ("embed", ["embed", "--model", model, "--text", "a cat"]),
      ("zero-shot", ["zero-shot", "--model", model, "--data", photo]),
      ("templates", ["templates", "--model", model, "--data", photo]),
      ("fit", ["fit", "\(folder)/many/photo", "--model", model, "--time", "20s", "--output", "\(out)-fit"]),
      ("suspects", ["suspects", photo, "--model", model, "--folds", "2", "--output", "\(out)-suspects"]),
      ("probe", ["probe", "--model", model, "--data", photo, "--method", "linear", "--output", "\(out)-probe"]),
      ("evaluate", ["evaluate", run, "--data", sketch]),
      ("evaluate", ["evaluate", "\(folder)/weights.json", "--data", sketch, "--model", model]),
      ("compare", ["compare", run, "\(folder)/weights.json", "--zero-shot", "--data", sketch, "--draws", "100"]),
      (
        "ood",
        [
          "ood", "--classifier", run, "--in", photo, "--out", "folder:\(folder)/other", "--draws", "100", "--output",
          "\(out)-ood",
        ]
      ),
      (
        "calibrate",
        ["calibrate", "--classifier", run, "--validation", photo, "--validation-split", "test", "--test", sketch]
      ),
      ("adapt", ["adapt", "--method", "tda", "--model", model, "--data", sketch, "--feature-folder", "\(out)-adapt"]),
      ("predict", predict),
      (
        "predict",
        [
          "predict", "\(Repository.root)/weights/mini-clip", "--classes", "\(folder)/names.txt", "--explain",
          "\(out)-explained", "--explain-method", "integrated-gradients", "--explain-against", "dog",
        ] + pictures
      ), ("decode", ["decode", run, "--model", model, "--controls"]),
      ("decode-several", ["decode", run, "\(folder)/run2", "--model", model]),
      (
        "decode-deep",
        [
          "decode", "\(folder)/deep", "--model", transformer, "--controls", "--patches", photo,
        ]
      ), ("data-list", ["data", "list"]),
      ("data-check", ["data", "check", photo, "--decode"]),
      ("data-split", ["data", "split", "--data", photo, "--output", "\(out)-split.json"]),
      ("data-draw", ["data", "draw", "--data", photo, "--shots", "1"]),
      (
        "data-corrupt",
        [
          "data", "corrupt", photo, "--kinds", "fog", "--severities", "1", "--split", "test", "--output",
          "\(out)-corrupt",
        ]
      ), ("draw", ["draw", "--output", "\(out)-pictures", "--classes", "star", "moon", "--train", "1", "--test", "1"]),
      ("draw-list", ["draw", "--list"]),
      ("extract", ["extract", "--model", model, "--data", photo, "--split", "test", "--output", "\(out).h5"]),
      ("result", train), ("dry-run", train + ["--dry-run", "--output", "\(out)-nothing"]),
      ("dry-run", ["sweep", "run", "\(folder)/grid.json", "--output", "\(out)-nothing", "--dry-run"]),
      ("sweep-run", ["sweep", "run", "\(folder)/tasks.jsonl", "--output", "\(out)-sweep"]),
      ("sweep", ["sweep", "merge", "\(out)-sweep"]),
      ("transfer", ["transfer", "--run", run, "--source", photo, "--target", sketch, "--output", "\(out)-transfer"]),
      (
        "leave-one-out",
        [
          "transfer", "--leave-one-out", "csv:\(folder)/domains.csv", "--domain", "domain", "--model", model,
          "--methods",
          "nearest-mean", "--seeds", "1,2", "--output", "\(out)-left",
        ]
      ), ("base-to-new", baseToNew),
      (
        "noise",
        [
          "noise", "--model", model, "--data", photo, "--rates", "0,0.5", "--kinds", "symmetric", "--losses", "ce",
          "--seeds", "1", "--shots", "2", "--views", "1", "--epochs", "2", "--context-length", "2", "--output",
          "\(out)-noise",
        ]
      ),
      (
        "interpretation",
        ["interpret", run, "--against", "\(folder)/run2", "--data", photo, "--output", "\(out)-report"]
      ), ("deep-interpretation", ["interpret", "\(folder)/deep", "--data", photo, "--output", "\(out)-deep"]),
      ("demo", ["demo", "--quick", "--output", "\(out)-demo"]), ("doctor", ["doctor"]),
    ]
  }

  /// All JSON: what is printed, then the files.
  var json: [Output] {
    get throws {
      var outputs = try commands("json").map { schema, arguments in
        Output(schema: schema, name: arguments.joined(separator: " "), value: try document(arguments).value)
      }
      var files = [
        ("run", "run/run.json"), ("result", "run/result.json"), ("predictions", "run/predictions.json"),
        ("context", "context.json"), ("array", "context.npy.json"), ("classifier", "weights.json"),
        ("array", "head.npy.json"), ("split", "json-split.json"), ("noise-run", "json-noise/run.json"),
        ("cross", "json-base/cross.json"), ("interpretation", "json-report/interpretation.json"),
        ("deep-interpretation", "json-deep/interpretation.json"),
        ("probe", "json-probe/result.json"), ("explanation", "json-explained/explanation.json"),
      ].map { ($0.0, "\(folder)/\($0.1)") }
      files += [("manifest", "\(model)/manifest.json"), ("golden", "\(model)/golden.json")]
      for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
        if path.hasSuffix(".section.json") { files.append(("section", "\(folder)/\(path)")) }
        if path.hasPrefix("json-noise/noise/") { files.append(("label-noise", "\(folder)/\(path)")) }
      }
      for (schema, path) in files {
        outputs.append(Output(schema: schema, name: path, value: try JSON(contentsOf: path)))
      }
      for (schema, path) in [("log", "run/log.jsonl"), ("task", "tasks.jsonl")] {
        for line in try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8).split(separator: "\n") {
          outputs.append(Output(schema: schema, name: path, value: try JSON(parsing: Array(line.utf8), source: path)))
        }
      }
      return outputs
    }
  }

  /// The printed CSV of each command.
  func tables() throws -> [(name: String, text: String)] {
    try commands("csv").map { ($1.joined(separator: " "), try print($1 + ["--format", "csv"])) }
  }
}
