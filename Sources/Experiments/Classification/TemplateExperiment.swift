import PromptLensEvaluation
import PromptLensFeatures
import PromptLensTensors

/// A comparison of templates on the same images.
package struct TemplateExperiment: Sendable {
  private let images: ImageSelection
  private let list: String
  private let model: String
  private let precision: ComputePrecision

  /// Creates an experiment.
  ///
  /// - Parameters:
  ///   - list: the name of a published list of templates, or a file.
  ///   - images: the images.
  ///   - model: the model's folder.
  ///   - precision: the arithmetic of the towers.
  package init(_ list: String, images: ImageSelection, model: String, precision: ComputePrecision = .float32) {
    self.images = images
    self.list = list
    self.model = model
    self.precision = precision
  }

  /// Classifies the images with each template.
  ///
  /// - Parameter observer: the receiver of progress.
  /// - Returns: the comparison.
  /// - Throws: errors of inputs that cannot be read or don't go together.
  package func run(observer: ExperimentObserver = .silent) throws -> TemplateResult {
    let templates = try TemplateRequest.list(list)
    let model = try OpenedModel(model, precision: precision)
    let selected = try images.open(observer: observer)
    try selected.check(against: model)
    let images = try selected.features(by: model, observer: observer)
    return try TemplateResult(
      name: selected.name, classNames: images.classNames, modelFingerprint: model.folder.manifest.fingerprint,
      remarks: selected.remarks(with: images),
      comparison: TemplateComparison(
        templates, classNames: images.classNames, features: images.view(), labels: images.labels
      ) { try model.features(ofTexts: $0) })
  }
}
