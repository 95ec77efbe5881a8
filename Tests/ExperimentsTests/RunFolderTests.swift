import Foundation
import PromptLensExperiments
import PromptLensFiles
import PromptLensJSONDocuments
import PromptLensPromptLearning
import TestSupport
import Testing

@Suite("The run folder")
struct RunFolderTests {
  private static let description = description(seed: 1)

  private static func description(seed: Int) -> RunDescription {
    var settings = JSON.Object()
    settings["seed"] = JSON(seed)
    settings["shots"] = 16
    return RunDescription(settings: settings, record: JSON.Object(), classNames: ["cat", "dog"])
  }

  private static func record(_ epoch: Int) -> EpochRecord {
    EpochRecord(epoch: epoch, steps: 3, loss: 0.5, accuracy: 0.25, learningRate: 0.002, secondsPerStep: 0.125)
  }

  private static func state(_ epoch: Int) -> TrainingState {
    var state = TrainingState(parameters: randomFloats(32, seed: UInt64(epoch)))
    state.velocity = randomFloats(32, seed: UInt64(epoch + 100))
    state.epoch = epoch
    return state
  }

  private func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  @Test("a state is read as it was written, and the log ends where the state does")
  func checkpoint() throws {
    try withTemporaryFolder { root in
      do {
        let folder = try RunFolder("\(root)/run", for: Self.description)
        #expect(try folder.checkpoint() == nil)
        try folder.resumeLog(after: 0)
        for epoch in 1...2 { try folder.record(Self.record(epoch), Self.state(epoch)) }
      }
      let log = "\(root)/run/log.jsonl"
      // A process that was killed between the log's line and the checkpoint.
      try write(String(contentsOfFile: log, encoding: .utf8) + "{\"epoch\":3}\n{\"ep", log)
      let again = try RunFolder("\(root)/run", for: Self.description)
      let state = try #require(try again.checkpoint())
      #expect(state == Self.state(2))
      try again.resumeLog(after: state.epoch)
      #expect(try again.log == [Self.record(1), Self.record(2)])
      let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
      let keys = try JSONNode(source: log, value: JSON(parsing: Array(lines[1].utf8), source: log)).object().keys
      #expect(keys == ["format_version", "epoch", "steps", "loss", "accuracy", "learning_rate", "seconds_per_step"])
    }
  }

  @Test("a checkpoint with a changed number is rejected")
  func damage() throws {
    try withTemporaryFolder { root in
      let folder = try RunFolder("\(root)/run", for: Self.description)
      try folder.resumeLog(after: 0)
      let state = Self.state(1)
      try folder.record(Self.record(1), state)
      let path = "\(root)/run/checkpoint.h5"
      var data = try Data(contentsOf: URL(fileURLWithPath: path))
      let number = withUnsafeBytes(of: state.parameters[7]) { Data($0) }
      let range = try #require(data.range(of: number))
      data[range.lowerBound] ^= 1
      try data.write(to: URL(fileURLWithPath: path))
      #expect(throws: ExperimentError.self) { try folder.checkpoint() }
    }
  }

