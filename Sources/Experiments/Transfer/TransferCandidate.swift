import PromptLensEvaluation

/// A subject of a transfer study: runs of one group, classifiers of one group, or words.
package struct TransferCandidate {
  /// The origin of a candidate, as documents write it.
  package enum Kind: String, Sendable {
    /// A learned prompt.
    case learned
    /// A classifier of features, fitted on the source's training images: the linear probe, Tip-Adapter.
    case classifier
    /// Zero-shot CLIP with each data set's own template.
    case zeroShot = "zero-shot"
    /// The same template for all data sets.
    case template
    /// The ensemble of all those templates.
    case ensemble

    /// Whether training images had a part in it.
    package var isFitted: Bool { self == .learned || self == .classifier }
  }

  /// The classifiers of one run: one for the source, one for each target.
  package struct Run {
    /// The classifier of the source's images.
    package let source: any FeatureClassifier
    /// The classifiers of the targets' images, in the targets' order.
    package let targets: [any FeatureClassifier]

    /// Creates a run.
    ///
    /// - Parameters:
    ///   - source: the classifier of the source's images.
    ///   - targets: those of the targets' images, in the targets' order.
    package init(source: any FeatureClassifier, targets: [any FeatureClassifier]) {
      self.source = source
      self.targets = targets
    }

    /// Creates a run that classifies every domain's images alike.
    package init(_ classifier: any FeatureClassifier, targetCount: Int) {
      self.init(source: classifier, targets: Array(repeating: classifier, count: targetCount))
    }
  }

  /// The name for tables.
  package let name: String
  /// The origin.
  package let kind: Kind
  /// The runs' seeds; empty for words.
  package let seeds: [Int]
  /// The runs.
  package let runs: [Run]

  /// The name of zero-shot CLIP with each data set's own template.
  package static let zeroShotName = "zero-shot CLIP"

  /// Creates a candidate.
  ///
  /// - Parameters:
  ///   - name: the name for tables.
  ///   - kind: the origin.
  ///   - seeds: the runs' seeds; empty for words.
  ///   - runs: the runs, at least one.
  package init(name: String, kind: Kind, seeds: [Int] = [], runs: [Run]) {
    self.name = name
    self.kind = kind
    self.seeds = seeds
    self.runs = runs
  }
}
