import PromptLensEvaluation
import PromptLensFeatures
import PromptLensTensors

/// The accuracy of the best label of each image that can have several: correct if it is one of the image's.
struct BestLabels {
  /// The rows of the images that have a label.
  let rows: [Int]
  /// Their accuracy. The class of a wrongly labeled image is the first of its own.
  let accuracy: DomainAccuracy
  /// Their groups; empty if images aren't grouped.
  let groups: [String]

  /// Measures the images that have a label.
  ///
  /// - Throws: ``ExperimentError/noLabels(images:)`` where none has; the classifier's errors.
  init(of classifier: LinearClassifier, on images: LabeledFeatures) throws {
    let rows = images.classSets.indices.filter { !images.classSets[$0].isEmpty }
    guard !rows.isEmpty else { throw ExperimentError.noLabels(images: images.count) }
    let logits = try classifier.logits(for: images.view().selecting(rows))
    let best = CosineClassifier.predictions(ofLogits: logits)
    let labels = zip(rows, best).map { row, label in
      images.classSets[row].contains(label) ? label : images.classSets[row].first ?? label
    }
    self.rows = rows
    accuracy = try DomainAccuracy(logits: logits, labels: labels)
    groups = images.groups.isEmpty ? [] : rows.map { images.groups[$0] }
  }
}
