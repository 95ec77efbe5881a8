import Foundation
import PromptLensCheckpoints
import PromptLensExperiments
import PromptLensFeatures
import PromptLensTensors
import TestSupport
import Testing

@Suite("A learning run")
struct LearningRunTests {
  private static let classNames = ["cat", "dog"]

  /// Creates a run of a few epochs on random features, with the embedded small model.
  private static func run(in root: String) throws -> LearningRun {
    if !FileManager.default.fileExists(atPath: "\(root)/model") { try ModelFolder.writeMiniCLIP(to: "\(root)/model") }
    let model = try OpenedModel("\(root)/model")
    let width = try model.clip.textEncoder().embedDimension
    func features(_ labels: [Int], seed: UInt64) throws -> LabeledFeatures {
      try LabeledFeatures(
        features: Tensor(randomFloats(labels.count * width, seed: seed), shape: [labels.count, 1, width]),
        labels: labels, paths: labels.indices.map { "\($0).png" }, classNames: classNames, identifier: "\(seed)")
    }
    let data = try LearningData(
      features([0, 1, 0, 1, 0, 1, 0, 1], seed: 1), shots: nil, seed: 3, test: features([0, 1, 0, 1], seed: 2),
      name: "random")
    var settings = LearningSettings()
    settings.contextLength = 2
    settings.epochs = 4
    settings.batchSize = 4
    settings.learningRate = 0.05
    return try LearningRun(settings, data: data, model: model)
  }

  @Test("a finished run has a result and predictions that agree, and isn't trained again")
  func finishing() throws {
    try withTemporaryFolder { root in
      let run = try Self.run(in: root)
      let result = try run.finish(in: "\(root)/run")
      let folder = try RunFolder("\(root)/run")
      #expect(try folder.result == result && folder.log.count == 4)
      #expect(
        folder.description.settings.keys == [
          "method", "loss", "data", "shots", "seed", "views", "context_length", "class_position", "class_specific",
          "initialization", "epochs", "batch_size", "learning_rate", "warmup_rate", "warmup_epochs", "momentum",
          "weight_decay", "precision", "model_fingerprint", "training_features", "test_features",
        ])
      let predictions = try #require(try folder.predictions)
      #expect(predictions.paths == ["0.png", "1.png", "2.png", "3.png"] && predictions.classNames == Self.classNames)
      #expect(zip(predictions.learned, predictions.labels).count { $0 == $1 } == result.correct)
      #expect(
        Double(zip(predictions.zeroShot, predictions.labels).count { $0 == $1 }) / 4 == result.zeroShotAccuracy)
      let date = try FileManager.default.attributesOfItem(atPath: folder.contextPath)[.modificationDate] as? Date
      #expect(try run.finish(in: "\(root)/run") == result)
      #expect(
        try FileManager.default.attributesOfItem(atPath: folder.contextPath)[.modificationDate] as? Date == date)
    }
  }

  private static func camelCase(_ name: Substring) -> String {
    let words = name.split(separator: "_")
    return words[0] + words.dropFirst().map(\.capitalized).joined()
  }

  @Test("a run that a version with camelCase keys began ends with the same bits")
  func resumingEarlierVersion() throws {
    try withTemporaryFolder { root in
      let run = try Self.run(in: root)
      let whole = try run.finish(in: "\(root)/whole")
      do {
        let folder = try RunFolder("\(root)/old", for: run.description)
        try folder.resumeLog(after: 0)
        try run.withTrainer(run.model.clip.textEncoder()) { trainer in
          for _ in 0..<2 { try folder.record(trainer.trainEpoch(), trainer.state) }
        }
      }
      for name in ["run.json", "log.jsonl"] {
        let path = "\(root)/old/\(name)"
        let text = try String(contentsOfFile: path, encoding: .utf8)
          .replacing(/"([a-z0-9_]+)"(\s*):/) { "\"\(Self.camelCase($0.1))\"\($0.2):" }
          .replacing("\"formatVersion\": 2", with: "\"formatVersion\": 1")
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      }
      #expect(try String(contentsOfFile: "\(root)/old/run.json", encoding: .utf8).contains("\"batchSize\": 4"))
      #expect(try run.finish(in: "\(root)/old") == whole)
      #expect(try RunFolder("\(root)/old").log.map(\.epoch) == [1, 2, 3, 4])
    }
  }
}
