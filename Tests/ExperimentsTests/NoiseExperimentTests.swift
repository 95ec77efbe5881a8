import Foundation
import PromptLensDatasets
import PromptLensExperiments
import PromptLensFeatures
import PromptLensJSONDocuments
import PromptLensTensors
import Synchronization
import TestSupport
import Testing

@Suite("Noise experiments on features")
struct NoiseExperimentTests {
  @Test("every cell is run once, wrong labels are the most suspicious, and a stopped experiment is resumed")
  func runs() throws {
    try withTemporaryFolder { folder in
      let (experiment, run) = try prepared(in: "\(folder)/noise")
      let outcome = try experiment.outcome(in: run)
      #expect(outcome.runs.count == 4 && outcome.result.runs == 4)
      #expect(
        outcome.result.kinds == ["symmetric"] && outcome.result.curves.map(\.learner) == ["linear", "tip-adapter"])
      for curve in outcome.result.curves {
        #expect(curve.points.map(\.rate) == [0, 0.25] && curve.points[0].accuracy == 1)
        #expect(curve.points[0].memorized == nil && curve.points[1].memorized != nil)
      }
      let noisy = outcome.suspects.filter { $0.noise == "symmetric-0.25_seed-1" }
      #expect(
        noisy.count == 8 && noisy.prefix(2).allSatisfy { $0.isWrong == true }
          && noisy.dropFirst(2).allSatisfy { $0.isWrong == false })
      #expect(noisy[0].suggested != noisy[0].given)

      // One file is gone, another broke off.
      let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/noise/runs").sorted()
      try FileManager.default.removeItem(atPath: "\(folder)/noise/runs/\(names[0])")
      try Data("{\"format\": ".utf8).write(to: URL(fileURLWithPath: "\(folder)/noise/runs/\(names[1])"))
      let notes = Mutex<[String]>([])
      let again = try experiment.outcome(
        in: run,
        observer: .init {
          if case .noted(let text) = $0 { notes.withLock { $0.append(text) } }
        })
      #expect(again.result == outcome.result)
      let found = notes.withLock { $0 }
      #expect(found.count == 2 && found[1] == "2 of 4 runs are finished")
      #expect(found[0].contains("runs/\(names[1]): its result is damaged") && found[0].hasSuffix("done again"))
    }
  }

  @Test("a run of other images or of a newer version is an error by its file's name")
  func refused() throws {
    try withTemporaryFolder { folder in
      let (experiment, run) = try prepared(in: "\(folder)/noise")
      _ = try experiment.outcome(in: run)
      let (other, _) = try prepared(in: "\(folder)/other", offset: 0.125)
      #expect(throws: ExperimentError.self) { try other.outcome(in: run) }
      let path = "\(folder)/noise/runs/linear_clean_seed-1.json"
      try Data(#"{"format": "promptlens-noise-run", "format_version": 99}"#.utf8).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: JSONError.self) { try experiment.outcome(in: run) }
      #expect("\(try #require(error))".contains(path))
    }
  }

  /// Prepares an experiment on two classes of four images each, on two axes, without a model.
  private func prepared(in folder: String, offset: Float = 0) throws -> (NoiseExperiment, RunFolder) {
    func images(_ count: Int) throws -> LabeledFeatures {
      var numbers: [Float] = []
      for index in 0..<2 * count {
        let small = Float(index / 2 + 1) * 0.03 + offset
        numbers += index % 2 == 0 ? [1, small, 0.1] : [small, 1, 0.1]
      }
      return try LabeledFeatures(
        features: Tensor(numbers, shape: [2 * count, 3]), labels: (0..<2 * count).map { $0 % 2 },
        classNames: ["cat", "dog"], identifier: "test \(offset)")
    }
    let data = try LearningData(images(4), shots: nil, seed: 1, test: images(3), name: "two axes")
    let grid = NoiseGrid(
      kinds: [.symmetric], amounts: [.rate(0), .rate(0.25)],
      learners: [try NoiseLearner("linear"), try NoiseLearner("tip-adapter")], seeds: [1])
    let experiment = try NoiseExperiment(
      grid, settings: LearningSettings(), data: [1: data], text: Tensor([1, 0, 0, 0, 1, 0], shape: [2, 3]), scale: 100)
    let description = NoiseExperiment.description(
      LearningSettings(), data: data, model: nil, shots: nil, hasNoisyValidation: false, text: nil)
    return (experiment, try RunFolder(folder, for: description))
  }
}
