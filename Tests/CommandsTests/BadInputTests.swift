import PromptLensPromptLearning
import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("Bad input gets one sentence, the right exit code, and leaves nothing behind")
struct BadInputTests {
  @Test(
    "missing files end commands with the exit code of missing input",
    arguments: [
      ["convert", "/nowhere/model.h5", "--output", "out"], ["inspect", "/nowhere"],
      ["decode", "/nowhere.npy", "--model", "."],
      ["tokenize", "--model", "/nowhere", "a"], ["zero-shot", "--model", ".", "--images", "/nowhere"],
      ["embed", "--model", "/nowhere", "--text", "a"],
    ])
  func missing(arguments: [String]) throws {
    try expectRefusal(arguments, status: 66, mentioning: "/nowhere")
  }

  @Test(
    "wrong usage is reported before any file is opened",
    arguments: [
      (["embed", "--model", "/nowhere"], "--text"), (["tokenize", "--model", "/nowhere"], "--input"),
      (["decode", "/nowhere.npy", "--model", "/nowhere", "--top", "0"], "--top"),
      (["embed", "--model", "/nowhere", "--text", "a", "--output", "f.txt"], ".npy"),
      (["embed", "--model", "/nowhere", "--text", "a", "--image", "b", "--output", "f.npy"], ".npy"),
      (["zero-shot", "--model", "/nowhere", "--images", "/nowhere", "--template", "a photo"], "{}"),
      (["convert", "/nowhere", "--output", "out", "--dtype", "f8"], "f8"), (["dance"], "dance"),
    ])
  func usage(arguments: [String], mention: String) throws {
    let outcome = try Executable.run(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(mention), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }

  @Test("a folder without images and a class folder with a file that isn't a picture are named")
  func images() throws {
    let model = try ConvertedModel.modifiedResNet.get()
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(atPath: "\(folder)/data/cat", withIntermediateDirectories: true)
      try expectRefusal(
        ["zero-shot", "--model", model, "--images", "\(folder)/data"], status: 66, mentioning: "no images")
      try FileManager.default.createDirectory(atPath: "\(folder)/data/dog", withIntermediateDirectories: true)
      for name in ["cat", "dog"] {
        try Data("not a picture".utf8).write(to: URL(fileURLWithPath: "\(folder)/data/\(name)/a.jpg"))
      }
      let outcome = try Executable.run(["zero-shot", "--model", model, "--images", "\(folder)/data"])
      #expect(outcome.status == 65 && outcome.errors.contains("cat/a.jpg") && outcome.output.isEmpty)
    }
  }

