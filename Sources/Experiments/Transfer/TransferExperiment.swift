import PromptLensFeatures
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFiles
import PromptLensPrompts

/// A transfer experiment: prompts, a source and targets, which are validated before images are opened.
package struct TransferExperiment {
  private let settings: TransferSettings
  private let runs: TransferRuns
  private let source: TransferDomain
  private let targets: [TransferDomain]
  private let templates: [Template]
  /// The prompt's label of each of the source's classes; nil for a class that the prompt doesn't have.
  private let sourceLabels: [Int?]
  /// The prompt's label of each class of each target; nil for a class that the prompt doesn't have.
  private let targetLabels: [[Int?]]

  /// Opens runs and lists of images and matches their classes.
  ///
  /// - Parameters:
  ///   - settings: the inputs.
  ///   - observer: the receiver of notes on the lists.
  /// - Throws: `EvaluationError`, `DatasetError`, ``ExperimentError`` for inconsistent inputs.
  package init(_ settings: TransferSettings, observer: ExperimentObserver = .silent) throws {
    self.settings = settings
    let domains = try TransferDomain.read(
      ([settings.source] + settings.targets).map {
        settings.groups.isEmpty ? $0 : $0.keeping(attributes: settings.groups)
      }, observer: observer)
    source = domains[0]
    targets = Array(domains.dropFirst())
    let map = try settings.map.map { try ClassMap(contentsOf: $0) }
    try map?.check(against: targets.map(\.classes))
    templates =
      try settings.templates.map { try TemplateRequest.list($0) } ?? [.photo] + PublishedTemplates.clip7.templates
    runs = try TransferRuns(
      settings.runs, classifiers: settings.classifiers, model: settings.model, precision: settings.precision,
      sourceClasses: source.dataset.classNames)
    // The source's WordNet ids are the prompt's if it was learned on these classes.
    let sourceClasses = source.classes
    let known = ClassMatching.Classes(
      owner: runs.owner, names: runs.classNames,
      identifiers: runs.classNames == sourceClasses.names ? sourceClasses.identifiers : nil)
    sourceLabels = try SharedClasses(sourceClasses, among: known).labels
    targetLabels = try targets.map { try SharedClasses($0.classes, among: known, map: map).labels }
    for (target, labels) in zip(targets, targetLabels) { try check(target, labels) }
    if settings.isAgainstPublished {
      let known = Set(PublishedLine.all.map(\.target))
      guard PublishedComparison.key(settings.source) == PublishedLine.source,
        settings.targets.contains(where: { PublishedComparison.key($0).map(known.contains) ?? false })
      else { throw ExperimentError.noPublishedLine(source: settings.source.description, known: known.sorted()) }
    }
    if let interpolation = settings.interpolation {
      for index in runs.prompts.indices { _ = try runs.initialContext(index, words: interpolation.words) }
    }
  }

  /// Checks that a target shares classes with the source, and that both have test images of them.
  private func check(_ target: TransferDomain, _ targetLabels: [Int?]) throws {
    let shared = Set(TransferPair.shared(targetLabels, sourceLabels))
    guard !shared.isEmpty else {
      throw EvaluationError.noSharedClass(
        target: target.source.description, targetClasses: target.dataset.classNames,
        source: source.source.description, sourceClasses: source.dataset.classNames)
    }
    for (domain, labels) in [(target, targetLabels), (source, sourceLabels)] {
      guard domain.dataset[.test].contains(where: { labels[$0.label].map(shared.contains) ?? false }) else {
        throw ExperimentError.noTestImages(
          data: domain.source.description,
          reason: "no test image is of a class shared by \(source.source) and \(target.source)")
      }
    }
  }

  /// The folder of the first run's features; nil without a run folder.
  package var defaultFeatureFolder: String? { runs.prompts.first?.run.map { "\($0.path)/features" } }

  // MARK: - Measuring

  /// Encodes images and measures all candidates.
  ///
  /// - Parameters:
  ///   - featureFolder: the folder of features.
  ///   - observer: the receiver of progress.
  /// - Returns: the result.
  /// - Throws: the errors of encoding images and classifying.
  package func measure(
    featureFolder: String, observer: ExperimentObserver = .silent
  ) throws -> TransferDocument {
    // Detect a context for other classes before encoding images.
    let study = TransferStudy(try learned() + fitted() + baselines())
    let (stores, pairs, sourceImages) = try images(in: featureFolder, observer)
    let classes = Set(sourceLabels.compactMap { $0 }).sorted()
    let labels = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($0.element, $0.offset) })
    let measuredImages = try sourceImages.relabeled(
      sourceLabels.map { $0.flatMap { labels[$0] } }, classNames: classes.map { runs.classNames[$0] })
    let domains =
      [InterpolationCurve.Domain(name: source.name, classes: classes, images: measuredImages)]
      + pairs.map { InterpolationCurve.Domain(name: $0.name, classes: $0.shared, images: $0.targetImages) }
    let measuredSource = try study.source(
      name: source.name, data: source.source.description, images: measuredImages, classes: classes)
    let measuredTargets = try pairs.enumerated().map { try study.target($1, at: $0) }
    let published =
      settings.isAgainstPublished
      ? zip(targets, measuredTargets).flatMap { domain, target in
        PublishedComparison.key(domain.source).map {
          PublishedComparison.all(target, key: $0, source: measuredSource)
        } ?? []
      } : []
    return TransferDocument(
      modelFingerprint: runs.model.folder.manifest.fingerprint, runs: runs.prompts.map { $0.path },
      classifiers: runs.classifiers.stored.map(\.path), foreignSources: foreignSources,
      source: measuredSource, targets: measuredTargets, published: published,
      curves: try settings.interpolation.map { try curves($0, domains) } ?? [],
      remarks: .joined(zip([source] + targets, stores).map { ImageRemarks($0.dataset, [$1]) }),
      warnings: overlaps(stores))
  }

  /// Returns warnings of prompts and classifiers that were learned from images of the source's or a target's test
  /// images.
  private func overlaps(_ stores: [FeatureStore]) -> [RunWarning] {
    let learned =
      runs.prompts.compactMap { prompt in prompt.run.map { ($0.path, $0.learnedImages, "the prompt") } }
      + runs.classifiers.stored.map { ($0.path, $0.learnedImages, "the classifier") }
    let labels = [sourceLabels] + targetLabels
    return learned.flatMap { path, images, learner in
      zip(zip([source] + targets, stores), labels).compactMap { measured, labels -> RunWarning? in
        let (domain, store) = measured
        let repeated = images.count(among: store, labels: labels)
        guard repeated > 0 else { return nil }
        let total = store.labels.count { labels[$0] != nil }
        return RunWarning(
          run: path,
          sentence: "\(domain.name): "
            + LearnedImages.warning(repeated, of: total, images: "test images", learner: learner))
      }
    }
  }

  /// Encodes the test images of the source and of the targets.
  ///
  /// - Returns: the features of all of them, the source's first, each target's restricted to the shared classes, and
  ///   the source's with their groups.
  private func images(
    in folder: String, _ observer: ExperimentObserver
  ) throws -> (stores: [FeatureStore], pairs: [TransferPair], source: LabeledFeatures) {
    try AtomicOutput.makeFolder(at: folder)
    let cache = FeatureCache()
    let encoding = ImageFeatures(
      model: runs.model, precision: settings.precision, reading: settings.reading, views: 1, seed: 1,
      observer: observer)
    let stores = try ([source] + targets).map {
      try encoding.store($0.dataset, split: .test, draw: nil, in: folder, cache: cache)
    }
    let grouping = Grouping(columns: settings.groups)
    let images = try zip(stores, [source] + targets).map { store, domain -> LabeledFeatures in
      // Prompts in the image tower need the pixels.
      var images = store.images.showing(
        try store.pixels(
          in: domain.dataset, split: .test, model: runs.model, reading: settings.reading, views: 1, seed: 1))
      if !settings.groups.isEmpty { images.groups = try grouping.groups(of: store, in: domain.dataset) }
      return images
    }
    let pairs = try targets.enumerated().map { index, target in
      try TransferPair(
        name: target.name, data: target.source.description, targetClasses: targetLabels[index],
        targetImages: images[index + 1], sourceClasses: sourceLabels, sourceImages: images[0],
        classNames: runs.classNames)
    }
    return (stores, pairs, images[0])
  }

  private func curves(
    _ request: TransferSettings.Interpolation, _ domains: [InterpolationCurve.Domain]
  ) throws -> [InterpolationCurve] {
    try zip(runs.groups, RunGroup.names(of: runs.groups)).map { group, name in
      try InterpolationCurve(group, name: name, runs: runs, words: request.words, domains: domains)
    }
  }

  // MARK: - Candidates

  private func learned() throws -> [TransferCandidate] {
    try zip(runs.groups, RunGroup.names(of: runs.groups)).map { group, name in
      TransferCandidate(
        name: name, kind: .learned, seeds: group.members.compactMap(\.seed),
        runs: try group.members.map { .init(try runs.classifier($0.index), targetCount: targets.count) })
    }
  }

  private func fitted() -> [TransferCandidate] {
    let classifiers = runs.classifiers
    return zip(classifiers.groups, RunGroup.names(of: classifiers.groups)).map { group, name in
      TransferCandidate(
        name: name, kind: .classifier, seeds: group.members.compactMap(\.seed),
        runs: group.members.map {
          .init(classifiers.stored[$0.index].classifier, targetCount: targets.count)
        })
    }
  }

  private func baselines() throws -> [TransferCandidate] {
    // Data sets often have the same template, which is also one of the single ones.
    var known: [[Template]: any FeatureClassifier] = [:]
    func classifier(_ templates: [Template]) throws -> any FeatureClassifier {
      if let classifier = known[templates] { return classifier }
      let words = try ZeroShotClassifier(classNames: runs.classNames, templates: templates) {
        try runs.model.features(ofTexts: $0)
      }
      let classifier = ScaledCosineClassifier(words.classifier, scale: runs.model.clip.logitScale)
      known[templates] = classifier
      return classifier
    }
    func everywhere(
      _ name: String, _ kind: TransferCandidate.Kind, _ templates: [Template]
    ) throws -> TransferCandidate {
      TransferCandidate(name: name, kind: kind, runs: [.init(try classifier(templates), targetCount: targets.count)])
    }
    // The ensemble comes first: its texts take the most memory, and no other classifier is held yet.
    let ensemble =
      try templates.count > 1
      ? [everywhere("ensemble of \(templates.count) templates", .ensemble, templates)] : []
    let own = TransferCandidate(
      name: TransferCandidate.zeroShotName, kind: .zeroShot,
      runs: [
        .init(source: try classifier([source.template]), targets: try targets.map { try classifier([$0.template]) })
      ])
    let single = try templates.map { try everywhere("\"\($0)\"", .template, [$0]) }
    return [own] + ensemble + single
  }

  // MARK: - Provenance

  /// The runs and classifiers that record other training data than the source.
  private var foreignSources: [TransferDocument.ForeignSource] {
    func foreign(_ path: String, learnedOn data: String?) -> TransferDocument.ForeignSource? {
      guard let data, data != source.dataset.name,
        (try? DataSource(data))?.portableName != source.source.portableName
      else { return nil }
      return TransferDocument.ForeignSource(path: path, data: data)
    }
    let prompts = runs.prompts.compactMap { prompt -> TransferDocument.ForeignSource? in
      guard case .string(let data)? = prompt.run?.description.settings["data"] else { return nil }
      return foreign(prompt.run?.path ?? prompt.path, learnedOn: data)
    }
    return prompts + runs.classifiers.stored.compactMap { foreign($0.path, learnedOn: $0.file.note("data")) }
  }
}
