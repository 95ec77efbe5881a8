import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensImages
import PromptLensTensors
import TestSupport

/// A checkpoint of a family of models, with the features that its own software computed.
struct FamilyFixture {
  /// The folder of the checkpoint.
  let path: String

  /// Creates the fixture in a folder below `families`.
  init(_ folder: String) { path = Shared.path("fixtures/families/\(folder)") }

  /// Creates the fixture in any folder.
  init(at path: String) { self.path = path }

  /// Compares a model's features with the recorded ones: the largest difference of each kind.
  func differences(of clip: CLIPModel) throws -> [String: Double] {
    let verification = try FeatureVerification(
      FeatureExpectation(contentsOf: "\(path)/expected.json"), clip: clip,
      texts: { _ in try Tensor([], shape: [0, 0]) },
      pictures: { files in
        let transform = try EvaluationTransform(
          clip.configuration.preprocessing, inputSize: clip.configuration.image.inputSize)
        let images = ComputedRows { index, pixels in
          try transform.apply(to: ImageDecoder.decode(path: files[index]), into: pixels)
        }
        return try clip.imageEncoder().encode(count: files.count, of: images)
      })
    return Dictionary(verification.differences.map { ($0.kind, $0.difference.largest) }) { first, _ in first }
  }
}
