import PromptLensEvaluation
import PromptLensExperiments
import PromptLensFeatures
import PromptLensJSONDocuments
import PromptLensTensors
import Testing

@Suite("Transfer studies of small features")
struct TransferStudyTests {
  /// Returns two images of each of two classes, near the axes.
  private func images() throws -> LabeledFeatures {
    try LabeledFeatures(
      features: try Tensor([1, 0.1, 0.1, 1, 1, 0.2, 0.2, 1], shape: [4, 2], name: "features"), labels: [0, 1, 0, 1],
      classNames: ["cat", "dog"])
  }

  /// Returns a classifier that is right on all of ``images()``, or wrong on all.
  private func classifier(isRight: Bool) throws -> ScaledCosineClassifier {
    ScaledCosineClassifier(
      try CosineClassifier(
        weights: Tensor(isRight ? [1, 0, 0, 1] : [0, 1, 1, 0], shape: [2, 2], name: "classifier")), scale: 10)
  }

  private func candidate(
    _ name: String, _ kind: TransferCandidate.Kind, seeds: [Int] = [], areRight: [Bool]
  ) throws -> TransferCandidate {
    TransferCandidate(
      name: name, kind: kind, seeds: seeds,
      runs: try areRight.map { TransferCandidate.Run(try classifier(isRight: $0), targetCount: 1) })
  }

  private func target(_ candidates: [TransferCandidate]) throws -> TransferDocument.Target {
    try TransferStudy(candidates).target(
      TransferPair(
        name: "sketch", data: "folder:sketch", targetClasses: [0, 1], targetImages: images(), sourceClasses: [0, 1],
        sourceImages: images(), classNames: ["cat", "dog"]), at: 0)
  }

  @Test("the gain over zero-shot is measured image by image, with the change of each class")
  func gain() throws {
    let target = try target([
      candidate("prompt", .learned, seeds: [1], areRight: [true]),
      candidate("words", .zeroShot, areRight: [false]),
    ])
    let learned = target.results[0]
    #expect(learned.measures[.targetAccuracy]?.mean == 1 && learned.measures[.targetGain]?.mean == 1)
    let gain = try #require(learned.againstZeroShot)
    #expect(gain.difference.difference == 1 && gain.difference.interval == 1...1)
    #expect(gain.tests == [McNemarTest(onlyFirst: 4, onlySecond: 0)])
    #expect(learned.classChanges.map(\.className) == ["cat", "dog"])
    #expect(learned.classChanges.allSatisfy { $0.change == 1 && $0.imageCount == 2 })
    #expect(target.results[1].againstZeroShot == nil)
  }

  @Test("runs are pooled over seeds, and a measure that some run lacks is left out")
  func pooling() throws {
    let target = try target([
      candidate("prompt", .learned, seeds: [1, 2], areRight: [true, false]),
      candidate("words", .zeroShot, areRight: [false]),
    ])
    let learned = target.results[0]
    #expect(learned.measures[.targetAccuracy]?.mean == 0.5 && learned.targetAccuracies == [1, 0])
    #expect(learned.againstZeroShot?.difference.difference == 0.5)
    // The second run gained nothing on the source, so no ratio can be had of it.
    #expect(learned.measures[.transferRatio] == nil)
  }

  @Test("only zero-shot classifiers are points of the baselines' line")
  func baselines() throws {
    let target = try target([
      candidate("prompt", .learned, seeds: [1], areRight: [true]), candidate("words", .zeroShot, areRight: [false]),
      candidate("a photo of a {}.", .template, areRight: [true]),
    ])
    #expect(target.fit?.baselines == ["words", "a photo of a {}."])
    // All points lie where source and target are equal.
    #expect(abs((target.fit?.slope ?? 0) - 1) < 1e-12)
    // A template that classifies as zero-shot CLIP's own does counts once, and two points are no baseline to draw.
    let repeated = try self.target([
      candidate("words", .zeroShot, areRight: [false]), candidate("the same words", .template, areRight: [false]),
      candidate("a photo of a {}.", .template, areRight: [true]),
    ])
    #expect(repeated.fit?.baselines == ["words", "a photo of a {}."] && repeated.results.count == 3)
    #expect(repeated.fit?.weakness?.contains("fewer than 8") == true)
    let alone = try self.target([candidate("words", .zeroShot, areRight: [true])])
    #expect(alone.fit == nil && alone.results[0].measures[.effectiveRobustness] == nil)
  }

  @Test("prompts are compared with each other seed by seed, or on average where seeds differ")
  func comparisons() throws {
    let words = try candidate("words", .zeroShot, areRight: [true])
    let paired = try target([
      candidate("one", .learned, seeds: [1, 2], areRight: [true, true]),
      candidate("two", .classifier, seeds: [1, 2], areRight: [true, false]), words,
    ])
    #expect(paired.comparisons.count == 1 && paired.comparisons[0].difference.difference == 0.5)
    #expect(paired.comparisons[0].exactPs == [1, 0.125])
    let unpaired = try target([
      candidate("one", .learned, seeds: [1], areRight: [true]),
      candidate("two", .classifier, seeds: [2], areRight: [false]), words,
    ])
    #expect(unpaired.comparisons[0].exactPs.isEmpty)
  }

  @Test("a source and a target are cut to the classes that both have")
  func pairs() throws {
    let pair = try TransferPair(
      name: "sea", data: "folder:sea", targetClasses: [1, nil], targetImages: images(), sourceClasses: [0, 1],
      sourceImages: images(), classNames: ["cat", "dog"])
    #expect(pair.shared == [1] && pair.leftOutClasses == 1 && pair.leftOutImages == 2)
    #expect(pair.targetImages.labels == [0, 0] && pair.targetImages.classNames == ["dog"])
    #expect(pair.sourceImages.count == 2)
  }

  // MARK: - The document

  private func document() throws -> TransferDocument {
    let candidates = [
      try candidate("prompt", .learned, seeds: [1, 2], areRight: [true, false]),
      try candidate("words", .zeroShot, areRight: [false]),
    ]
    let accuracy = SeedSummary(count: 2, mean: 0.7, standardDeviation: 0.1)
    return TransferDocument(
      modelFingerprint: "abc", runs: ["run/context.h5"], classifiers: [],
      source: try TransferStudy(candidates).source(
        name: "photo", data: "folder:photo", images: images(), classes: [0, 1]),
      targets: [try target(candidates)],
      curves: [
        InterpolationCurve(
          name: "prompt", start: "\"a\"", domains: ["photo", "sketch"],
          steps: [.init(alpha: 0, accuracies: [accuracy, accuracy])])
      ])
  }

  @Test("a document reads back as it was written")
  func roundTrip() throws {
    let document = try document()
    let text = document.text
    let read = try TransferDocument(
      JSONNode(source: "transfer.json", value: JSON(parsing: Array(text.utf8), source: "")))
    #expect(read == document)
    #expect(text.contains("\"format\": \"promptlens-transfer\""))
  }

  @Test("a document without a version is read, a newer one is rejected by its version")
  func versions() throws {
    let document = try document()
    guard case .object(var members) = document.json else { return }
    members["format_version"] = 99
    #expect(throws: JSONError.self) { try TransferDocument(JSONNode(source: "a.json", value: .object(members))) }
    members["format"] = nil
    members["format_version"] = nil
    members["learned_elsewhere"] = nil
    #expect(try TransferDocument(JSONNode(source: "a.json", value: .object(members))) == document)
  }
}
