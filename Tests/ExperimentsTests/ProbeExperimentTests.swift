import PromptLensEvaluation
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensTensorFiles
import PromptLensTensors
import TestSupport
import Testing

@Suite("Probes of features")
struct ProbeExperimentTests {
  @Test(
    "a probe's classifier and measures are the same after they are written and read", arguments: ProbeMethod.allCases)
  func roundTrip(method: ProbeMethod) throws {
    try withTemporaryFolder { folder in
      let data = try ProbeData(try arrays(in: folder), shots: 2, seed: 3)
      let outcome = try ProbeExperiment(method, shots: 2, data: data).outcome()
      #expect(outcome.result.metrics?.accuracy == 1 && outcome.result.zeroShotAccuracy == 1)
      try outcome.writeClassifier(to: folder)
      let text = outcome.result.text
      let read = try ProbeResult(
        JSONNode(source: "result.json", value: JSON(parsing: Array(text.utf8), source: "result.json")))
      #expect(read.json == outcome.result.json)
      #expect(read.shots == 2 && read.seed == 3 && read.trainImages == 4 && read.classNames == ["0", "1"])

      let stored = try StoredClassifier("\(folder)/classifier.h5")
      let test = try #require(data.test)
      #expect(
        try stored.classifier.logits(for: test.view()).floats()
          == outcome.fitted.classifier.logits(for: test.view()).floats())
      #expect(stored.settings?["seed"] == 3 && stored.settings?["method"] == .string(method.rawValue))
    }
  }

  @Test("shots are drawn only from the training images, and text features set the number of classes")
  func draw() throws {
    try withTemporaryFolder { folder in
      let data = try ProbeData(try arrays(in: folder), shots: 1, seed: 1)
      #expect(data.task.train.count == 2 && data.test?.count == 4 && data.task.classCount == 2)
      #expect(data.templates.isEmpty && data.modelFingerprint == nil)
    }
  }

  @Test("labels outside the classes are rejected with their file's name")
  func badLabels() throws {
    try withTemporaryFolder { folder in
      let files = try arrays(in: folder, lastLabel: 2)
      let error = #expect(throws: ExperimentError.self) { try ProbeData(files, shots: nil, seed: 1) }
      #expect("\(try #require(error))".contains("train-labels.npy"))
    }
  }

  /// Writes files of two classes on two axes, three training images of each and two to measure on.
  private func arrays(in folder: String, lastLabel: Int = 1) throws -> FeatureArrayFiles {
    func write(_ numbers: [Float], _ shape: [Int], _ name: String) throws -> String {
      let path = "\(folder)/\(name).npy"
      try NumPyFile.write(Tensor(numbers, shape: shape), to: path)
      return path
    }
    func pair(_ count: Int, _ name: String, lastLabel: Int = 1) throws -> FeatureArrayFiles.Pair {
      let numbers = (0..<2 * count).flatMap { index -> [Float] in
        let small = Float(index / 2 + 1) * 0.05
        return index % 2 == 0 ? [1, small, 0.1] : [small, 1, 0.1]
      }
      let labels = (0..<2 * count - 1).map { $0 % 2 } + [lastLabel]
      return try #require(
        FeatureArrayFiles.Pair(
          features: try write(numbers, [2 * count, 3], name),
          labels: try writeLabels(labels, to: "\(folder)/\(name)-labels.npy")))
    }
    return FeatureArrayFiles(
      train: try pair(3, "train", lastLabel: lastLabel), test: try pair(2, "test"),
      text: try write([1, 0, 0, 0, 1, 0], [2, 3], "text"))
  }
}
