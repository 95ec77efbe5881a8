import PromptLensDatasets
import PromptLensExperiments
import PromptLensJSONDocuments
import Testing

@Suite("Documents of noise experiments")
struct NoiseResultTests {
  @Test("a result is the same after it is written and read")
  func roundTrip() throws {
    let result = NoiseResult(
      output: "noise", zeroShotAccuracy: 0.5, runs: 4,
      curves: [
        .init(
          kind: "pair", learner: "ce", area: 0.75, criticalRate: nil,
          points: [
            .init(
              rate: 0.25, accuracy: 0.6, halfWidth: nil, seeds: 1, memorized: 0.1,
              detections: ["margin": .init(areaUnderCurve: 0.9, averagePrecision: nil)])
          ])
      ],
      memorizations: [.init(kind: "pair", noise: "pair-0.25", learner: "ce", shares: [0, 0.5, 1])])
    let text = result.text
    let root = JSONNode(source: "result.json", value: try JSON(parsing: Array(text.utf8), source: "result.json"))
    #expect(try root.string("format") == "promptlens-noise-result" && root.integer("format_version") == 1)
    #expect(try NoiseResult(root) == result)
  }

  @Test("a result written before documents had versions is read, without memorization by epoch")
  func beforeVersions() throws {
    let old: JSON = [
      "output": "noise", "zero_shot_accuracy": 0.5, "runs": 1,
      "curves": [
        [
          "noise": "pair", "learner": "ce", "area": nil, "critical_rate": 0.1,
          "points": [
            [
              "rate": 0, "accuracy": 0.4, "half_width": nil, "seeds": 1, "memorized": nil,
              "detection": [["score": "loss", "auroc": nil, "average_precision": nil]],
            ]
          ],
        ]
      ],
    ]
    let result = try NoiseResult(JSONNode(source: "result.json", value: old))
    #expect(result.kinds == ["pair"] && result.curves[0].criticalRate == 0.1 && result.memorizations.isEmpty)
  }

  @Test("a result of a newer version is rejected by the file's name")
  func newer() throws {
    let newer: JSON = ["format": "promptlens-noise-result", "format_version": 99]
    let error = #expect(throws: JSONError.self) {
      try NoiseResult(JSONNode(source: "noise/result.json", value: newer))
    }
    #expect("\(try #require(error))".contains("noise/result.json"))
  }

  @Test("learners read back from their names, which state the defaults of their numbers")
  func learners() throws {
    for (text, name) in [
      ("ce", "ce"), ("gce", "gce:0.7"), ("co-teaching+mae", "mae+co-teaching"), ("early-stopping", "early-stopping:20"),
      ("tip-adapter", "tip-adapter"),
    ] {
      let learner = try NoiseLearner(text)
      #expect(learner.name == name)
      #expect(try NoiseLearner(learner.name) == learner)
    }
    #expect(throws: ExperimentError.self) { try NoiseLearner("linear+mae") }
    #expect(throws: ExperimentError.self) { try NoiseLearner("ce+gce") }
  }

  @Test("true labels occur once for all kinds of noise")
  func grid() throws {
    let grid = NoiseGrid(
      kinds: [.symmetric, .pair], amounts: [.rate(0), .rate(0.5)], learners: [try NoiseLearner("ce")], seeds: [1, 2])
    #expect(try grid.noises().map(\.kind) == ["none", "symmetric", "pair"])
    #expect(try grid.cells().map(\.name).count == 6)
    #expect(try grid.cells()[2].name == "ce_symmetric-0.5_seed-1")
  }
}
