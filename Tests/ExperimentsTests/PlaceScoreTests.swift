import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensTensors
import TestSupport
import Testing

@Suite("The local part of GL-MCM")
struct PlaceScoreTests {
  @Test(
    "the largest probability of a class at any place agrees with NumPy's", arguments: ["openai-h5-vit", "openai-h5-rn"])
  func golden(folder: String) throws {
    let texts = try ExpectedFeatures(fixture: folder).textFeatures
    let expected = try JSONNode(contentsOf: Fixtures.path("places.json")).node(folder)
    let places = try expected.array("places").map { image in
      try image.array().flatMap { try $0.array().map { Float(try $0.number()) } }
    }
    let width = texts[0].count
    let scores = try PlaceScores(text: Tensor(texts.flatMap(\.self), shape: [texts.count, width]))
    let images = places.count
    let features = try Tensor(
      places.flatMap(\.self), shape: [images, places[0].count / width, width])
    try scores.receiver(0..<images, features)
    // Of images that could not be read, none is kept.
    scores.keep([images - 1, 0])
    let wanted = try expected.array("l_mcm").map { try $0.number() }
    for (found, value) in zip(scores.values, [wanted[images - 1], wanted[0]]) { #expect(abs(found - value) < 1e-6) }
  }
}
