import PromptLensEvaluation
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensPresentation
import PromptLensReporting
import Testing

@Suite("Probes, as tables and a section")
struct ProbePresentationTests {
  private func result(targets: JSON) throws -> ProbeResult {
    try ProbeResult(
      JSONNode(
        source: "result.json",
        value: [
          "method": "linear", "data": "pets", "shots": 4, "seed": 1, "train_images": 8, "settings": ["C": 0.5],
          "selection_images": 4, "templates": [], "n": 4, "ways": 2, "accuracy": 0.75,
          "classes": [["name": "cat"], ["name": "dog"]], "confusion": [[2, 0], [1, 1]], "zero_shot_accuracy": 0.5,
          "targets": targets,
        ]))
  }

  @Test("the summary states the origin of settings, and the confusions follow")
  func summary() throws {
    let tables = try result(targets: []).results(confusions: 5).tables
    #expect(tables.count == 2)
    #expect(tables[0].rows.contains(["C", "0.5 (chosen on 4 validation images)"]))
    #expect(tables[0].rows.contains(["zero-shot accuracy", "50.00 %"]))
    #expect(tables[1].rows == [["dog", "cat", "1", "50.00 %"]])
  }

  @Test("a section warns of other data only where targets were measured")
  func section() throws {
    #expect(try result(targets: []).section.doubts.isEmpty)
    let targets: JSON = [
      ["target": "sketches", "classes_left_out": [], "classes": [["name": "cat"]], "confusion": [[2]], "n": 2]
    ]
    let found = try result(targets: targets)
    #expect(found.section.doubts.count == 1)
    #expect(found.results(confusions: 0).tables[1].rows[0].prefix(4) == ["sketches", "2", "1", "100.00 %"])
  }
}
