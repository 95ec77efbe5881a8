import PromptLensEvaluation
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensPresentation
import PromptLensReporting
import Testing

@Suite("Explanations of images in tables, pages and documents")
struct ExplanationTests {
  private func explanation(
    _ path: String, _ classifier: ExplainedClassifier, difference: Double, integral: Bool = false
  ) throws -> PatchExplanation {
    let curve = PatchFaithfulness.Curve(probabilities: [0.9, 0.5, 0.1], area: 0.5)
    var explanation = PatchExplanation(
      path: path, className: "moon", against: integral ? "star" : nil,
      method: integral ? .integratedGradients : .attention, classifier: classifier, probability: 0.9, value: 2.5,
      patches: [[1, -0.5], [0, 0.25]], promptRelevance: integral ? nil : 0.125,
      integral: integral ? PatchExplanation.Integral(baselineValue: 1.75, completenessError: 2e-4, points: 32) : nil,
      faithfulness: PatchFaithfulness(
        shares: [0, 0.5, 1], deletion: curve, insertion: curve, randomDeletion: curve, randomInsertion: curve,
        deletionDifference: try SeedSummary([difference, difference - 0.1]),
        insertionDifference: try SeedSummary([0.2, 0.3])))
    explanation.picture = "picture-1.png"
    explanation.overlay = "\(classifier.rawValue)-1.png"
    return explanation
  }

  private func document(_ explanations: [PatchExplanation], _ method: ExplanationMethod) -> ExplanationDocument {
    var document = ExplanationDocument(
      prompt: "run", modelFingerprint: "f", template: "a photo of a {}.", method: method)
    document.explanations = explanations
    document.skipped = ["b.png: damaged"]
    return document
  }

  @Test("a document is read back as it was written", arguments: [false, true])
  func roundTrip(integral: Bool) throws {
    let document = document(
      [
        try explanation("a.png", .words, difference: -0.25, integral: integral),
        try explanation("a.png", .learned, difference: 0.125, integral: integral),
      ], integral ? .integratedGradients : .attention)
    let node = JSONNode(source: "explanation.json", value: try JSON(parsing: Array(document.text.utf8), source: "x"))
    #expect(try ExplanationDocument(node) == document)
    var members = document.encode()
    members["format"] = "promptlens-explanation"
    members["format_version"] = 2
    #expect(throws: JSONError.self) { try ExplanationDocument(JSONNode(source: "x", value: .object(members))) }
  }

  @Test("the table has a row for each classifier, and several images a table of their means")
  func tables() throws {
    let one = document([try explanation("a.png", .words, difference: -0.25)], .attention)
    #expect(try one.tables.map(\.rows.count) == [1])
    #expect(try one.tables[0].rows[0].contains { $0.hasPrefix("-0.300 [") })
    let several = document(
      try ["a.png", "b.png"].flatMap { path in
        [try explanation(path, .words, difference: -0.25), try explanation(path, .learned, difference: -0.5)]
      }, .attention)
    #expect(try several.tables.map(\.rows.count) == [4, 2])
    let summary = try several.summaries
    #expect(summary.map(\.images) == [2, 2] && summary.map(\.classifier) == [.words, .learned])
    #expect(abs(summary[1].deletionDifference.difference + 0.55) < 1e-12)
  }
}
