import Foundation
import TestSupport
import Testing

@Suite("Bad input gets one sentence, the right exit code, and leaves nothing behind")
struct BadInputTests {
  @Test(
    "missing files are missing input",
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
    "wrong usage is told before any file is opened",
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

  @Test("a folder without images and a class folder with a picture that is none are named")
  func images() throws {
    let model = try ConvertedModel.modifiedResNet.get()
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(atPath: "\(folder)/data/cat", withIntermediateDirectories: true)
      try expectRefusal(
        ["zero-shot", "--model", model, "--images", "\(folder)/data"], status: 66, mentioning: "no images")
      try Data("not a picture".utf8).write(to: URL(fileURLWithPath: "\(folder)/data/cat/a.jpg"))
      let outcome = try Executable.run(["zero-shot", "--model", model, "--images", "\(folder)/data"])
      #expect(outcome.status == 65 && outcome.errors.contains("cat/a.jpg") && outcome.output.isEmpty)
    }
  }

  @Test("a vocabulary of another size than the embedding is refused with both sizes")
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

  @Test("a context of another width does not belong to the model")
  func foreignContext() throws {
    let model = try ConvertedModel.visionTransformer.get()
    try withTemporaryFolder { folder in
      try Data("[[1, 2, 3]]".utf8).write(to: URL(fileURLWithPath: "\(folder)/context.json"))
      try expectRefusal(["decode", "\(folder)/context.json", "--model", model], status: 65, mentioning: "64")
      try Data("{\"context\": [[1, 2], [3]]}".utf8).write(to: URL(fileURLWithPath: "\(folder)/ragged.json"))
      try expectRefusal(["decode", "\(folder)/ragged.json", "--model", model], status: 65, mentioning: "ragged.json")
    }
  }

  @Test("a checkpoint that is no model folder is not a model, and the way out is told")
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

  @Test("damaged HDF5 files", .enabled(if: Shared.available), arguments: BadFile.all(in: "hdf5"))
  func hdf5(file: BadFile) throws {
    // None of them is a whole CLIP, so converting is refused whatever the file.
    try withTemporaryFolder { folder in
      try expectRefusal(["convert", file.location, "--output", "\(folder)/model"], status: 65, mentioning: nil)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
    let inspection = try Executable.run(["inspect", file.location, "--tensors"])
    #expect(!inspection.wasKilled)
    if file.expect == "accept" { #expect(inspection.status == 0, "\(inspection.errors)") }
    if inspection.status != 0 { #expect(inspection.status == 65 && inspection.errorLines.count == 1) }
  }

  @Test(
    "damaged checkpoints of TensorFlow and Keras Hub", .enabled(if: Shared.available),
    arguments: BadFile.all(in: "tf-h5-model") + BadFile.all(in: "keras-hub-model"))
  func checkpoints(file: BadFile) throws {
    let isTensorFlow = file.path.hasPrefix("tf")
    let valid = Shared.path("fixtures/bad/_valid/\(isTensorFlow ? "tf-h5" : "keras-hub")-vit-xs")
    try withTemporaryFolder { folder in
      let source = "\(folder)/source"
      try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: "\(valid)/config.json", toPath: "\(source)/config.json")
      try FileManager.default.copyItem(
        atPath: file.location, toPath: "\(source)/\(isTensorFlow ? "tf_model.h5" : "model.weights.h5")")
      let arguments = ["convert", source, "--output", "\(folder)/model"]
      switch file.expect {
      case "accept": #expect(try Executable.run(arguments).status == 0)
      case "refuse":
        try expectRefusal(arguments, status: 65, mentioning: nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["source"])
      default:
        let outcome = try Executable.run(arguments)
        #expect(!outcome.wasKilled && (outcome.status == 0 || outcome.status == 65), "\(outcome.errors)")
      }
    }
  }

  @Test("damaged vocabularies", .enabled(if: Shared.available), arguments: BadFile.all(in: "tokenizer"))
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
      let outcome = try Executable.run([
        "convert", Shared.path("fixtures/hf-tf-h5/vit-m"), "--output", "\(folder)/model", "--vocabulary", vocabulary,
      ])
      #expect(!outcome.wasKilled)
      switch file.expect {
      case "accept": #expect(outcome.status == 0, "\(outcome.errors)")
      case "refuse": #expect(outcome.status == 65 && outcome.errorLines.count == 1, "\(outcome.errors)")
      default: #expect(outcome.status == 0 || outcome.status == 65)
      }
      let model = FileManager.default.fileExists(atPath: "\(folder)/model")
      #expect(model == (outcome.status == 0))
    }
  }

  @Test("damaged pictures", .enabled(if: Shared.available), arguments: BadFile.all(in: "images"))
  func pictures(file: BadFile) throws {
    let model = try ConvertedModel.modifiedResNet.get()
    let outcome = try Executable.run(["embed", "--model", model, "--image", file.location])
    #expect(!outcome.wasKilled)
    switch file.expect {
    case "accept": #expect(outcome.status == 0, "\(outcome.errors)")
    case "refuse": #expect(outcome.status == 65 && outcome.errorLines.count == 1 && outcome.output.isEmpty)
    default: #expect(outcome.status == 0 || outcome.status == 65)
    }
  }

  private func expectRefusal(_ arguments: [String], status: Int32, mentioning text: String?) throws {
    let outcome = try Executable.run(arguments)
    #expect(outcome.status == status, "\(arguments) ended with \(outcome.status): \(outcome.errors)")
    #expect(outcome.errorLines.count == 1 && outcome.errors.hasPrefix("error: "), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    if let text { #expect(outcome.errors.contains(text), "\(outcome.errors)") }
  }
}
