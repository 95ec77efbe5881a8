import PromptLensInterpretation

/// A stage of the demo, as rows of values.
package struct DemoStage: Sendable {
  /// A kind of stage, in the order of the demo, with its name in documents.
  package enum Kind: String, CaseIterable, Sendable {
    case wordings
    case fewShots = "few_shots"
    case words
    case styles
    case newClasses = "new_classes"
    case noise
  }

  /// A value of a row.
  package enum Value: Sendable {
    case text(String)
    case count(Int)
    /// A share, 0 to 1.
    case share(Double)
    /// A distance between vectors.
    case distance(Double)
    /// The nearest word of a vector, against controls.
    case control(VectorControl)
  }

  package let kind: Kind
  /// The rows, each with the same number of values.
  package let rows: [[Value]]
  /// The nearest words of a context against controls, where the rows are its vectors.
  package var controls: ContextControls?
}

extension Demo {
  /// Runs a stage; results of an earlier demo are reused.
  ///
  /// - Throws: the errors of reading pictures, learning and writing run folders.
  package func stage(_ kind: DemoStage.Kind) throws -> DemoStage {
    switch kind {
    case .wordings: try wordings()
    case .fewShots: try fewShots()
    case .words: try learnedWords()
    case .styles: try otherStyles()
    case .newClasses: try newClasses()
    case .noise: try wrongLabels()
    }
  }
}
