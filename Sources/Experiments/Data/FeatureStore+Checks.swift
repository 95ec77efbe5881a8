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
