import Foundation
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensPromptLearning
import TestSupport
import Testing

@Suite("The table of a run's settings")
struct RunFieldTests {
  @Test("names are distinct, and so are the depths of axes, which order a plan")
  func names() {
    #expect(Set(RunField.all.map(\.name)).count == RunField.all.count)
    #expect(Set(RunField.axes.map(\.name)).count == RunField.axes.count)
    #expect(RunField.axes.compactMap(\.depth) == Array(RunField.axes.indices))
    #expect(RunField.named("learning_rate")?.option == "learning-rate")
    #expect(RunField.named("initialization")?.setting?.name == "init")
  }

  @Test("tasks leave out later settings that they don't set")
  func later() {
    #expect(
      RunField.axes.filter(\.isLater).map(\.name) == [
        "loss", "strategy", "noise", "recipe", "protocol", "weight", "clip_norm", "early_stopping", "prompt_depth",
        "image_prompt_depth", "prompt_length", "keep_words",
      ])
  }

  @Test("a later field of any kind is left out where it has its default, and recorded where it doesn't")
  func laterKinds() {
    let later = [
      RunField(
        "later", setting: .positiveNumber(nil, "a number", null: "auto", \.learning.learningRate), isLater: true),
      RunField("later", setting: .truth(nil, "a truth", \.learning.isClassSpecific), isLater: true),
      RunField("later", setting: .choice(nil, "a method", \.learning.method), isLater: true),
      RunField("later", setting: .wholeNumber(nil, "a number", 0...9, \.seed), isLater: true),
      RunField(
        "later", setting: .wholeNumber(nil, "a number", 0...9, null: "none", \.learning.patience), isLater: true),
      RunField("later", setting: .text(nil, "a text", null: "none", \.learning.initialization), isLater: true),
    ]
    var request = RunRequest()
    #expect(later.allSatisfy { $0.setting?.value(in: request) == Optional<JSON>.none })
    request.learning.learningRate = 1
    request.learning.isClassSpecific = true
    request.learning.method = .kgcoop
    request.learning.patience = 3
    request.learning.initialization = "a photo"
    request.seed = 2
    #expect(later.map { $0.setting?.value(in: request) } == [.number(1), true, "kgcoop", 2, 3, "a photo"])
  }

  @Test("a grid that is made of a request has the tasks of one that is read")
  func request() throws {
    var request = RunRequest()
    request.model = "m"
    request.learning.loss = try LossName.loss("gce:0.3")
    request.learning.epochs = 7
    let made = try SweepGrid(
      request, varying: [(.data, ["folder:a"]), (.seed, [1, 2]), (.method, ["coop", "kgcoop"])], source: "the options")
    let read: JSON = [
      "model": "m", "data": "folder:a", "seed": [1, 2], "method": ["coop", "kgcoop"], "loss": "gce:0.3", "epochs": 7,
    ]
    #expect(try made.tasks == SweepGrid(JSONNode(source: "grid", value: read)).tasks)
  }

  @Test("an axis takes its own default", arguments: RunField.axes.map(\.name))
  func defaults(name: String) throws {
    let axis = try #require(RunField.axes.first { $0.name == name })
    guard let fallback = axis.fallback else { return }
    #expect(try axis.value(JSONNode(source: "default", path: name, value: fallback)) == fallback)
  }

  @Test("tasks have the ids that earlier versions gave the same settings")
  func ids() throws {
    func tasks(_ text: String) throws -> [SweepTask] {
      try SweepGrid(JSONNode(source: "grid", value: JSON(parsing: Array(text.utf8), source: "grid"))).tasks
    }
    // The learning rate was 0.002 unless a grid had another; now it follows the model.
    #expect(
      try tasks(#"{"model": "m", "data": "folder:a", "learning_rate": 0.002}"#).map(\.id) == ["92e22e10e3bb04a8"])
    #expect(try tasks(#"{"model": "m", "data": "folder:a"}"#).map(\.id) == ["5fc03fa637f4d153"])
    let full = try tasks(
      """
      {"model": "m", "data": "folder:a", "shots": 1, "seed": 1, "method": "coop", "init": null,
       "class_position": "middle", "class_specific": true, "learning_rate": 0.02, "epochs": 7, "batch_size": 8,
       "views": 2, "precision": "f32", "classes": "base", "noise": "symmetric:0.5", "loss": "gce",
       "strategy": "small-loss:0.2", "context_length": 4}
      """)
    #expect(full.map(\.id) == ["372cdb49d13b8bbc"])
  }

  @Test("a task's settings become those of learning")
  func learning() throws {
    let grid: JSON = [
      "model": "m", "data": "folder:a", "method": "kgcoop", "class_position": "front", "class_specific": true,
      "init": "a photo", "epochs": 3, "batch_size": 4, "learning_rate": 0.5, "shots": 2, "seed": 9,
      "strategy": "small-loss", "noise": "pair:0.25",
    ]
    let task = try #require(try SweepGrid(JSONNode(source: "grid", value: grid)).tasks.first)
    let learning = task.learning
    #expect(learning.method == .kgcoop && learning.classPosition == .front && learning.isClassSpecific)
    #expect(learning.initialization == "a photo" && learning.epochs == 3 && learning.batchSize == 4)
    #expect(learning.learningRate == 0.5 && task.shots == 2 && task.seed == 9)
    // Small losses need the rate, which the noise says.
    #expect(learning.strategy == .smallLoss(0.25))
  }
}

@Suite("The folder of a sweep")
struct SweepFolderTests {
  @Test("a task without a result is resumed, a damaged result is done again, a newer one is left unchanged")
  func states() throws {
    try withTemporaryFolder { root in
      let folder = SweepFolder(root)
      try folder.make()
      guard case .new = try folder.state(of: "a") else { return #expect(Bool(false), "nothing was begun") }
      do {
        _ = try RunFolder(
          folder.run("a"), for: RunDescription(settings: .init(), record: .init(), classNames: ["cat"]))
      }
      guard case .begun = try folder.state(of: "a") else { return #expect(Bool(false), "a run was begun") }
      let result = "\(folder.run("a"))/result.json"
      try Data("{".utf8).write(to: URL(fileURLWithPath: result))
      guard case .damaged = try folder.state(of: "a") else { return #expect(Bool(false), "half a result is damaged") }
      #expect(try folder.repair("a")?.hasPrefix("its result is damaged") == true)
      #expect(!FileManager.default.fileExists(atPath: result))
      try Data(#"{"format": "promptlens-result", "format_version": 99}"#.utf8).write(
        to: URL(fileURLWithPath: result))
      #expect(throws: JSONError.self) { try folder.repair("a") }
      #expect(FileManager.default.fileExists(atPath: result))
    }
  }
}

@Suite("The settings of a demo")
struct DemoSettingsTests {
  @Test("settings are read as they were written, and as earlier versions wrote them")
  func document() throws {
    let settings = DemoSettings.quick(seed: 7)
    func node(_ json: JSON) -> JSONNode { JSONNode(source: "demo.json", value: json) }
    #expect(try DemoSettings(node(settings.json)) == settings)
    let old: JSON = [
      "toolVersion": .string(settings.toolVersion), "seed": 7, "trainPictures": 16, "testPictures": 20,
      "shots": [1, 4, 16], "contextLength": 4, "epochs": 30, "learningRate": 0.02,
      "classes": .array(settings.classes.map { .string($0) }),
    ]
    #expect(try DemoSettings(node(old)) == settings)
  }
}
