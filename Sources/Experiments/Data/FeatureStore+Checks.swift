import PromptLensFeatures
import PromptLensDatasets

extension FeatureStore {
  /// Checks that features belong to a model.
  package func check(against model: OpenedModel) throws(ExperimentError) {
    let fingerprint = model.folder.manifest.fingerprint
    guard modelFingerprint == fingerprint else {
      throw .foreignFeatures(
        path: path, model: model.folder.path,
        reason: "their model is \(modelFingerprint.prefix(12))…, this one is \(fingerprint.prefix(12))…")
    }
  }

  /// Checks that features are of the plain view, as images are measured.
  ///
  /// - Throws: ``ExperimentError/noTestImages(data:reason:)``.
  func checkPlain() throws(ExperimentError) {
    guard views > 1 else { return }
    throw .noTestImages(
      data: path,
      reason:
        "these are \(views) random crops of each image, and images are measured in the plain view: extract it without "
        + "--views; promptlens adapt takes crops as --view-features")
  }

  /// Checks that features are random crops, as adaptation at test time needs them, of the images of plain ones.
  ///
  /// - Throws: ``ExperimentError/foreignFeatures(path:model:reason:)``.
  func checkCrops(of plain: FeatureStore, model: OpenedModel) throws(ExperimentError) {
    func foreign(_ reason: String) -> ExperimentError {
      .foreignFeatures(path: path, model: model.folder.path, reason: reason)
    }
    guard views > 1 else {
      throw foreign(
        "they have one view of each image, the plain center crop, and adaptation needs random crops: extract them with "
          + "--views, 63 of them beside the plain one in TPT's paper")
    }
    guard paths == plain.paths, labels == plain.labels, contentHashes == plain.contentHashes else {
      throw foreign("its images are not those of \(plain.path)")
    }
    guard key.compute == plain.key.compute else {
      throw foreign("they were computed in \(key.compute), those of \(plain.path) in \(plain.key.compute)")
    }
  }

  /// Checks that features have the classes of training features; the error lists the differences.
  package func checkClasses(of training: FeatureStore, model: OpenedModel) throws(ExperimentError) {
    guard classNames != training.classNames else { return }
    func alone(_ names: [String], _ others: [String]) -> String {
      let known = Set(others)
      let left = names.filter { !known.contains($0) }
      return left.isEmpty ? "none" : left.joined(separator: ", ")
    }
    throw .foreignFeatures(
      path: path, model: model.folder.path,
      reason:
        "its \(classNames.count) classes are not the \(training.classNames.count) of \(training.path), in their order; "
        + "only here: \(alone(classNames, training.classNames)); only there: \(alone(training.classNames, classNames))"
    )
  }
}
