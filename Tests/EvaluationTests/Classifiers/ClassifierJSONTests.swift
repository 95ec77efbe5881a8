import Foundation
import PromptLensEvaluation
import PromptLensTensors
import TestSupport
import Testing

@Suite("Classifiers as JSON")
struct ClassifierJSONTests {
  @Test("a classifier comes back from the JSON that it was written as")
  func roundTrip() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/w.json"
      let weights = try Tensor([0.5, -1, 2, 0.25, 0, 1], shape: [2, 3], name: "weights")
      try ClassifierFile(
        kind: "linear", parts: [("weights", weights)], settings: [("scale", 100), ("normalizes", 1)],
        classNames: ["a", "b"], modelFingerprint: "00", notes: [("class_position", "end")]
      ).write(to: path)
      #expect(ClassifierFile.exists(at: path))
      let read = try ClassifierFile(contentsOf: path)
      #expect(read.part("weights")?.floats() == weights.floats() && read.part("weights")?.shape == weights.shape)
      #expect(read.classNames == ["a", "b"] && read.setting("scale") == 100 && read.note("class_position") == "end")
      #expect(try read.classifier(path: path).classCount == 2)
    }
  }

  @Test(
    "documents of another form are refused",
    arguments: [
      #"{"kind": "linear"}"#, #"{"format": "promptlens-classifier", "class_names": []}"#,
      #"{"format": "promptlens-classifier", "kind": "linear", "class_names": ["a"], "weights": [[1, 2], [3]]}"#,
      #"{"format": "promptlens-classifier", "kind": "linear", "class_names": ["a"], "weights": [1, [2]]}"#,
      #"{"format": "promptlens-classifier", "kind": "linear", "class_names": ["a"], "weights": [[[[[1]]]]]}"#,
      #"{"format": "promptlens-classifier", "kind": "linear", "class_names": ["a"], "weights": {}}"#,
    ])
  func refusals(text: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/w.json"
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      #expect(throws: (any Error).self) { try ClassifierFile(contentsOf: path) }
    }
  }
}
