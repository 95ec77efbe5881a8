import PromptLensExperiments
import PromptLensJSONDocuments
import Testing

@Suite("Results of runs")
struct RunResultTests {
  private static let members =
    #""accuracy": 0.5, "zero_shot_accuracy": 0.75, "n": 4, "ways": 2, "context_sha256": "", "settings": {"seed": 1}, "#
    + #""skipped_images": ["a.jpg"], "warnings": ["something is doubtful"]"#

  private func node(_ text: String) throws -> JSONNode {
    JSONNode(source: "text", value: try JSON(parsing: Array(text.utf8), source: "text"))
  }

  @Test("images that version 1 calls skipped_images are skipped, in a sweep as well, whose warnings name the run")
  func upgrade() throws {
    let run = try RunResult(node(#"{"format": "promptlens-result", "format_version": 1, \#(Self.members)}"#))
    #expect(run.remarks.skipped == ["a.jpg"] && run.remarks.notes.isEmpty)
    #expect(run.classCount == 2 && !run.text.contains("ways") && run.text.contains("\"class_count\": 2"))
    let again = try RunResult(node(run.text))
    #expect(again == run)
    let sweep = try SweepSummary(
      node(
        #"{"format": "promptlens-sweep", "format_version": 1, "cells": [], "runs": [{"id": "x", \#(Self.members)}]}"#))
    #expect(sweep.runs[0].result.remarks.skipped == ["a.jpg"])
    #expect(
      sweep.warnings == [RunWarning(run: "x", about: "seed 1", sentence: "something is doubtful")])
  }
}
