import PromptLensCLIP
import PromptLensCheckpoints
import Foundation
import TestSupport
import PromptLensTensors
import Testing

@Suite("Golden features")
struct GoldenFeaturesTests {
  @Test(
    "unchanged types give back equal features, narrower ones stay within the stated tolerance",
    arguments: ["openai-h5-vit", "openai-h5-rn", "keras-hub"], [DType?.none, .float32, .float16, .bfloat16])
  func conversion(fixture: String, dtype: DType?) throws {
    try withTemporaryFolder { folder in
      let checkpoint = try CheckpointDetector.open(Fixtures.path(fixture))
      try ModelFolder.write(checkpoint, dtype: dtype, to: "\(folder)/m", toolVersion: "test", golden: true)
      let model = try ModelFolder.open("\(folder)/m")
      let golden = try #require(try GoldenFeatures.read(from: model))
      let (texts, images) = try golden.compare(with: model)
      #expect(texts.count == 2 && images.count == 2)
      if dtype == nil || dtype == .float32 {
        #expect(texts.largest == 0 && images.largest == 0 && golden.narrowedTo == nil)
      } else {
        #expect(max(texts.largest, images.largest) <= golden.tolerance)
      }
      #expect((golden.narrowedTo == .bfloat16) == (dtype == .bfloat16))
    }
  }

  @Test("the features of another model are rejected, and a damaged file too")
  func foreign() throws {
    try withTemporaryFolder { folder in
      for name in ["openai-h5-vit", "tf-h5"] {
        try ModelFolder.write(
          try CheckpointDetector.open(Fixtures.path(name)), dtype: nil, to: "\(folder)/\(name)", toolVersion: "test",
          golden: true)
      }
      let path = "\(folder)/tf-h5/golden.json"
      let model = try ModelFolder.open("\(folder)/tf-h5")
      try FileManager.default.removeItem(atPath: path)
      #expect(try GoldenFeatures.read(from: model) == nil)
      try FileManager.default.copyItem(atPath: "\(folder)/openai-h5-vit/golden.json", toPath: path)
      let foreign = try #require(try GoldenFeatures.read(from: model))
      #expect(throws: CheckpointError.self) { try foreign.compare(with: model) }
      try Data("{}".utf8).write(to: URL(fileURLWithPath: path))
      #expect(throws: (any Error).self) { try GoldenFeatures.read(from: model) }
    }
  }

  @Test("a difference is measured between features of length one, and is infinite where one is NaN")
  func difference() throws {
    let found = try Tensor([3, 4, 0, 2], shape: [2, 2])
    let scaled = try FeatureDifference(found, expected: Tensor([6, 8, 0, 1], shape: [2, 2]), name: "test")
    #expect(scaled.largest == 0 && scaled.mean == 0 && scaled.count == 2)
    let other = try FeatureDifference(found, expected: Tensor([3, 4, 2, 0], shape: [2, 2]), name: "test")
    #expect(other.largest == 1 && other.mean == 0.5)
    let broken = try FeatureDifference(found, expected: Tensor([3, 4, 0, 0], shape: [2, 2]), name: "test")
    #expect(broken.largest == .infinity)
    #expect(throws: TensorError.self) {
      try FeatureDifference(found, expected: Tensor([1, 2], shape: [1, 2]), name: "test")
    }
  }

  @Test("numbers computed elsewhere are found with their inputs")
  func expectations() throws {
    let fixture = try FeatureExpectation(contentsOf: Fixtures.path("openai-h5-vit/expected.json"))
    let (texts, images) = (try #require(fixture.texts), try #require(fixture.images))
    guard case .tokens(let tokens) = texts.inputs, case .pixels(let path) = images.inputs else {
      Issue.record("\(fixture)")
      return
    }
    #expect(tokens.count == texts.features.shape.dimensions[0] && path.hasSuffix("inputs-16.npy"))
    try withTemporaryFolder { folder in
      for text in ["{}", "[]", #"{"text_features": [[1], [1, 2]], "texts": ["a"]}"#, #"{"text_features": [[1]]}"#] {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/a.json"))
        #expect(throws: (any Error).self) { try FeatureExpectation(contentsOf: "\(folder)/a.json") }
      }
    }
  }
}
