import PromptLensTensorFiles
import PromptLensCheckpoints
import Foundation
import PromptLensJSONDocuments
import TestSupport
import PromptLensTensors
import Testing

@Suite("The executable, from a checkpoint to features, classes and words")
struct EndToEndTests {
  @Test("convert prints the parity table and writes a folder that inspect describes")
  func convert() throws {
    try withTemporaryFolder { folder in
      let outcome = try Executable.run([
        "convert", Fixtures.path("tf-h5"), "--output", "\(folder)/model", "--dtype", "f16", "--format", "json",
      ])
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      let json = try parse(outcome)
      #expect(try json.string("layout") == "Hugging Face TensorFlow HDF5")
      #expect(try json.integer("tensors_found") == json.integer("tensors_mapped"))
      #expect(try json.array("tensors_left_over").isEmpty)
      #expect(try json.string("sha256").count == 64)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/model").sorted()
          == ["golden.json", "manifest.json", "model.h5", "tokenizer.json"])

      let inspection = try Executable.run(["inspect", "\(folder)/model", "--tensors", "--format", "json"])
      let sources = try parse(inspection).node("facts").array("source_file").map { try $0.string() }.joined(
        separator: "; ")
      #expect(sources.contains("tf_model.h5") && sources.contains("config.json"), "\(sources)")
      let tensors = try parse(inspection).array("tensors")
      let projection = try #require(try tensors.first { try $0.string("name") == "text_projection" })
      #expect(try projection.string("type") == "f16")
      let norm = try #require(try tensors.first { try $0.string("name") == "ln_final.weight" })
      #expect(try norm.string("type") == "f32")
    }
  }

  @Test("an existing model folder is replaced only with --force, any other folder never")
  func force() throws {
    try withTemporaryFolder { folder in
      let arguments = ["convert", Fixtures.path("openai-h5-rn"), "--output", "\(folder)/model"]
      #expect(try Executable.run(arguments).status == 0)
      let second = try Executable.run(arguments)
      #expect(second.status == 73 && second.errors.contains("--force"))
      #expect(try Executable.run(arguments + ["--force"]).status == 0)

      let precious = "\(folder)/precious"
      try FileManager.default.createDirectory(atPath: precious, withIntermediateDirectories: true)
      try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(precious)/thesis.txt"))
      let third = try Executable.run(["convert", Fixtures.path("openai-h5-rn"), "--output", precious, "--force"])
      #expect(third.status == 73)
      #expect(try FileManager.default.contentsOfDirectory(atPath: precious) == ["thesis.txt"])
    }
  }

  @Test("a model folder converts again to another element type and keeps its vocabulary")
  func reconvert() throws {
    let model = try ConvertedModel.visionTransformer.get()
    try withTemporaryFolder { folder in
      for type in ["bf16", "f32"] {
        let outcome = try Executable.run(["convert", model, "--output", "\(folder)/\(type)", "--dtype", type])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let tokens = try Executable.run(["tokenize", "--model", "\(folder)/\(type)", "a cat", "--format", "json"])
        #expect(
          try tokens.output == Executable.run(["tokenize", "--model", model, "a cat", "--format", "json"]).output)
      }
    }
  }

  @Test("--activation overrides a source's activation, a model folder's too, and changes the features")
  func activation() throws {
    let model = try ConvertedModel.visionTransformer.get()
    try withTemporaryFolder { folder in
      /// Converts with an activation, into a folder of its name.
      func fingerprint(of source: String, with name: String) throws -> String {
        let json = try parse(
          Executable.run([
            "convert", source, "--output", "\(folder)/\(name)", "--activation", name, "--force", "--format", "json",
          ]))
        #expect(try json.string("activation") == name)
        #expect(try json.string("activation_reason").contains("asked for"))
        return try json.string("fingerprint")
      }
      let gelu = try fingerprint(of: model, with: "gelu")
      let quick = try fingerprint(of: model, with: "quick_gelu")
      #expect(gelu != quick)
      #expect(try fingerprint(of: "\(folder)/gelu", with: "quick_gelu") == quick)
    }
  }

  @Test("convert --list prints the address and size of each published checkpoint, as plain numbers in CSV")
  func published() throws {
    let list = try parse(Executable.run(["convert", "--list", "--format", "json"])).array()
    let resNet = try #require(try list.first { try $0.string("name") == "RN50" })
    let (address, hash) = (try resNet.string("url"), try resNet.string("sha256"))
    #expect(address == "https://openaipublic.azureedge.net/clip/models/\(hash)/RN50.pt")
    // The download has 244 MiB with its code and directory.
    let bytes = try resNet.integer("bytes")
    #expect((243 << 20...244 << 20).contains(bytes))
    let csv = try Executable.run(["convert", "--list", "--format", "csv"]).output
    #expect(csv.contains("\nOpenAI,RN50,RN50,102060385,"))
  }

  @Test("embed prints the features that open_clip computed, and writes them to every kind of file")
  func embed() throws {
    let model = try ConvertedModel.visionTransformer.get()
    let root = try JSONNode(contentsOf: Fixtures.path("openai-h5-vit/expected.json"))
    let texts = try root.array("texts").map { try $0.string() }
    let expected = try ExpectedFeatures(fixture: "openai-h5-vit").textFeatures
    let base = ["embed", "--model", model, "--text"] + texts

    let json = try parse(Executable.run(base + ["--format", "json"]))
    #expect(try json.array("texts").map { try $0.string() } == texts)
    #expect(try json.array("image_features").isEmpty)
    let found = try json.array("text_features").map { try $0.array().map { Float(try $0.number()) } }
    #expect(zip(found, expected).allSatisfy { largestDifference($0, $1) < 1e-4 })

    try withTemporaryFolder { folder in
      for name in ["f.npy", "f.json", "f.h5"] {
        #expect(try Executable.run(base + ["--output", "\(folder)/\(name)"]).status == 0)
      }
      let flat = found.flatMap { $0 }
      #expect(try NumPyArray(path: "\(folder)/f.npy").floats == flat)
      #expect(try HDF5File(path: "\(folder)/f.h5").tensor("text_features").floats() == flat)
      #expect(try JSONNode(contentsOf: "\(folder)/f.json").value == json.value)

      let unit = try Executable.run(base + ["--normalize", "--output", "\(folder)/unit.npy"])
      #expect(unit.status == 0)
      let array = try NumPyArray(path: "\(folder)/unit.npy")
      for row in 0..<array.shape[0] {
        let length = array.floats[row * array.shape[1]..<(row + 1) * array.shape[1]].reduce(0) { $0 + $1 * $1 }
        #expect(abs(length - 1) < 1e-5)
      }
    }
  }

  @Test("tokenize prints ids, pieces and positions, from arguments, lines, JSON and standard input")
  func tokenize() throws {
    let model = try ConvertedModel.visionTransformer.get()
    let root = try JSONNode(contentsOf: Fixtures.path("vocabulary/tokens.json"))
    let rows = try root.array("rows").map { node in
      (try node.string("text"), try node.array("ids").map { try $0.integer() })
    }
    let expected = rows.map { [560] + $0.1 + [561] }
    func ids(_ outcome: Executable.Outcome) throws -> [[Int]] {
      try parse(outcome).array().map { try $0.array().map { try $0.integer() } }
    }
    try withTemporaryFolder { folder in
      let texts = JSON.array(rows.map { .string($0.0) })
      try Data(texts.serialized().utf8).write(to: URL(fileURLWithPath: "\(folder)/texts.json"))
      let fromFile = try Executable.run([
        "tokenize", "--model", model, "--input", "\(folder)/texts.json", "--format", "json",
      ])
      #expect(try ids(fromFile) == expected)
    }
    let single = rows.filter { !$0.0.contains("\n") && !$0.0.contains("\r") }
    let lines = single.map { $0.0 + "\n" }.joined()
    let fromInput = try Executable.run(
      ["tokenize", "--model", model, "--input", "-", "--format", "json"], input: lines)
    #expect(try ids(fromInput) == single.map { [560] + $0.1 + [561] })

    let table = try Executable.run(["tokenize", "--model", model, "the cat"])
    #expect(table.output.contains("</w>") && table.output.contains("<|startoftext|>"))
    let back = try Executable.run(
      ["tokenize", "--model", model, "--ids"]
        + ids(Executable.run(["tokenize", "--model", model, "the cat", "--format", "json"]))[0].map(String.init))
    #expect(back.output.contains("the cat"))
  }

  @Test("a text that is too long is rejected by its words, or cut with --truncate")
  func truncate() throws {
    let model = try ConvertedModel.visionTransformer.get()
    let long = [String](repeating: "zebra", count: 80).joined(separator: " ")
    let refused = try Executable.run(["tokenize", "--model", model, long])
    #expect(refused.status == 65 && refused.errors.contains("zebra zebra") && refused.errors.contains("--truncate"))
    let cut = try Executable.run(["tokenize", "--model", model, long, "--truncate", "--format", "json"])
    let ids = try parse(cut).array()[0].array().map { try $0.integer() }
    #expect(ids.count == 77 && ids.last == 561)
  }

  @Test("zero-shot classifies a folder, with the classes' own names and several templates")
  func zeroShot() throws {
    let model = try ConvertedModel.modifiedResNet.get()
    try withTemporaryFolder { folder in
      let source = Fixtures.path("images")
      let pictures = try FileManager.default.contentsOfDirectory(atPath: source).filter { $0.hasSuffix(".png") }
        .sorted()
      try #require(pictures.count >= 4)
      for (index, picture) in pictures.prefix(4).enumerated() {
        let target = "\(folder)/pictures/\(index % 2 == 0 ? "big_cat" : "dog")"
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "\(source)/\(picture)", toPath: "\(target)/\(picture)")
      }
      let arguments = [
        "zero-shot", "--model", model, "--images", "\(folder)/pictures", "--template", "a photo of a {}.", "the {}",
      ]
      let json = try parse(Executable.run(arguments + ["--format", "json"]))
      #expect(try json.integer("n") == 4 && json.integer("class_count") == 2)
      #expect(try json.number("accuracy") == Double(json.integer("correct")) / 4)
      #expect(try json.array("classes")[0].string("name") == "big cat")
      let table = try Executable.run(arguments)
      #expect(table.output.contains("mean per-class accuracy"))
      let csv = try Executable.run(arguments + ["--format", "csv"])
      #expect(csv.output.hasPrefix("class,n,accuracy\nbig cat,2,"))
    }
  }

  @Test("decode finds the words that a context was made of, unified and class-specific, by every metric")
  func decode() throws {
    let model = try ConvertedModel.visionTransformer.get()
    let embedding = try CheckpointDetector.open(Fixtures.path("openai-h5-vit")).source.tensor("token_embedding.weight")
    let width = embedding.shape.dimensions[1]
    let floats = embedding.floats()
    let words = [300, 12, 520, 77, 401, 8]
    let vectors = words.flatMap { floats[$0 * width..<($0 + 1) * width] }
    try withTemporaryFolder { folder in
      try NumPyFile.write(Tensor(vectors, shape: [6, width]), to: "\(folder)/uc.npy")
      try NumPyFile.write(Tensor(vectors, shape: [2, 3, width]), to: "\(folder)/csc.npy")
      for metric in ["l2", "cosine"] {
        let json = try parse(
          Executable.run([
            "decode", "\(folder)/uc.npy", "--model", model, "--metric", metric, "--top", "2", "--format", "json",
          ]))
        let found = try json.array("vectors")
        #expect(try found.map { try $0.array("words")[0].integer("id") } == words)
        #expect(try found.map { try $0.integer("index") } == [1, 2, 3, 4, 5, 6])
        #expect(try abs(found[0].array("words")[0].number("distance")) < 1e-6)
        #expect(try found[0].array("words").count == 2)
        #expect(found[0]["class"] == nil)
      }
      let classSpecific = try parse(
        Executable.run(["decode", "\(folder)/csc.npy", "--model", model, "--format", "json"])
      ).array("vectors")
      #expect(try classSpecific.map { try $0.string("class") } == ["1", "1", "1", "2", "2", "2"])
      #expect(try classSpecific.map { try $0.integer("index") } == [1, 2, 3, 1, 2, 3])
      let whole = try parse(
        Executable.run([
          "decode", "\(folder)/uc.npy", "--model", model, "--whole-words", "--format", "json",
        ])
      ).array("vectors")
      for word in try whole.flatMap({ try $0.array("words") }) {
        #expect(try word.string("piece").hasSuffix("</w>"))
        #expect(try word.string("text").allSatisfy(\.isLetter))
      }
    }
  }

  private func parse(_ outcome: Executable.Outcome) throws -> JSONNode {
    try #require(outcome.status == 0, "\(outcome.errors)")
    return JSONNode(source: "output", value: try JSON(parsing: Array(outcome.output.utf8), source: "output"))
  }
}
