import PromptLensExperiments
import PromptLensPrompts
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFiles
import PromptLensJSONDocuments
import PromptLensTensors

/// Prompts, a source and targets that go together: everything that can be refused is refused before images are opened.
struct TransferPlan {
  let runs: TransferRuns
  let source: TransferDomain
  let targets: [TransferDomain]
  let templates: [Template]
  /// For each of the source's classes the prompt's.
  private let sourcePlaces: [Int?]
  /// The same of each target.
  private let targetPlaces: [[Int?]]

  /// Opens runs and lists of images and matches their classes.
  ///
  /// - Parameters:
  ///   - paths: run folders or context files.
  ///   - classifiers: folders of `probe`, or classifier files.
  ///   - source: the source.
  ///   - targets: the targets.
  ///   - map: a mapping file.
  ///   - templates: a file of templates for baselines.
  ///   - model: the model's folder; nil for the first run's.
  ///   - precision: the arithmetic of the towers.
  /// - Throws: `EvaluationError`, `DatasetError`, ``ExperimentError`` for what does not go together.
  init(
    runs paths: [String], classifiers: [String], source: DataSource, targets: [DataSource], map: ClassMapOptions,
    templates: String?, model: String?, precision: ComputePrecision
  ) throws {
    let domains = try TransferDomain.read([source] + targets)
    self.source = domains[0]
    self.targets = Array(domains.dropFirst())
    let map = try map.read(for: self.targets.map(\.classes))
    self.templates = try templates.map(TemplateOptions.list) ?? [.photo] + PublishedTemplates.clip7.templates
    runs = try TransferRuns(
      paths, classifiers: classifiers, model: model, precision: precision,
      sourceClasses: self.source.dataset.classNames)
    // The source's WordNet ids are the prompt's where it was learned on these classes.
    let sourceClasses = self.source.classes
    let known = ClassMatching.Classes(
      owner: runs.owner, names: runs.classNames,
      identifiers: runs.classNames == sourceClasses.names ? sourceClasses.identifiers : nil)
    sourcePlaces = try SharedClasses(sourceClasses, among: known).places
    targetPlaces = try self.targets.map { try SharedClasses($0.classes, among: known, map: map).places }
    for (target, places) in zip(self.targets, targetPlaces) {
      let shared = Set(TransferPair.shared(places, sourcePlaces))
      guard !shared.isEmpty else {
        throw EvaluationError.noSharedClass(
          target: target.source.description, targetClasses: target.dataset.classNames,
          source: source.description, sourceClasses: self.source.dataset.classNames)
      }
      for (domain, places) in [(target, places), (self.source, sourcePlaces)] {
        guard domain.dataset[.test].contains(where: { places[$0.label].map(shared.contains) ?? false }) else {
          throw ExperimentError.noTestImages(
            data: domain.source.description,
            reason: "none of its test images shows a class that "
              + "\(self.source.source) and \(target.source) share")
        }
      }
    }
  }

  /// The features' folder of the first run.
  var defaultFeatureFolder: String? { runs.prompts.first?.run.map { "\($0.path)/features" } }

  // MARK: - Measuring

  /// Encodes images and measures all candidates.
  func measure(
    featureFolder: String, reading: ImageReading, precision: ComputePrecision
  ) throws -> TransferStudy {
    // A context that cannot serve its classes is refused before images are encoded.
    let candidates = try learned() + fitted() + baselineCandidates()
    try AtomicOutput.makeFolder(at: featureFolder)
    let cache = FeatureCache()
    let encoding = ImageFeatures(
      model: runs.model, precision: precision, reading: reading, views: 1, seed: 1, observer: Console.observer)
    func images(_ domain: TransferDomain) throws -> TestFeatures {
      try TestFeatures(
        encoding.store(domain.dataset, split: .test, draw: nil, in: featureFolder, cache: cache))
    }
    let sourceImages = try images(source)
    let pairs = try zip(targets, targetPlaces).map { target, places in
      try TransferPair(
        target: target, places, images(target), sourcePlaces, sourceImages, classNames: runs.classNames)
    }
    return try TransferStudy(
      candidates, source: source,
      sourceImages: sourceImages.relabelled(
        sourcePlaces.map { $0.flatMap { sourceClasses.firstIndex(of: $0) } },
        classNames: sourceClasses.map { runs.classNames[$0] }), sourceClasses: sourceClasses, pairs: pairs,
      scale: runs.model.clip.temperatureScale)
  }

  /// The prompt's classes that the source has.
  private var sourceClasses: [Int] { Set(sourcePlaces.compactMap { $0 }).sorted() }

  private func learned() throws -> [TransferStudy.Candidate] {
    try zip(runs.groups, RunGroup.names(of: runs.groups)).map { group, name in
      TransferStudy.Candidate(
        name: name, kind: .learned, seeds: group.members.compactMap(\.seed),
        classifiers: try group.members.map { member in
          let classifier = try runs.classifier(member.place)
          return (classifier, targets.map { _ in classifier })
        })
    }
  }

  private func fitted() throws -> [TransferStudy.Candidate] {
    let classifiers = runs.classifiers
    return zip(classifiers.groups, RunGroup.names(of: classifiers.groups)).map { group, name in
      TransferStudy.Candidate(
        name: name, kind: .classifier, seeds: group.members.compactMap(\.seed),
        classifiers: group.members.map { member in
          let classifier = DomainClassifier.fitted(classifiers.stored[member.place].classifier)
          return (classifier, targets.map { _ in classifier })
        })
    }
  }

  private func baselineCandidates() throws -> [TransferStudy.Candidate] {
    func classifier(_ templates: [Template]) throws -> DomainClassifier {
      let words = try ZeroShotClassifier(classNames: runs.classNames, templates: templates) {
        try runs.model.features(ofTexts: $0)
      }
      return .rows(words.classifier)
    }
    func everywhere(_ name: String, _ kind: TransferStudy.Candidate.Kind, _ templates: [Template]) throws
      -> TransferStudy.Candidate
    {
      let classifier = try classifier(templates)
      return TransferStudy.Candidate(
        name: name, kind: kind, seeds: [], classifiers: [(classifier, targets.map { _ in classifier })])
    }
    let own = TransferStudy.Candidate(
      name: TransferStudy.zeroShotName, kind: .zeroShot, seeds: [],
      classifiers: [(try classifier([source.template]), try targets.map { try classifier([$0.template]) })])
    let single = try templates.map { try everywhere("\"\($0)\"", .template, [$0]) }
    let ensemble =
      try templates.count > 1
      ? [everywhere("ensemble of \(templates.count) templates", .ensemble, templates)] : []
    return [own] + ensemble + single
  }

  /// The curves of all groups.
  func curves(_ study: TransferStudy, words: String?) throws -> [TransferCurve] {
    let domains =
      [(name: source.name, classes: sourceClasses, images: study.sourceImages)]
      + study.outcomes.map {
        (name: $0.pair.target.name, classes: $0.pair.shared, images: $0.pair.targetImages)
      }
    return try zip(runs.groups, RunGroup.names(of: runs.groups)).map { group, name in
      try TransferCurve(group, name: name, runs: runs, words: words, domains: domains)
    }
  }
}
