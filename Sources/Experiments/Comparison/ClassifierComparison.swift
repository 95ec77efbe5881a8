import PromptLensCheckpoints
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensTensors

/// A comparison of learned prompts and classifiers on the same images.
package struct ClassifierComparison: Sendable {
  /// Run folders, context files, folders of `probe` and classifier files. Those that differ only in their seed are pooled.
  package var paths: [String]
  /// The images.
  package var images: ImageSelection
  /// The model's folder; nil for the one that the first run recorded.
  package var model: String?
  /// A file of matching classes.
  package var map: String?
  /// Zero-shot prompts to compare with; nil for none.
  package var templates: TemplateRequest?
  /// The number of bootstrap draws.
  package var resamples = 10_000
  /// The seed of the draws.
  package var seed: UInt64 = 1
  /// The arithmetic of the towers.
  package var precision = ComputePrecision.float32

  /// Creates a comparison.
  ///
  /// - Parameters:
  ///   - paths: run folders, context files, folders of `probe` and classifier files.
  ///   - images: the images.
  package init(_ paths: [String], images: ImageSelection) {
    self.paths = paths
    self.images = images
  }

  /// Classifies the images by each subject, and compares every two of them.
  ///
  /// - Parameter observer: the receiver of progress and notes.
  /// - Returns: the accuracies and the differences.
  /// - Throws: errors of inputs that cannot be read or don't go together; ``ExperimentError/nothingToCompare(found:)``
  ///   for fewer than two subjects.
  package func run(observer: ExperimentObserver = .silent) throws -> ComparisonResult {
    let selected = try images.open(observer: observer)
    let classifiers = paths.filter { StoredClassifier.path(of: $0) != nil }
    let runs = try TransferRuns(
      paths.filter { StoredClassifier.path(of: $0) == nil }, classifiers: classifiers, model: model,
      precision: precision, sourceClasses: selected.classes.names)
    let subjectCount = runs.groups.count + runs.classifiers.groups.count + (templates == nil ? 0 : 1)
    guard subjectCount > 1 else { throw ExperimentError.nothingToCompare(found: paths.count) }
    try selected.check(against: runs.model)
    for prompt in runs.prompts { try prompt.check(selected) }
    // Detect missing shared classes before encoding images.
    let map = try map.map { try ClassMap(contentsOf: $0) }
    try map?.check(against: [selected.classes])
    let known = ClassMatching.Classes(
      owner: runs.owner, names: runs.classNames, identifiers: runs.classifiers.stored.first?.file.classIdentifiers)
    let shared = try SharedClasses(selected.classes, among: known, map: map)
    let all = try selected.features(by: runs.model, observer: observer)
    shared.noteLeftOut(selected.name, to: observer)
    let measured = try shared.images(of: all)
    guard measured.count > 0 else { throw EvaluationError.noImages }
    let features = try measured.view()

    var subjects: [ComparedClassifier] = []
    func add(
      _ name: String, seeds: [Int], _ classifiers: [any FeatureClassifier], among classes: [Int],
      on features: [Tensor]
    ) throws {
      let correct = try classifiers.indices.map { index in
        let classifier = classifiers[index]
        return try DomainAccuracy(
          of: classifier, on: features[index], labels: measured.labels, among: classes
        ).isCorrect
      }
      subjects.append(ComparedClassifier(name: name, seeds: seeds, correct: correct))
    }
    for (name, group) in zip(names(of: runs.groups, paths: runs.prompts.map(\.path)), runs.groups) {
      try add(
        name, seeds: group.members.compactMap(\.seed), group.members.map { try runs.classifier($0.index) },
        among: shared.classes,
        on: group.members.map { member in
          let prompt = runs.prompts[member.index]
          // Prompts in the image tower change the features of images.
          guard prompt.changesImages else { return features }
          return try shared.images(of: selected.features(by: prompt.model, observer: observer)).view()
        })
    }
    for (name, group) in zip(
      names(of: runs.classifiers.groups, paths: runs.classifiers.stored.map(\.path)), runs.classifiers.groups)
    {
      try add(
        name, seeds: group.members.compactMap(\.seed),
        group.members.map { runs.classifiers.stored[$0.index].classifier }, among: shared.classes,
        on: group.members.map { _ in features })
    }
    if let templates {
      let rows = try ZeroShotClassifier(
        classNames: shared.classNames, templates: templates.resolved(own: selected.template)
      ) { try runs.model.features(ofTexts: $0) }.weights
      try add(
        TransferCandidate.zeroShotName, seeds: [],
        [try LinearClassifier.cosine(text: rows, scale: runs.model.clip.logitScale)],
        among: Array(shared.classNames.indices), on: [features])
    }
    return try ComparisonResult(
      data: selected.name, classCount: shared.classes.count, remarks: selected.remarks(with: all),
      warnings: overlaps(of: runs, with: selected, labels: shared.labels, count: measured.count, observer: observer),
      subjects: subjects, resamples: resamples, seed: seed)
  }

  /// The length of a name up to which it lists the settings in which a group differs from others.
  private static let longestName = 80

  /// Returns names of groups: the settings in which they differ, or the paths where these are too many, or another's, as
  /// far as names have them.
  private func names(of groups: [RunGroup], paths: [String]) -> [String] {
    let names = RunGroup.names(of: groups)
    return zip(names, groups).map { name, group in
      let isLong = name.count > Self.longestName
      guard isLong || names.count(where: { $0 == name }) > 1 else { return name }
      let members = group.members.map { paths[$0.index] }.joined(separator: ", ")
      return "\(isLong ? group.text("method") : name) (\(members))"
    }
  }

  /// Returns warnings of prompts and classifiers that were learned from some of the images.
  private func overlaps(
    of runs: TransferRuns, with selected: SelectedImages, labels: [Int?], count: Int, observer: ExperimentObserver
  ) throws -> [RunWarning] {
    let learned =
      runs.prompts.compactMap { prompt in prompt.run.map { ($0.path, $0.learnedImages, "the prompt") } }
      + runs.classifiers.stored.map { ($0.path, $0.learnedImages, "the classifier") }
    return try learned.compactMap { path, images, learner in
      let repeated = try images.count(among: selected, labels: labels)
      guard repeated > 0 else { return nil }
      let warning = RunWarning(run: path, sentence: LearnedImages.warning(repeated, of: count, learner: learner))
      observer.note("warning: \(warning)")
      return warning
    }
  }
}
