import PromptLensEvaluation

/// Classifiers that `probe` fitted, grouped by the settings that they share: baselines beside prompts.
struct TransferClassifiers {
  /// The classifiers, in the order given.
  let stored: [StoredClassifier]
  /// The groups of runs that differ only in their seed.
  let groups: [RunGroup]

  /// Opens classifiers.
  ///
  /// - Parameter paths: folders of `probe`, or classifier files.
  /// - Throws: the errors of reading.
  init(_ paths: [String]) throws {
    let stored = try paths.map { try StoredClassifier(StoredClassifier.path(of: $0) ?? $0) }
    self.stored = stored
    groups = RunGroup.groups(of: zip(paths, stored).map { $1.settings ?? RunGroup.settings(ofUnknown: $0) })
  }

  /// Refuses classifiers of other classes, or of another model's features.
  ///
  /// - Throws: ``ExperimentError/foreignClassifier(path:reason:)``.
  func check(classNames: [String], of owner: String, model: OpenedModel) throws(ExperimentError) {
    for classifier in stored {
      try classifier.check(modelFingerprint: model.folder.manifest.fingerprint, of: model.folder.path)
      guard classifier.file.classNames == classNames else {
        throw .foreignClassifier(
          path: classifier.path, reason: "its classes differ from those of \(owner); measure them separately")
      }
      guard classifier.classifier.width == model.configuration.embedDimension else {
        throw .foreignClassifier(
          path: classifier.path,
          reason: "it takes features of \(classifier.classifier.width) numbers, but \(model.folder.path) gives "
            + "\(model.configuration.embedDimension)")
      }
    }
  }
}
