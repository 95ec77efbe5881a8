import PromptLensPromptLearning
import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("The executable verifies models and exports models and contexts")
struct ExportAndVerifyTests {
  @Test("verify accepts the golden features and numbers computed elsewhere, and detects another model")
  func verify() throws {
    let model = try ConvertedModel.visionTransformer.get()
    let expected = Fixtures.path("openai-h5-vit/expected.json")
    let outcome = try Executable.run(["verify", model, "--expected", expected, "--format", "json"])
    let json = try parse(outcome)
    #expect(try json.node("agrees").bool())
    let checks = try json.array("checks")
    #expect(try checks.prefix(2).allSatisfy { try $0.number("largest_difference") == 0 })
    #expect(try checks.count == 4 && checks.allSatisfy { try $0.number("largest_difference") < 1e-6 })

    let strict = try Executable.run(["verify", model, "--expected", expected, "--tolerance", "0"])
    #expect(strict.status == 65 && strict.output.contains("DIFFERS") && strict.errorLines.count == 1)
    let foreign = try Executable.run(["verify", model, "--expected", Fixtures.path("tf-h5/expected.json")])
    #expect(foreign.status == 65)

    try withTemporaryFolder { folder in
      try Data("{\"text_features\": [], \"image_features\": []}".utf8)
        .write(to: URL(fileURLWithPath: "\(folder)/none.json"))
      let nothing = try Executable.run(["verify", model, "--expected", "\(folder)/none.json"])
      #expect(nothing.status == 65 && nothing.errors.contains("none.json"), "features that are not there agree")
      try Data("a cat\na dog\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/texts.txt"))
      let embed = ["embed", "--model", model, "--input", "\(folder)/texts.txt"]
      #expect(try Executable.run(embed + ["--output", "\(folder)/a.npy"]).status == 0)
      #expect(try Executable.run(embed + ["--output", "\(folder)/a.json"]).status == 0)
      let both = [["a.npy", "--texts", "\(folder)/texts.txt"], ["a.json"]]
      for file in both {
        let outcome = try Executable.run(["verify", model, "--expected", "\(folder)/\(file[0])"] + file.dropFirst())
        #expect(outcome.status == 0, "\(outcome.errors)")
      }
    }
  }

  @Test("convert --no-verify doesn't keep features, and verify reports it")
  func noVerify() throws {
    try withTemporaryFolder { folder in
      let convert = ["convert", Fixtures.path("tf-h5"), "--output", "\(folder)/m", "--no-verify"]
      #expect(try Executable.run(convert).status == 0)
      let outcome = try Executable.run(["verify", "\(folder)/m"])
      #expect(outcome.status == 65 && outcome.errors.contains("golden.json"))
    }
  }

  @Test("verify detects one bit that changed after the conversion")
  func damage() throws {
    try withTemporaryFolder { folder in
      let model = "\(folder)/m"
      #expect(try Executable.run(["convert", Fixtures.path("tf-h5"), "--output", model]).status == 0)
      var bytes = try Data(contentsOf: URL(fileURLWithPath: "\(model)/model.h5"))
      bytes[bytes.count / 2] ^= 1
      try bytes.write(to: URL(fileURLWithPath: "\(model)/model.h5"))
      let outcome = try Executable.run(["verify", model])
      #expect(outcome.status == 65 && outcome.errorLines.count == 1, "\(outcome.errors)")
      #expect(outcome.errors.contains("have changed since they were written"))
    }
  }

  @Test("a model's exports convert back to the same fingerprint")
  func export() throws {
    let model = try ConvertedModel.visionTransformer.get()
    try withTemporaryFolder { folder in
      for (form, name) in [("safetensors", "a"), ("openai-safetensors", "b.safetensors"), ("hf", "c")] {
        let outcome = try Executable.run(["export", model, "--as", form, "--output", "\(folder)/\(name)"])
        // transformers' crops begin at the lower pixel, which is said.
        let isSaid =
          form == "hf" && outcome.errorLines.count == 1 && outcome.errors.hasPrefix("note: transformers rounds")
        #expect(outcome.status == 0 && (outcome.errors.isEmpty || isSaid), "\(outcome.errors)")
        let again = "\(folder)/again-\(form)"
        #expect(try Executable.run(["convert", "\(folder)/\(name)", "--output", again]).status == 0)
        func fingerprint(_ folder: String) throws -> String {
          try JSONNode(contentsOf: "\(folder)/manifest.json").string("fingerprint")
        }
        #expect(try fingerprint(again) == fingerprint(model))
      }
      let network = try ConvertedModel.modifiedResNet.get()
      let refused = try Executable.run(["export", network, "--as", "hf", "--output", "\(folder)/rn"])
      #expect(refused.status == 65 && refused.errors.contains("ModifiedResNet") && refused.errorLines.count == 1)
    }
  }

  @Test("a context that names classes becomes a CoOp checkpoint that decodes to the same words")
  func context() throws {
    let model = try ConvertedModel.visionTransformer.get()
    let source = Fixtures.path("coop/uc.pth.tar-50")
    try withTemporaryFolder { folder in
      let json = "\(folder)/context.json"
      #expect(try Executable.run(["export", source, "--as", "json", "--output", json]).status == 0)
      let coop = "\(folder)/model.pth.tar-3"
      let bare = try Executable.run(["export", json, "--as", "coop", "--output", coop])
      #expect(bare.status == 65 && bare.errors.contains("--classes"))
      let arguments = ["--model", model, "--classes", Fixtures.path("coop/classes.json"), "--epoch", "3"]
      #expect(try Executable.run(["export", json, "--as", "coop", "--output", coop] + arguments).status == 0)
      let decoded = try Executable.run(["decode", coop, "--model", model, "--format", "json"])
      #expect(try decoded.output == Executable.run(["decode", source, "--model", model, "--format", "json"]).output)
      let inspection = try parse(Executable.run(["inspect", coop, "--model", model, "--format", "json"]))
      let classes = try inspection.node("facts").array("classes").map { try $0.string() }
      #expect(classes == ["cat", "drawing_of_2 dogs"])
      #expect(try inspection.node("facts").integer("epoch") == 3)
    }
  }

  @Test("a run that becomes a CoOp checkpoint keeps its accuracy, names, class position and method")
  func run() throws {
    try SmallStudy.with { folder in
      let run = try SmallStudy.train(folder, output: "run", ["--class-position", "middle"])
      let coop = "\(folder)/model.pth.tar-3"
      let written = try Executable.run(["export", run, "--as", "coop", "--output", coop])
      try #require(written.status == 0, "\(written.errors)")
      let model = try ConvertedModel.modifiedResNet.get()
      func loss(_ prompt: String) throws -> Double {
        try parse(
          Executable.run([
            "evaluate", prompt, "--model", model, "--data", "folder:\(folder)/sketch", "--format", "json",
          ])
        ).number("negative_log_likelihood")
      }
      #expect(try abs(loss(coop) - loss(run)) < 1e-6)
      let facts = try parse(Executable.run(["inspect", coop, "--format", "json"])).node("facts")
      #expect(try facts.string("class_position") == "middle")
      #expect(try facts.array("classes").map { try $0.string() } == ["cat", "dog", "red house", "zebra"])
    }
  }

  @Test("a checkpoint in ATPrompt's form classifies, moves to other data, and is told with its words")
  func attributes() throws {
    try SmallStudy.with { folder in
      let model = try ConvertedModel.visionTransformer.get()
      let learned = try Executable.run([
        "train", "--model", model, "--data", "folder:\(folder)/photo", "--shots", "2", "--views", "1", "--epochs", "2",
        "--context-length", "4", "--output", "\(folder)/run",
      ])
      try #require(learned.status == 0, "\(learned.errors)")
      let (json, attributes) = ("\(folder)/plain.json", "\(folder)/attributes.json")
      #expect(try Executable.run(["export", "\(folder)/run", "--as", "json", "--output", json]).status == 0)
      // The same vectors, of which the second counts as an attribute's word.
      let text = try String(contentsOfFile: json, encoding: .utf8)
      try text.replacing("\"method\"", with: "\"parts\":\"ctx_att1 1, token_middle1 1, ctx 2\",\"method\"").write(
        toFile: attributes, atomically: true, encoding: .utf8)
      let coop = "\(folder)/model.pth.tar-3"
      let written = try Executable.run([
        "export", attributes, "--as", "coop", "--model", model, "--epoch", "3", "--output", coop,
      ])
      try #require(written.status == 0, "\(written.errors)")
      let facts = try parse(Executable.run(["inspect", coop, "--model", model, "--format", "json"]))
      #expect(try facts.string("kind") == "ATPrompt checkpoint")
      let prompt = try facts.node("facts").string("prompt")
      #expect(prompt == "[1 vector] [a word] [2 vectors] CLASS", "\(prompt)")
      for data in ["photo", "sketch"] {
        func loss(_ prompt: String) throws -> Double {
          try parse(
            Executable.run([
              "evaluate", prompt, "--model", model, "--data", "folder:\(folder)/\(data)", "--format", "json",
            ])
          ).number("negative_log_likelihood")
        }
        #expect(try abs(loss(coop) - loss("\(folder)/run")) < 1e-6)
      }
      let predicted = try Executable.run(["predict", coop, "--model", model, Fixtures.path("images/lossless.webp")])
      #expect(predicted.status == 0, "\(predicted.errors)")
      let moved = try Executable.run([
        "transfer", "--run", coop, "--model", model, "--source", "folder:\(folder)/photo", "--target",
        "folder:\(folder)/sketch", "--output", "\(folder)/transfer",
      ])
      #expect(moved.status == 0, "\(moved.errors)")
    }
  }

  @Test("a context of another model is rejected with the name of a fitting model folder beside it")
  func foreignContext() throws {
    let model = try ConvertedModel.visionTransformer.get()
    try withTemporaryFolder { folder in
      #expect(
        try Executable.run(["convert", Fixtures.path("tf-h5"), "--output", "\(folder)/other", "--no-verify"]).status
          == 0)
      let arguments = ["decode", Fixtures.path("coop/csc-f16.pth.tar-7"), "--model", "\(folder)/other"]
      let alone = try Executable.run(arguments)
      #expect(alone.status == 65 && alone.errors.contains("promptlens inspect") && alone.errorLines.count == 1)
      try FileManager.default.createSymbolicLink(atPath: "\(folder)/right", withDestinationPath: model)
      let named = try Executable.run(arguments)
      #expect(named.status == 65 && named.errors.contains("\(folder)/right fits"), "\(named.errors)")
    }
  }

  @Test(
    "wrong usage is reported",
    arguments: [
      ["export", "/nowhere", "--as", "hf", "--output", "x", "--epoch", "2"],
      ["export", "/nowhere", "--as", "openai-pt", "--output", "x"],
      ["export", "/nowhere", "--as", "coop", "--output", "x", "--classes", "y"],
      ["export", "/nowhere", "--as", "openai-safetensors", "--output", "x"],
      ["export", "/nowhere", "--as", "keras", "--output", "x"],
      ["export", "/nowhere", "--as", "python", "--output", "x.onnx"], ["verify", "/nowhere", "--expected", "a.npy"],
      ["verify", "/nowhere", "--expected", "a.json", "--texts", "b"], ["verify", "/nowhere", "--tolerance=-1"],
    ])
  func usage(arguments: [String]) throws {
    let outcome = try Executable.run(arguments)
    #expect(outcome.status == 64 && outcome.output.isEmpty, "\(outcome.errors)")
  }

  private func parse(_ outcome: Executable.Outcome) throws -> JSONNode {
    try #require(outcome.status == 0, "\(outcome.errors)")
    return JSONNode(source: "output", value: try JSON(parsing: Array(outcome.output.utf8), source: "output"))
  }
}
