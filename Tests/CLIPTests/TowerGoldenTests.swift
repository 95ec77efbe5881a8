import PromptLensCLIP
import PromptLensCheckpoints
import TestSupport
import PromptLensJSONDocuments
import PromptLensTensors
import Synchronization
import Testing

@Suite("Towers agree with the software that wrote their checkpoints")
struct TowerGoldenTests {
  /// A checkpoint and the features that its software computed from it.
  struct Case: Sendable, CustomTestStringConvertible {
    let checkpoint: String
    let expected: String
    var testDescription: String { checkpoint }
  }

  @Test(
    "features of the repository's fixtures agree with their software",
    arguments: ["tf-h5", "tf-h5-gelu", "keras-hub", "openai-h5-vit", "openai-h5-rn"])
  func repository(folder: String) throws {
    try check(Fixtures.path(folder), expected: Fixtures.path("\(folder)/expected.json"), tolerance: 1e-5)
  }

  @Test(
    "features of the shared fixtures agree with their software", .enabled(if: Shared.available),
    arguments: [
      Case(checkpoint: "hf-tf-h5/vit-m", expected: "vit-m/hf-tf.json"),
      Case(checkpoint: "hf-tf-h5/vit-m", expected: "vit-m/openai.json"),
      Case(checkpoint: "keras-hub/vit-m-preset", expected: "vit-m/keras-hub.json"),
      Case(checkpoint: "keras-hub/vit-m-preset-keras3.6", expected: "vit-m/keras-hub.json"),
      Case(checkpoint: "keras-hub/vit-deep-preset-float16", expected: "vit-deep/keras-hub.json"),
      Case(checkpoint: "openai-jit/vit-m.jit.pt", expected: "vit-m/openai.json"),
      Case(checkpoint: "openai-torch1.13/vit-m.state_dict.fp16.legacy.pt", expected: "vit-m/openai.json"),
      Case(checkpoint: "openai-jit/rn-s.jit.pt", expected: "rn-s/openai.json"),
      Case(checkpoint: "openai-jit/rn-s.state_dict.mixed.pt", expected: "rn-s/openai.json"),
      Case(checkpoint: "openai-torch1.13/rn-s.jit.pt", expected: "rn-s/openai.json"),
      Case(checkpoint: "openai-torch1.13/rn-s.state_dict.fp16.cuda0.pt", expected: "rn-s/openai.json"),
      Case(checkpoint: "openclip/rn-s-train-epoch_3.pt", expected: "rn-s/open_clip-quickgelu.json"),
      Case(checkpoint: "openclip/vit-m-quickgelu-bin-fp16", expected: "vit-m/open_clip-quickgelu.json"),
      Case(checkpoint: "openclip/vit-m-gelu-safetensors-fp16", expected: "vit-m/open_clip-gelu.json"),
      Case(
        checkpoint: "openclip/vit-m-quickgelu-customtext-safetensors-bf16",
        expected: "vit-m/open_clip-quickgelu-customtext-bf16.json"),
      Case(checkpoint: "hf/vit-m-transformers4.28-bin", expected: "vit-m/hf.json"),
      Case(checkpoint: "hf/vit-m-transformers4.49-safetensors-fp32", expected: "vit-m/hf.json"),
      Case(checkpoint: "hf/vit-m-transformers5-sharded-fp16", expected: "vit-m/hf.json"),
      Case(checkpoint: "hf/vit-s-transformers5-fp16", expected: "vit-s/hf.json"),
    ])
  func shared(_ fixture: Case) throws {
    try check(
      Shared.path("fixtures/\(fixture.checkpoint)"), expected: Shared.path("fixtures/expected/\(fixture.expected)"),
      tolerance: 1e-4)
  }