  @Test("settings that differ are all named, and so are other classes")
  func differences() throws {
    try withTemporaryFolder { root in
      do { _ = try RunFolder("\(root)/run", for: Self.description) }
      var other = Self.description(seed: 2)
      other.settings["loss"] = "gce"
      other.classNames = ["cat"]
      #expect(
        throws: ExperimentError.otherSettings(
          path: "\(root)/run",
          differences: [
            "seed 1 where 2 is asked for", "loss none where gce is asked for",
            "other classes (2 where 1 are asked for)",
          ])
      ) { try RunFolder("\(root)/run", for: other) }
    }
  }

  @Test("a folder of other files and a run that another process is training are rejected")
  func strangers() throws {
    try withTemporaryFolder { root in
      try write("mine", "\(root)/thesis.txt")
      #expect(throws: FileError.self) { try RunFolder(root, for: Self.description) }
      let first = try RunFolder("\(root)/run", for: Self.description)
      #expect(throws: FileError.self) { try RunFolder("\(root)/run", for: Self.description) }
      #expect(try first.result == nil)
    }
  }

  @Test("a run is finished when its result is whole, not because a file exists")
  func finishing() throws {
    try withTemporaryFolder { root in
      let folder = try RunFolder("\(root)/run", for: Self.description)
      guard case .unfinished = try folder.state else {
        return #expect(Bool(false), "a run without a result is unfinished")
      }
      try write("{\"accuracy\": 0.", "\(root)/run/result.json")
      #expect(throws: JSONError.self) { try folder.result }
      guard case .damaged = try folder.state else { return #expect(Bool(false), "half a result is damaged") }
      let result = RunResult(classCount: 2, contextSHA256: "00", settings: Self.description.settings)
      try folder.finish(result)
      #expect(try folder.result == result)
    }
  }

  @Test("a result of a newer version is an error that names the file, never an unfinished run")
  func newerResult() throws {
    try withTemporaryFolder { root in
      let folder = try RunFolder("\(root)/run", for: Self.description)
      try write(
        #"{"format": "promptlens-result", "format_version": 99, "n": 0}"#, "\(root)/run/result.json")
      let error = #expect(throws: JSONError.self) { try folder.state }
      #expect(error?.description.contains("result.json: format_version is 99") == true)
    }
  }

  @Test("predictions are read as they were written; a run without them has none; others are rejected")
  func predictions() throws {
    try withTemporaryFolder { root in
      let folder = try RunFolder("\(root)/run", for: Self.description)
      #expect(try folder.predictions == nil)
      let predictions = RunPredictions(
        paths: ["a.png", "b.png"], labels: [0, 1], learned: [0, 1], zeroShot: [1, 1], classNames: ["cat", "dog"],
        template: "a {}.")
      try folder.write(predictions)
      #expect(try folder.predictions == predictions)
      let path = "\(root)/run/predictions.json"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try write(text.replacing("\"learned\":[0,1]", with: "\"learned\":[0,2]"), path)
      let error = #expect(throws: JSONError.self) { try folder.predictions }
      #expect(error?.description.contains("learned[1]") == true)
    }
  }
}

@Suite("Run documents of earlier versions")
struct EarlierRunTests {
  private func node(_ text: String) throws -> JSONNode {
    JSONNode(source: "file", value: try JSON(parsing: Array(text.utf8), source: "file"))
  }

  @Test("version 1 of run.json had camelCase keys and describes the same run")
  func description() throws {
    let old = try RunDescription(
      node(
        """
        {"format": "promptlens-run", "formatVersion": 1,
         "settings": {"method": "coop", "contextLength": 4, "modelFingerprint": "ab", "earlyStopping": 3},
         "record": {"toolVersion": "1", "libraryVersions": {"oneDNN": "2.6"}}, "classNames": ["cat"]}
        """))
    #expect(old.settings.keys == ["method", "context_length", "model_fingerprint", "early_stopping"])
    #expect(JSON.object(old.record) == ["tool_version": "1", "library_versions": ["oneDNN": "2.6"]])
    #expect(try RunDescription(node(old.text)) == old)
  }

  @Test("results without a version had camelCase keys and read as the same results")
  func result() throws {
    let old = try RunResult(
      node(
        """
        {"accuracy": 0.5, "zeroShotAccuracy": 0.25, "n": 4, "ways": 2, "correct": 2, "meanPerClassAccuracy": 0.5,
         "macroF1": 0.4, "top5": 1.0, "expectedCalibrationError": 0.1, "negativeLogLikelihood": 0.7,
         "contextSha256": "ab", "settings": {"contextLength": 4}, "epochsMade": 5, "bestEpoch": 2,
         "validationAccuracy": 0.75}
        """))
    #expect(old.zeroShotAccuracy == 0.25 && old.top5Accuracy == 1 && old.bestEpoch == 2 && old.contextSHA256 == "ab")
    #expect(old.settings.keys == ["context_length"])
    #expect(try RunResult(node(old.text)) == old)
  }

  @Test("a log that was begun with camelCase keys is continued in snake_case")
  func log() throws {
    try withTemporaryFolder { root in
      let folder = try RunFolder(
        "\(root)/run", for: RunDescription(settings: .init(), record: .init(), classNames: []))
      let old = #"{"epoch":1,"steps":2,"loss":1.5,"accuracy":0.5,"learningRate":0.1,"secondsPerStep":0.01}"#
      try Data("\(old)\n".utf8).write(to: URL(fileURLWithPath: "\(root)/run/log.jsonl"))
      try folder.resumeLog(after: 1)
      try folder.record(
        EpochRecord(
          epoch: 2, steps: 2, loss: 1, accuracy: 0.5, learningRate: 0.1, secondsPerStep: 0.01, validationAccuracy: 0.5),
        TrainingState(parameters: [1, 2]))
      #expect(try folder.log.map(\.epoch) == [1, 2])
      #expect(try folder.log.map(\.validationAccuracy) == [nil, 0.5])
      try Data(#"{"format_version":2,"epoch":1}\#n"#.utf8).write(to: URL(fileURLWithPath: "\(root)/run/log.jsonl"))
      #expect { try folder.log } throws: { "\($0)".contains("format_version") && "\($0)".contains("line 1") }
    }
  }

  @Test("old and new runs of the same settings are one group")
  func grouping() throws {
    func settings(_ text: String) throws -> JSON.Object {
      try RunDescription(
        node("{\"format\": \"promptlens-run\", \(text), \"record\": {}}")
      ).settings
    }
    let groups = RunGroup.groups(of: [
      try settings(#""formatVersion": 1, "settings": {"contextLength": 4, "seed": 1}, "classNames": []"#),
      try settings(#""format_version": 2, "settings": {"context_length": 4, "seed": 2}, "class_names": []"#),
    ])
    #expect(groups.count == 1 && groups[0].members.map(\.seed) == [1, 2])
  }
}