  @Test("a vocabulary of another size than the embedding is rejected with both sizes")
  func vocabularySize() throws {
    try withTemporaryFolder { folder in
      try expectRefusal(
        [
          "convert", Fixtures.path("openai-h5-vit"), "--output", "\(folder)/model", "--vocabulary",
          Fixtures.path("tokenizer/tokenizer.json"),
        ], status: 65, mentioning: "600")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  @Test("a context of another width than the model's is rejected")
  func foreignContext() throws {
    let model = try ConvertedModel.visionTransformer.get()
    try withTemporaryFolder { folder in
      try Data("[[1, 2, 3]]".utf8).write(to: URL(fileURLWithPath: "\(folder)/context.json"))
      try expectRefusal(["decode", "\(folder)/context.json", "--model", model], status: 65, mentioning: "64")
      try Data("{\"context\": [[1, 2], [3]]}".utf8).write(to: URL(fileURLWithPath: "\(folder)/ragged.json"))
      try expectRefusal(["decode", "\(folder)/ragged.json", "--model", model], status: 65, mentioning: "ragged.json")
    }
  }

  @Test("a class list without a name, or with an empty one, is rejected before anything is written")
  func classNames() throws {
    let model = try ConvertedModel.visionTransformer.get()
    try withTemporaryFolder { folder in
      let vector = [String](repeating: "0.5", count: 64).joined(separator: ",")
      try Data("[[\(vector)]]".utf8).write(to: URL(fileURLWithPath: "\(folder)/context.json"))
      let (names, output) = ("\(folder)/names.txt", "\(folder)/weights.npy")
      let arguments = [
        "classifier", "\(folder)/context.json", "--model", model, "--classes", names, "--output", output,
        "--class-position", "end",
      ]
      for (text, mention) in [("\n", "no class name"), ("cat\n\ndog\n", "class name 2")] {
        try Data(text.utf8).write(to: URL(fileURLWithPath: names))
        try expectRefusal(arguments, status: 65, mentioning: mention)
        #expect(!FileManager.default.fileExists(atPath: output))
      }
      try Data("cat\ndog\n\n".utf8).write(to: URL(fileURLWithPath: names))
      #expect(try Executable.run(arguments).status == 0)
    }
  }

  @Test("a checkpoint that isn't a model folder is rejected with the command that converts it")
  func noModelFolder() throws {
    try expectRefusal(
      ["tokenize", "--model", Fixtures.path("tf-h5"), "a"], status: 65, mentioning: "promptlens convert")
  }

  @Test("a folder that cannot be written is named, and nothing is left behind")
  func unwritable() throws {
    try withTemporaryFolder { folder in
      try Data().write(to: URL(fileURLWithPath: "\(folder)/file"))
      try expectRefusal(
        ["convert", Fixtures.path("openai-h5-rn"), "--output", "\(folder)/file/model"], status: 73,
        mentioning: "\(folder)/file/model")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
    }
  }

  // MARK: - The shared fixtures' damaged files

  @Test("every damaged file is tested", .enabled(if: Shared.available))
  func complete() throws {
    let files = try JSONNode(contentsOf: Shared.path("fixtures/bad/manifest.json")).object("files")
    let folders = Set(files.compactMap { $0.0.split(separator: "/").first.map(String.init) })
    #expect(
      folders == [
        "safetensors", "torch", "hdf5", "hf-model", "hf-config", "hf-sharded", "coop", "tf-h5-model", "keras-hub-model",
        "tokenizer", "images",
      ])
  }

  @Test(
    "damaged containers are read, or rejected in one sentence", .enabled(if: Shared.available),
    arguments: BadFile.all(in: "hdf5") + BadFile.all(in: "safetensors")
      + BadFile.all(in: "torch").filter { !$0.path.hasPrefix("torch/model-") })
  func containers(file: BadFile) throws {
    // None of them is a whole CLIP, so converting is refused whatever the file.
    try withTemporaryFolder { folder in
      try expectRefusal(["convert", file.location, "--output", "\(folder)/model"], status: 65, mentioning: nil)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
    try expectOutcome(file.expect, of: ["inspect", file.location, "--tensors"])
    // The calls that hostile pickles ask for would make this file.
    #expect(!FileManager.default.fileExists(atPath: "/tmp/pwned"))
  }

  @Test(
    "damaged checkpoints of PyTorch and Hugging Face are read, or rejected in one sentence",
    .enabled(if: Shared.available),
    arguments: BadFile.all(in: "torch").filter { $0.path.hasPrefix("torch/model-") } + BadFile.all(in: "hf-model")
      + BadFile.all(in: "hf-sharded"))
  func models(file: BadFile) throws {
    let isFolder = file.path.hasPrefix("hf-")
    let source = isFolder ? URL(fileURLWithPath: file.location).deletingLastPathComponent().path : file.location
    try withTemporaryFolder { folder in
      let converted = try expectOutcome(file.expect, of: ["convert", source, "--output", "\(folder)/model"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == (converted ? ["model"] : []))
    }
  }

  @Test(
    "configurations that don't fit their weights are read, or rejected in one sentence", .enabled(if: Shared.available),
    arguments: BadFile.all(in: "hf-config"))
  func configurations(file: BadFile) throws {
    try withTemporaryFolder { folder in
      let source = "\(folder)/source"
      try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: file.location, toPath: "\(source)/config.json")
      try FileManager.default.copyItem(
        atPath: Shared.path("fixtures/bad/_valid/hf-vit-xs/model.safetensors"), toPath: "\(source)/model.safetensors")
      let converted = try expectOutcome(file.expect, of: ["convert", source, "--output", "\(folder)/model"])
      let left = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(left == (converted ? ["model", "source"] : ["source"]))
    }
  }

  @Test(
    "damaged prompts of CoOp are read, or rejected in one sentence", .enabled(if: Shared.available),
    arguments: BadFile.all(in: "coop"))
  func contexts(file: BadFile) throws {
    let model = try ConvertedModel.published.get()
    try expectOutcome(file.expect, of: ["decode", file.location, "--model", model])
    try withTemporaryFolder { folder in
      let exported = try expectOutcome(
        file.expect, of: ["export", file.location, "--as", "npy", "--output", "\(folder)/context.npy"])
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(names == (exported ? ["context.npy", "context.npy.json"] : []))
    }
  }

  @Test(
    "damaged checkpoints of TensorFlow and Keras Hub are read, or rejected in one sentence",
    .enabled(if: Shared.available),
    arguments: BadFile.all(in: "tf-h5-model") + BadFile.all(in: "keras-hub-model"))
  func kerasModels(file: BadFile) throws {
    let isTensorFlow = file.path.hasPrefix("tf")
    let valid = Shared.path("fixtures/bad/_valid/\(isTensorFlow ? "tf-h5" : "keras-hub")-vit-xs")
    try withTemporaryFolder { folder in
      let source = "\(folder)/source"
      try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: "\(valid)/config.json", toPath: "\(source)/config.json")
      try FileManager.default.copyItem(
        atPath: file.location, toPath: "\(source)/\(isTensorFlow ? "tf_model.h5" : "model.weights.h5")")
      let converted = try expectOutcome(file.expect, of: ["convert", source, "--output", "\(folder)/model"])
      let left = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(left == (converted ? ["model", "source"] : ["source"]))
    }
  }

  @Test(
    "damaged vocabularies are read, or rejected in one sentence", .enabled(if: Shared.available),
    arguments: BadFile.all(in: "tokenizer"))
  func vocabularies(file: BadFile) throws {
    try withTemporaryFolder { folder in
      // A vocabulary and its merges are two files; the one that is not damaged is the valid one.
      let name = URL(fileURLWithPath: file.path).lastPathComponent
      var vocabulary = file.location
      if name.contains("merges") && name.hasSuffix(".txt")
        || name.contains("vocab") && name.hasSuffix(".json")
          && !name.contains("tokenizer")
      {
        let isMerges = name.hasSuffix(".txt")
        let valid = Shared.path("fixtures/bad/tokenizer")
        try FileManager.default.createDirectory(atPath: "\(folder)/words", withIntermediateDirectories: true)
        try FileManager.default.copyItem(
          atPath: isMerges ? file.location : "\(valid)/ok-merges.txt", toPath: "\(folder)/words/merges.txt")
        try FileManager.default.copyItem(
          atPath: isMerges ? "\(valid)/ok-vocab.json" : file.location, toPath: "\(folder)/words/vocab.json")
        vocabulary = "\(folder)/words"
      }
      let converted = try expectOutcome(
        file.expect,
        of: [
          "convert", Shared.path("fixtures/hf-tf-h5/vit-m"), "--output", "\(folder)/model", "--vocabulary", vocabulary,
        ])
      #expect(FileManager.default.fileExists(atPath: "\(folder)/model") == converted)
    }
  }

  @Test(
    "damaged pictures are read, or rejected in one sentence", .enabled(if: Shared.available),
    arguments: BadFile.all(in: "images")
  )
  func pictures(file: BadFile) throws {
    let model = try ConvertedModel.modifiedResNet.get()
    try expectOutcome(file.expect, of: ["embed", "--model", model, "--image", file.location])
  }

  // MARK: - Expectations of a run

  /// Expects a run to succeed (`accept`), to end with 65 and one sentence (`refuse`), or either of them.
  ///
  /// - Returns: whether it succeeded.
  @discardableResult
  private func expectOutcome(_ expectation: String, of arguments: [String]) throws -> Bool {
    let outcome = try Executable.run(arguments)
    let succeeded = outcome.status == 0 && !outcome.wasKilled
    #expect(!outcome.wasKilled, "\(arguments) was ended by signal \(outcome.status)")
    if expectation == "accept" { #expect(succeeded, "\(outcome.errors)") }
    if expectation == "refuse" { #expect(!succeeded, "\(arguments) succeeded") }
    if !succeeded {
      #expect(outcome.status == 65, "\(arguments) ended with \(outcome.status): \(outcome.errors)")
      #expect(outcome.errorLines.count == 1 && outcome.errors.hasPrefix("error: "), "\(outcome.errors)")
      #expect(outcome.output.isEmpty)
    }
    return succeeded
  }

  private func expectRefusal(_ arguments: [String], status: Int32, mentioning text: String?) throws {
    let outcome = try Executable.run(arguments)
    #expect(outcome.status == status, "\(arguments) ended with \(outcome.status): \(outcome.errors)")
    #expect(outcome.errorLines.count == 1 && outcome.errors.hasPrefix("error: "), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    if let text { #expect(outcome.errors.contains(text), "\(outcome.errors)") }
  }
}
