import PromptLensDatasets
import PromptLensTensors

/// The inputs of a transfer experiment: the prompts, the source and targets, and the baselines.
package struct TransferSettings: Sendable {
  /// A curve of contexts from the initial to the learned one.
  package struct Interpolation: Sendable {
    /// The words at the start of the curve; nil for the initial context of each run.
    package var words: String?

    /// Creates a request for curves.
    package init(words: String? = nil) { self.words = words }
  }

  /// The run folders or context files; they may be empty if classifiers are given.
  package var runs: [String]
  /// Folders of `probe`, or classifier files.
  package var classifiers: [String] = []
  /// The data set on which the prompts were learned.
  package var source: DataSource
  /// The data sets to transfer to.
  package var targets: [DataSource]
  /// A file of matching classes; nil to match them by name.
  package var map: String?
  /// The name of a list of baseline templates; nil for "a photo of a {}." and `clip-7`.
  package var templates: String?
  /// The model's folder; nil for the one that the first run recorded.
  package var model: String?
  /// The arithmetic of the towers.
  package var precision = ComputePrecision.float32
  /// The options for reading image files.
  package var reading = ImageReading()
  /// The columns to group test images by; empty for none.
  package var groups: [String] = []
  /// Whether candidates are compared with lines through published models.
  package var isAgainstPublished = false
  /// The curves to measure; nil for none.
  package var interpolation: Interpolation?

  /// Creates settings without classifiers, map or curves.
  ///
  /// - Parameters:
  ///   - runs: run folders or context files.
  ///   - source: the data set on which the prompts were learned.
  ///   - targets: the data sets to transfer to.
  package init(runs: [String], source: DataSource, targets: [DataSource]) {
    self.runs = runs
    self.source = source
    self.targets = targets
  }
}
