import PromptLensPrompts
import PromptLensCheckpoints
import PromptLensFiles
import Foundation
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

  @Test("a state is read as it was written, and the log ends where the state does")
  func checkpoint() throws {
    try withTemporaryFolder { root in
      let trainer = try TinyTower.trainer()
      do {
        let folder = try RunFolder("\(root)/run", for: Self.description)
        #expect(try folder.checkpoint() == nil)
        try folder.resumeLog(after: 0)
        for _ in 0..<2 { try folder.record(trainer.trainEpoch(), trainer.state) }
      }
      let log = "\(root)/run/log.jsonl"
      // A process that was killed between the log's line and the checkpoint.
      try (String(contentsOfFile: log, encoding: .utf8) + "{\"epoch\":3}\n{\"ep").write(
        toFile: log, atomically: true, encoding: .utf8)
      let again = try RunFolder("\(root)/run", for: Self.description)
      let state = try #require(try again.checkpoint())
      #expect(state == trainer.state)
      try again.resumeLog(after: state.epoch)
      let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 2)
      let keys = try JSONNode(source: log, value: JSON(parsing: Array(lines[1].utf8), source: log)).object().keys
      #expect(keys == ["epoch", "steps", "loss", "accuracy", "learningRate", "secondsPerStep"])
    }
  }

  @Test("a checkpoint with a changed number is refused")
  func damage() throws {
    try withTemporaryFolder { root in
      let folder = try RunFolder("\(root)/run", for: Self.description)
      try folder.resumeLog(after: 0)
      let trainer = try TinyTower.trainer()
      try folder.record(trainer.trainEpoch(), trainer.state)
      let path = "\(root)/run/checkpoint.h5"
      var data = try Data(contentsOf: URL(fileURLWithPath: path))
      let number = withUnsafeBytes(of: trainer.state.context[7]) { Data($0) }
      let place = try #require(data.range(of: number))
      data[place.lowerBound] ^= 1
      try data.write(to: URL(fileURLWithPath: path))
      #expect(throws: LearningError.self) { try folder.checkpoint() }
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
        throws: LearningError.otherSettings(
          path: "\(root)/run",
          differences: [
            "seed 1 where 2 is asked for", "loss none where gce is asked for",
            "other classes (2 where 1 are asked for)",
          ])
      ) { try RunFolder("\(root)/run", for: other) }
    }
  }

  @Test("a folder of other files is refused, and so is a run that somebody is at work in")
  func strangers() throws {
    try withTemporaryFolder { root in
      try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(root)/thesis.txt"))
      #expect(throws: FileError.self) { try RunFolder(root, for: Self.description) }
      let first = try RunFolder("\(root)/run", for: Self.description)
      #expect(throws: FileError.self) { try RunFolder("\(root)/run", for: Self.description) }
      #expect(first.result == nil)
    }
  }

  @Test("a run is finished when its result is whole, never because a file exists")
  func finishing() throws {
    try withTemporaryFolder { root in
      let folder = try RunFolder("\(root)/run", for: Self.description)
      try Data("{\"accuracy\": 0.".utf8).write(to: URL(fileURLWithPath: "\(root)/run/result.json"))
      #expect(folder.result == nil)
      try folder.finish(["accuracy": 0.5])
      #expect(folder.result == ["accuracy": 0.5])
    }
  }
}