  private func check(_ checkpoint: String, expected: String, tolerance: Double) throws {
    let verification = try FeatureVerification(
      FeatureExpectation(contentsOf: expected), clip: open(checkpoint), texts: { _ in throw Unexpected() },
      pictures: { _ in throw Unexpected() })
    #expect(verification.differences.map(\.kind) == ["text", "image"])
    for (kind, difference) in verification.differences { #expect(difference.largest < tolerance, "\(kind)") }
  }

  /// The fixtures' inputs are token ids and pixels.
  private struct Unexpected: Error {}

  @Test(
    "features of an image's places agree with NumPy's, and the image's own stay the same bits",
    arguments: ["openai-h5-vit", "openai-h5-rn"])
  func places(folder: String) throws {
    let inputs = try ExpectedFeatures(fixture: folder).images
    let expected = try JSONNode(contentsOf: Fixtures.path("places.json")).node(folder).array("places").map {
      try $0.array().map { try $0.array().map { try $0.number() } }
    }
    let encoder = try open(Fixtures.path(folder)).imageEncoder()
    #expect(encoder.places == 4)
    let found = Mutex<[Int: [Float]]>([:])
    let features = try encoder.encode(inputs) { images, places in
      let values = places.floats()
      let size = values.count / images.count
      for (offset, image) in images.enumerated() {
        found.withLock { $0[image] = Array(values[offset * size..<(offset + 1) * size]) }
      }
    }
    #expect(try features.floats() == encoder.encode(inputs).floats())
    for (image, places) in expected.enumerated() {
      let own = try #require(found.withLock { $0[image] })
      let differences = zip(own, places.flatMap(\.self)).map { abs(Double($0) - $1) }
      #expect(own.count == 64 && differences.max() ?? 1 < 1e-5, "\(image): \(differences.max() ?? 0)")
    }
  }

  @Test("bf16 arithmetic stays within bf16's precision", arguments: ["openai-h5-vit", "openai-h5-rn"])
  func bfloat16(folder: String) throws {
    do { try ComputePrecision.checkBFloat16() } catch { return }
    let expected = try ExpectedFeatures(fixture: folder)
    let model = try open(Fixtures.path(folder), precision: .bfloat16)
    let texts = largestUnitDifference(try model.textEncoder().encode(expected.tokens), expected.textFeatures)
    let images = largestUnitDifference(try model.imageEncoder().encode(expected.images), expected.imageFeatures)
    #expect(texts < 0.02 && images < 0.02)
    #expect(texts > 1e-5)
  }

  @Test("a text's feature doesn't depend on tokens after its end or on other texts")
  func independence() throws {
    let expected = try ExpectedFeatures(fixture: "openai-h5-vit")
    let encoder = try open(Fixtures.path("openai-h5-vit")).textEncoder()
    let together = try encoder.encode(expected.tokens).floats()
    let width = together.count / expected.tokens.count
    let end = Int32(try open(Fixtures.path("openai-h5-vit")).configuration.text.vocabularySize - 1)
    for (index, ids) in expected.tokens.enumerated() {
      let cut = Array(ids.prefix { $0 != end }) + [end]
      let alone = try encoder.encode([cut]).floats()
      #expect(largestDifference(alone, together[index * width..<(index + 1) * width]) < 1e-5)
    }
  }

  @Test("features are the same bits on any number of threads")
  func threads() throws {
    let expected = try ExpectedFeatures(fixture: "openai-h5-vit")
    let model = try open(Fixtures.path("openai-h5-vit"))
    let tokens = (0..<40).flatMap { _ in expected.tokens }
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    Parallel.threadCount = 1
    let single = try model.textEncoder().encode(tokens).floats()
    Parallel.threadCount = 4
    #expect(try model.textEncoder().encode(tokens).floats() == single)
  }

  @Test("ids outside the vocabulary, texts without an end and texts that are too long are rejected by their index")
  func badTokens() throws {
    let encoder = try open(Fixtures.path("openai-h5-vit")).textEncoder()
    #expect(throws: CLIPError.badTokens(index: 1, reason: "token id 562 is outside the vocabulary of 562")) {
      try encoder.encode([[560, 561], [560, 562]])
    }
    #expect(throws: CLIPError.badTokens(index: 0, reason: "its 2 ids lack the end token (id 561)")) {
      try encoder.encode([[560, 3]])
    }
    let long = [Int32](repeating: 3, count: 77) + [561]
    #expect(throws: CLIPError.badTokens(index: 0, reason: "it takes 78 positions, and the text tower has 77")) {
      try encoder.encode([long])
    }
  }

  private func open(_ path: String, precision: ComputePrecision = .float32) throws -> CLIPModel {
    let checkpoint = try CheckpointDetector.open(path)
    return try CLIPModel(configuration: checkpoint.configuration, source: checkpoint.source, precision: precision)
  }
}
