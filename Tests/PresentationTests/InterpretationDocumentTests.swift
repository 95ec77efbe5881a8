import PromptLensJSONDocuments
import PromptLensPresentation
import PromptLensReporting
import Testing

@Suite("The document of an interpretation")
struct InterpretationDocumentTests {
  private var document: InterpretationDocument {
    var analyses = JSON.Object()
    analyses["drift"] = ["mean_cosine": 0.5]
    return InterpretationDocument(
      prompt: "run/context.h5", modelFingerprint: "abc", data: "pets", split: "test", images: 3,
      classNames: ["cat", "dog"], classPosition: .end, accuracy: 2.0 / 3, zeroShotAccuracy: 1.0 / 3, precision: "bf16",
      findings: [Report.Finding("The words are near.", evidence: "words.csv", "controls.csv")],
      omissions: ["Agreement of seeds: no other prompt is given."], analyses: analyses)
  }

  @Test("A document that is written reads as itself")
  func roundTrip() throws {
    let read = try InterpretationDocument(JSONNode(source: "interpretation.json", value: document.json))
    #expect(read.json == document.json)
    #expect(read.findings == document.findings && read.omissions == document.omissions)
    #expect(read.accuracy == 2.0 / 3 && read.classPosition == .end && read.precision == "bf16")
  }

  @Test("A newer document is an error that names the version")
  func newer() throws {
    guard case .object(var members) = document.json else {
      Issue.record("the document is an object")
      return
    }
    members["format_version"] = 99
    #expect(throws: JSONError.self) {
      try InterpretationDocument(JSONNode(source: "interpretation.json", value: .object(members)))
    }
  }

  @Test("A class position that isn't one is an error that names its key")
  func badPosition() throws {
    guard case .object(var members) = document.json else {
      Issue.record("the document is an object")
      return
    }
    members["class_position"] = "above"
    #expect(
      throws: JSONError.unexpected(
        source: "interpretation.json", path: "class_position", expected: "end, middle or front", found: "above")
    ) {
      try InterpretationDocument(JSONNode(source: "interpretation.json", value: .object(members)))
    }
  }
}
