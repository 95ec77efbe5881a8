import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensPresentation
import PromptLensReporting
import Testing

@Suite("Transfer documents as tables and sentences")
struct TransferPresentationTests {
  private static func summary(_ mean: Double) -> String { "{\"n\": 1, \"mean\": \(mean), \"level\": 0.95}" }

  private static func result(_ name: String, _ kind: String, _ target: Double, _ more: String = "") -> String {
    """
    {"name": "\(name)", "kind": "\(kind)", "seeds": [], "source_accuracy": \(summary(0.9)), \
    "target_accuracy": \(summary(target)), "source_accuracies": [0.9], "target_accuracies": [\(target)]\(more)}
    """
  }

  private static func gain(_ low: Double, _ high: Double) -> String {
    """
    , "against_zero_shot": {"difference": \((low + high) / 2), "low": \(low), "high": \(high), "p": 0.01, \
    "resamples": 10, "mcnemar": [{"only_this": 3, "only_zero_shot": 1}]}, \
    "class_changes": [{"class": "cat", "n": 2, "zero_shot": 0.5, "accuracy": 1}]
    """
  }

  private func document(low: Double, high: Double, fit: String = "null") throws -> TransferDocument {
    let source = [("coop", "learned"), ("zero-shot CLIP", "zero-shot"), ("\\\"a {}\\\"", "template")]
      .map { name, kind in
        "{\"name\": \"\(name)\", \"kind\": \"\(kind)\", \"accuracy\": \(Self.summary(0.9)), \"ece\": \(Self.summary(0.1))}"
      }
    let results = [
      Self.result("coop", "learned", 0.8, Self.gain(low, high)), Self.result("zero-shot CLIP", "zero-shot", 0.7),
      Self.result("\\\"a {}\\\"", "template", 0.6, Self.gain(-0.2, 0)),
    ]
    let text = """
      {"model_fingerprint": "abc", "runs": ["run"], "learned_elsewhere": [{"path": "run", "data": "pets:x"}], \
      "source": {"name": "photo", "data": "folder:p", "n": 10, "ways": 2, "results": [\(source.joined(separator: ","))]}, \
      "targets": [{"name": "sketch", "data": "folder:data/sketch", "ways": 2, "source_n": 10, "target_n": 8, \
      "classes": ["cat", "dog"], "left_out": {"target_classes": 1, "target_images": 3}, "baseline_fit": \(fit), \
      "results": [\(results.joined(separator: ","))], "comparisons": []}]}
      """
    return try TransferDocument(JSONNode(source: "transfer.json", value: JSON(parsing: Array(text.utf8), source: "")))
  }

  @Test("a gain whose interval is above zero is better, below it worse, and around it indistinguishable")
  func verdicts() throws {
    #expect(
      try document(low: 0.05, high: 0.15).findings == [
        "On sketch coop is better than zero-shot CLIP (+10.00 points, 95 % CI +5.00 to +15.00, paired bootstrap, n = 8)."
      ])
    #expect(try document(low: -0.15, high: -0.05).findings[0].contains("coop is worse than zero-shot CLIP (-10.00"))
    #expect(
      try document(low: -0.05, high: 0.15).findings[0].contains(
        "coop does not differ significantly from zero-shot CLIP"))
  }

  @Test("tables state the number of classes, and leave single templates to the files")
  func tables() throws {
    let document = try document(low: 0.05, high: 0.15)
    #expect(document.overview.headings == ["", "photo (2 classes)", "sketch (2 classes)"])
    #expect(document.overview.rows == [["coop", "90.00", "80.00"], ["zero-shot CLIP", "90.00", "70.00"]])
    let table = document.table(document.targets[0])
    #expect(
      table.title
        == "photo to sketch: 2 classes on both, 10 and 8 images; omitted: 1 target class with 3 images")
    #expect(table.rows[0].suffix(3) == ["5.00 to 15.00", "0.0100", "0.625"])
    #expect(document.fullPrecision.rows.count == 3)
    #expect(document.figures.count == 1 && document.classFigures.count == 1)
  }

  @Test("notes name runs of other data and a line's small share of explained variance")
  func notes() throws {
    let notes = try document(low: 0, high: 0).notes
    #expect(notes[0] == "run was learned on pets:x, not on folder:p")
    #expect(notes[1] == "sketch: the baselines have equal accuracy on the source, so effective robustness is undefined")
    let below = "{\"slope\": 1, \"intercept\": -0.5, \"r2\": 0.25, \"baselines\": [\"a\", \"b\"]}"
    #expect(try document(low: 0, high: 0, fit: below).notes[1].contains("1.000 · logit(source) − 0.500, fitted"))
    let fit = "{\"slope\": 1, \"intercept\": 0.5, \"r2\": 0.25, \"baselines\": [\"a\", \"b\"]}"
    #expect(
      try document(low: 0, high: 0, fit: fit).notes[1].hasSuffix(
        "so no line is drawn, and distances from it mean little"))
  }
}
