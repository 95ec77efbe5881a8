import PromptLensDatasets
import PromptLensTensors

/// The inputs of a transfer experiment: the prompts, the data to measure on, and the baselines.
package struct TransferSettings: Sendable {
  /// A curve of contexts from the one before learning to the learned one.
  package struct Interpolation: Sendable {
    /// The words that the curve begins at; nil for the context that each run began with.
    package var words: String?

    /// Creates a request for curves.
    package init(words: String? = nil) { self.words = words }
  }

  /// The run folders or context files; they may be empty if classifiers are given.
  package var runs: [String]
  /// Folders of `probe`, or classifier files.
  package var classifiers: [String] = []
  /// The data set that the prompts were learned on.
  package var source: DataSource
  /// The data sets to transfer to.
  package var targets: [DataSource]
  /// A file that says which of the source's classes a target's class is; nil where names say it.
  package var map: String?
  /// The name of a list of baseline templates; nil for "a photo of a {}." and `clip-7`.
  package var templates: String?
  /// The model's folder; nil for the one that the first run recorded.
  package var model: String?
  /// The arithmetic of the towers.
  package var precision = ComputePrecision.float32
  /// The way in which image files are read.
  package var reading = ImageReading()
  /// The curves to measure; nil for none.
  package var interpolation: Interpolation?

  /// Creates settings without classifiers, map or curves.
  ///
  /// - Parameters:
  ///   - runs: run folders or context files.
  ///   - source: the data set that the prompts were learned on.
  ///   - targets: the data sets to transfer to.
  package init(runs: [String], source: DataSource, targets: [DataSource]) {
    self.runs = runs
    self.source = source
    self.targets = targets
  }
}
