import PromptLensEvaluation
import PromptLensExperiments
import PromptLensFeatures
import PromptLensJSONDocuments
import PromptLensTensors
import Testing

@Suite("Documents of base-to-new and cross-data-set experiments")
struct BaseToNewDocumentTests {
  /// Returns the accuracy on four images of which some are right.
  private func accuracy(_ isRight: [Bool]) throws -> DomainAccuracy {
    try DomainAccuracy(
      logits: Tensor(isRight.flatMap { $0 ? [1, 0] : [0, 1] as [Float] }, shape: [isRight.count, 2], name: "logits"),
      labels: Array(repeating: 0, count: isRight.count))
  }

  private func images(_ names: [String]) throws -> LabeledFeatures {
    try LabeledFeatures(
      features: try Tensor([1, 0, 0, 1], shape: [2, 2], name: "features"), labels: [0, 1], classNames: names)
  }

  @Test("the harmonic mean is pooled over runs, not computed from pooled accuracies, and gains are over zero-shot")
  func pooling() throws {
    let zeroShot = (base: try accuracy([true, true, false, false]), new: try accuracy([true, true, true, false]))
    let runs = [
      (base: try accuracy([true, true, true, true]), new: try accuracy([true, true, false, false])),
      (base: try accuracy([true, true, false, false]), new: try accuracy([true, true, true, true])),
    ]
    let method = try BaseToNewDocument.Method(
      name: "coop", seeds: [1, 2], runs: ["a", "b"], accuracies: runs, zeroShot: zeroShot)
    #expect(method.accuracies.base.mean == 0.75 && method.accuracies.new.mean == 0.75)
    #expect(abs(method.harmonicMean.mean - 2.0 / 3) < 1e-12)
    #expect(method.gains.base.difference.difference == 0.25 && method.gains.new.difference.difference == 0)
    #expect(method.gains.base.exactPs == [0.5, 1])

    let document = BaseToNewDocument(sets: [
      .init(
        name: "photo", data: "folder:photo", base: try images(["cat", "dog"]), new: try images(["house", "zebra"]),
        zeroShot: zeroShot, methods: [method])
    ])
    let node = JSONNode(source: "base-to-new.json", value: try JSON(parsing: Array(document.text.utf8), source: ""))
    #expect(try BaseToNewDocument(node) == document)
    #expect(try node.array("base_to_new")[0].node("zero_shot").number("harmonic_mean") == 0.6)
  }

  @Test("a cross-data-set document reads back as it was written")
  func cross() throws {
    let zeroShot = try accuracy([true, false, false, false])
    let document = CrossDatasetDocument(domains: [
      .init(
        name: "photo", images: try images(["cat", "dog"]), isSource: true, zeroShotAccuracy: zeroShot.accuracy,
        methods: [
          try .init(
            name: "coop", seeds: [1], runs: ["a"], accuracies: [try accuracy([true, true, false, false])],
            zeroShot: zeroShot)
        ])
    ])
    let node = JSONNode(source: "cross.json", value: try JSON(parsing: Array(document.text.utf8), source: ""))
    #expect(try CrossDatasetDocument(node) == document)
  }
}
