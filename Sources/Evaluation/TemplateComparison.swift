import PromptLensPrompts
import PromptLensTensors

/// A comparison of wordings: the same images classified by each of several templates.
package struct TemplateComparison: Sendable {
  /// A template and its results.
  package struct Entry: Sendable {
    /// The prompt.
    package let template: Template
    /// The metrics of its classification.
    package let metrics: ClassificationMetrics
    /// A Boolean value for each image that indicates whether it was classified correctly.
    package let correct: [Bool]
  }

  /// A class whose accuracy depends on the wording.
  package struct Movement: Sendable, Equatable {
    /// The class.
    package let label: Int
    /// Its accuracy under the template that serves it worst.
    package let lowest: Double
    /// Its accuracy under the template that serves it best.
    package let highest: Double
    /// Its accuracy under ``TemplateComparison/reference``.
    package let reference: Double
    /// Its accuracy under ``TemplateComparison/best``.
    package let best: Double
  }

  /// The templates in the order given; `Template/photo` among them, last if it was not given.
  package let entries: [Entry]
  /// The mean of all templates' classifiers, as CLIP ensembles them.
  package let ensemble: ClassificationMetrics

  /// Classifies images by each template.
  ///
  /// - Parameters:
  ///   - templates: the templates; repeated ones count once.
  ///   - classNames: the classes; underscores are read as spaces.
  ///   - features: the images, `[images, width]`.
  ///   - labels: the class of each image.
  ///   - encode: features of texts, `[texts, width]`.
  /// - Throws: ``EvaluationError`` when a list is empty, and the errors of `encode`.
  package init(
    _ templates: [Template], classNames: [String], features: Tensor, labels: [Int],
    encode: ([String]) throws -> Tensor
  ) throws {
    guard !labels.isEmpty else { throw EvaluationError.noImages }
    var seen: Set<String> = []
    let distinct = (templates + [.photo]).filter { seen.insert($0.text).inserted }
    entries = try distinct.map { template in
      let classifier = try ZeroShotClassifier(classNames: classNames, templates: [template], encode: encode)
      let predictions = try classifier.predictions(for: features)
      return Entry(
        template: template,
        metrics: try ClassificationMetrics(predictions: predictions, labels: labels, classCount: classifier.classCount),
        correct: zip(predictions, labels).map { $0 == $1 })
    }
    let all = try ZeroShotClassifier(classNames: classNames, templates: distinct, encode: encode)
    ensemble = try ClassificationMetrics(
      predictions: all.predictions(for: features), labels: labels, classCount: all.classCount)
  }

  /// "a photo of a {}.", which the others are compared with.
  package var reference: Entry { entries.first { $0.template == .photo } ?? entries[0] }

  /// The template with the highest accuracy, the first of equal ones.
  package var best: Entry {
    entries.reduce(entries[0]) { $1.metrics.correct > $0.metrics.correct ? $1 : $0 }
  }

  /// McNemar's test of ``reference`` and ``best``.
  ///
  /// The best was picked on these images, so its p is too small; multiplied by the number of other templates
  /// (Bonferroni) it is safe.
  package var test: McNemarTest {
    McNemarTest(
      onlyFirst: zip(reference.correct, best.correct).count { $0 && !$1 },
      onlySecond: zip(reference.correct, best.correct).count { !$0 && $1 })
  }

  /// Returns the bootstrap of ``best``'s accuracy minus ``reference``'s.
  ///
  /// - Parameter seed: the seed of the draws.
  /// - Returns: the difference and its interval.
  /// - Throws: ``EvaluationError/noImages``.
  package func bootstrap(seed: UInt64 = 1) throws -> PairedBootstrap {
    try PairedBootstrap(first: reference.correct, second: best.correct, seed: seed)
  }

  /// Returns the classes whose accuracy differs most between templates, most first; equal ones in the order of their
  /// classes.
  package func movements(_ limit: Int) -> [Movement] {
    let labels = (0..<reference.metrics.classCount).filter { reference.metrics.total(of: $0) > 0 }
    let all = labels.map { label in
      let values = entries.compactMap { $0.metrics.accuracy(of: label) }
      return Movement(
        label: label, lowest: values.min() ?? 0, highest: values.max() ?? 0,
        reference: reference.metrics.accuracy(of: label) ?? 0, best: best.metrics.accuracy(of: label) ?? 0)
    }
    return Array(
      all.sorted { ($1.highest - $1.lowest, $0.label) < ($0.highest - $0.lowest, $1.label) }.prefix(limit))
  }
}
