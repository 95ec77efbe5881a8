import PromptLensPrompts
import PromptLensTensors

/// A comparison of templates on the same images.
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

  /// The dependence of a class's accuracy on the template.
  package struct Movement: Sendable, Equatable {
    /// The class.
    package let label: Int
    /// Its lowest accuracy with any template.
    package let lowest: Double
    /// Its highest accuracy with any template.
    package let highest: Double
    /// Its accuracy with ``TemplateComparison/reference``.
    package let reference: Double
    /// Its accuracy with ``TemplateComparison/best``.
    package let best: Double
  }

  /// The templates in the given order, with `Template/photo` added at the end if it wasn't given.
  package let entries: [Entry]
  /// The metrics of the ensemble of all templates, as in CLIP.
  package let ensemble: ClassificationMetrics

  /// Classifies images with each template.
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

  /// The result of "a photo of a {}.", with which the others are compared.
  package var reference: Entry { entries.first { $0.template == .photo } ?? entries[0] }

  /// The template with the highest accuracy, the first of equal ones.
  package var best: Entry {
    entries.reduce(entries[0]) { $1.metrics.correct > $0.metrics.correct ? $1 : $0 }
  }

  /// McNemar's test of ``reference`` and ``best``.
  ///
  /// Since the best template was chosen on these images, its p is too small; the Bonferroni correction multiplies it by
  /// the number of other templates.
  package var test: McNemarTest {
    McNemarTest(
      onlyFirst: zip(reference.correct, best.correct).count { $0 && !$1 },
      onlySecond: zip(reference.correct, best.correct).count { !$0 && $1 })
  }

  /// Returns the bootstrap of ``best``'s accuracy minus ``reference``'s.
  ///
  /// - Parameters:
  ///   - level: the confidence level of the interval.
  ///   - seed: the seed of the draws.
  /// - Returns: the difference and its interval.
  /// - Throws: ``EvaluationError/noImages``.
  package func bootstrap(level: Double = 0.95, seed: UInt64 = 1) throws -> PairedBootstrap {
    try PairedBootstrap(first: reference.correct, second: best.correct, level: level, seed: seed)
  }

  /// Returns the classes whose accuracy differs most between templates, in descending order; equal ones in the order of
  /// their classes.
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
