import Foundation
import PromptLensCLIP
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensFiles
import PromptLensPrompts
import PromptLensTensors

/// Learning on all domains of a data set but one, and testing on that one, for each.
///
/// The images of all splits are pooled and each domain is parted anew for every seed, four fifths and one fifth of each
/// class. Learners are fitted on the larger parts of the training domains, settings and epochs are chosen on their smaller
/// parts, and the larger part of the domain that was left out is the test. All images are seen as the evaluation transform
/// shows them; methods with prompts in the image tower encode them with these, in learning, choosing and testing. Source:
/// Gulrajani and Lopez-Paz, "In Search of Lost Domain Generalization" (2021), training-domain validation.
package struct LeaveOneOutExperiment {
  /// A learner.
  package enum Learner: Equatable {
    /// A classifier of features, as `probe` fits it.
    case probe(ProbeMethod)
    /// A prompt, as `train` learns it.
    case prompt(MethodName)

    /// Creates the learner of a method's name; nil for an unknown one.
    package init?(name: String) {
      if let method = ProbeMethod(rawValue: name) {
        self = .probe(method)
      } else if let method = MethodName(rawValue: name) {
        self = .prompt(method)
      } else {
        return nil
      }
    }

    /// All learners.
    package static let all = ProbeMethod.allCases.map(Self.probe) + MethodName.allCases.map(Self.prompt)

    /// Whether images are encoded with the learner's prompts, so that their pixels are needed.
    var needsPixels: Bool {
      if case .prompt(let method) = self { method.hasImagePrompts } else { false }
    }

    /// The method's name.
    package var name: String {
      switch self {
      case .probe(let method): method.rawValue
      case .prompt(let method): method.rawValue
      }
    }
  }

  /// The data set.
  package var data: DataSource
  /// The column of the domain.
  package var domain: String
  /// The model's folder.
  package var model: String
  /// The learners; zero-shot CLIP is measured beside them.
  package var learners: [Learner]
  /// The seeds of the parts and of learning.
  package var seeds: [Int]
  /// The settings of learned prompts, whose method is the learner's.
  package var learning = LearningSettings()
  /// The training images of each class and domain that are drawn; nil for all of them.
  package var shots: Int?
  /// The folder of features and of runs.
  package var folder: String
  /// The way in which image files are read.
  package var reading = ImageReading()
  /// The arithmetic of the towers.
  package var precision = ComputePrecision.float32

  /// The share of a domain's images that settings are chosen on.
  package static let validationShare = 0.2

  /// Creates an experiment.
  package init(
    _ data: DataSource, domain: String, model: String, learners: [Learner], seeds: [Int], folder: String
  ) {
    self.data = data
    self.domain = domain
    self.model = model
    self.learners = learners
    self.seeds = seeds
    self.folder = folder
  }

  /// Learns and measures.
  ///
  /// - Parameter observer: the receiver of progress.
  /// - Returns: the accuracies on each domain.
  /// - Throws: errors of reading and learning; ``ExperimentError/noGroups(path:reason:)`` with fewer than two domains.
  package func run(observer: ExperimentObserver = .silent) throws -> LeaveOneOutDocument {
    let source = data.keeping(attributes: [domain])
    let dataset = try source.dataset()
    dataset.reportNotes(to: observer)
    let pooled = dataset.pooled(as: .test)
    let domains = Set(pooled[.test].map(\.group)).sorted()
    guard domains.count > 1 else {
      throw ExperimentError.noGroups(
        path: data.description,
        reason:
          "\(domain) has \(domains.count == 1 ? "one value alone" : "no value"), and one domain is left out of several")
    }
    let model = try OpenedModel(self.model, precision: precision)
    try AtomicOutput.makeFolder(at: "\(folder)/features")
    let store = try ImageFeatures(
      model: model, precision: precision, reading: reading, views: 1, seed: 1, observer: observer
    ).store(pooled, split: .test, draw: nil, in: "\(folder)/features")
    var images = store.images
    if learners.contains(where: \.needsPixels) {
      images = images.showing(
        try store.pixels(in: pooled, split: .test, model: model, reading: reading, views: 1, seed: 1))
    }
    images.groups = try Grouping(columns: [domain]).groups(of: store, in: pooled)
    let template = try dataset.template.map { try Template($0) } ?? .photo
    let words = try ZeroShotClassifier(classNames: images.classNames, templates: [template]) {
      try model.features(ofTexts: $0)
    }
    let zeroShot = ScaledCosineClassifier(words.classifier, scale: model.clip.logitScale)
    let progress = observer.begin("domains", total: domains.count * seeds.count, unit: "domains")
    var tests: [Test] = []
    for seed in seeds {
      let parts = Parts(images, seed: seed)
      for domain in domains {
        tests += try results(
          Task(
            domain: domain, seed: seed, parts: parts, images: images, template: template, words: words,
            zeroShot: zeroShot), model)
        progress.advance()
      }
    }
    progress.finish()
    return try document(images, domains: domains, tests, model, remarks: ImageRemarks(pooled, [store]))
  }

  // MARK: - One domain and seed

  /// The images of each domain in two parts.
  private struct Parts {
    /// Whether an image is in the smaller part.
    let isValidation: [Bool]

    init(_ images: LabeledFeatures, seed: Int) {
      var cells: [String: [Int]] = [:]
      for (index, label) in images.labels.enumerated() {
        cells["\(images.groups[index])/\(label)", default: []].append(index)
      }
      var isValidation = [Bool](repeating: false, count: images.count)
      var numbers = RandomStream.domainParts(seed: seed)
      for (_, members) in cells.sorted(by: { $0.key < $1.key }) {
        let count = Int((Double(members.count) * LeaveOneOutExperiment.validationShare).rounded())
        for place in numbers.permutation(of: members.count).prefix(count) { isValidation[members[place]] = true }
      }
      self.isValidation = isValidation
    }
  }

  private struct Task {
    let domain: String
    let seed: Int
    let parts: Parts
    let images: LabeledFeatures
    let template: Template
    let words: ZeroShotClassifier
    let zeroShot: ScaledCosineClassifier

    func rows(_ isIn: (_ isDomain: Bool, _ isValidation: Bool) -> Bool) -> [Int] {
      images.labels.indices.filter { isIn(images.groups[$0] == domain, parts.isValidation[$0]) }
    }
  }

  /// A learner on a domain.
  private struct Test {
    let learner: String
    let domain: String
    let seed: Int
    let rows: [Int]
    let accuracy: DomainAccuracy
  }

  private func results(_ task: Task, _ model: OpenedModel) throws -> [Test] {
    let images = task.images
    var trainRows = task.rows { !$0 && !$1 }
    let rows = task.rows { $0 && !$1 }
    guard !rows.isEmpty else {
      throw ExperimentError.noTestImages(data: data.description, reason: "\(task.domain) has too few images")
    }
    let chosenOn = task.rows { !$0 && $1 }
    guard !chosenOn.isEmpty else {
      throw ExperimentError.noTestImages(
        data: data.description,
        reason:
          "a fifth of each class of the domains beside \(task.domain) is needed to choose settings and epochs on, and none "
          + "has three images")
    }
    if let shots {
      var numbers = RandomStream.domainParts(seed: task.seed)
      var taken: [String: Int] = [:]
      let order = numbers.permutation(of: trainRows.count)
      trainRows = order.map { trainRows[$0] }.filter { row in
        taken["\(images.groups[row])/\(images.labels[row])", default: 0] += 1
        return taken["\(images.groups[row])/\(images.labels[row])", default: 0] <= shots
      }.sorted()
    }
    let (train, validation) = (try images.selecting(trainRows), try images.selecting(chosenOn))
    let test = try images.selecting(rows)
    func measured(_ classifier: any FeatureClassifier, _ name: String) throws -> Test {
      Test(
        learner: name, domain: task.domain, seed: task.seed, rows: rows,
        accuracy: try DomainAccuracy(of: classifier, on: classifier.features(of: test), labels: test.labels))
    }
    let zeroShot = try measured(task.zeroShot, TransferCandidate.zeroShotName)
    return try [zeroShot]
      + learners.map { learner -> Test in
        switch learner {
        case .probe(let method):
          let fitted = try method.method(ProbeMethod.Settings()).fit(
            FewShotTask(
              train: train, validation: validation, text: task.words.textFeatures, classCount: images.classNames.count,
              scale: model.clip.logitScale, seed: task.seed))
          return try measured(fitted.classifier, learner.name)
        case .prompt(let method):
          return try measured(
            prompt(method, task, train, validation, test, model).classifier(ofClasses: images.classNames), learner.name)
        }
      }
  }

  /// Learns a prompt in a run folder, and keeps the epoch with the highest accuracy on validation images.
  private func prompt(
    _ method: MethodName, _ task: Task, _ train: LabeledFeatures, _ validation: LabeledFeatures,
    _ test: LabeledFeatures,
    _ model: OpenedModel
  ) throws -> any UsablePrompt {
    func identified(_ images: LabeledFeatures, _ part: String) -> LabeledFeatures {
      images.identified(by: "\(images.identifier) \(part) without \(task.domain), seed \(task.seed)")
    }
    var settings = learning
    settings.method = method
    settings.patience = settings.patience ?? Int(Int16.max)
    settings.studyProtocol = settings.studyProtocol ?? .domain
    let path = "\(folder)/runs/\(method.rawValue)-\(task.domain.replacing("/", with: "_"))-\(task.seed)"
    try AtomicOutput.makeFolder(at: "\(folder)/runs")
    let data = try LearningData(
      identified(train, "training"), shots: shots, drawsShots: false, seed: task.seed,
      test: identified(test, "test"), validation: identified(validation, "validation"),
      template: task.template.text, name: "\(self.data) without \(task.domain)")
    _ = try LearningRun(settings, data: data, model: model).finish(in: path)
    return try model.prompt(path)
  }

  // MARK: - All domains

  private func document(
    _ images: LabeledFeatures, domains: [String], _ tests: [Test], _ model: OpenedModel, remarks: ImageRemarks
  ) throws -> LeaveOneOutDocument {
    let names = [TransferCandidate.zeroShotName] + learners.map(\.name)
    let zeroShot = tests.filter { $0.learner == names[0] }
    return LeaveOneOutDocument(
      modelFingerprint: model.folder.manifest.fingerprint, data: data.description, column: domain,
      classCount: images.classNames.count, seeds: seeds,
      domains: domains.map { name in (name, images.groups.count { $0 == name }) },
      learners: try names.map { name in
        let own = tests.filter { $0.learner == name }
        let accuracies = try domains.map { domain in
          try SeedSummary(own.filter { $0.domain == domain }.map(\.accuracy.accuracy))
        }
        let averages = seeds.map { seed in
          let found = own.filter { $0.seed == seed }.map(\.accuracy.accuracy)
          return found.reduce(0, +) / Double(found.count)
        }
        return LeaveOneOutDocument.Learner(
          name: name, accuracies: accuracies, average: try SeedSummary(averages),
          worst: accuracies.map(\.mean).min() ?? 0,
          gain: name == names[0] ? nil : try gain(own, over: zeroShot, imageCount: images.count))
      }, remarks: remarks)
  }

  /// Compares a learner with zero-shot CLIP on the images of all domains, each the mean over the seeds that tested it.
  private func gain(_ own: [Test], over zeroShot: [Test], imageCount: Int) throws -> PairedDifference {
    var (sums, counts) = ([Double](repeating: 0, count: imageCount), [Double](repeating: 0, count: imageCount))
    for (test, reference) in zip(own, zeroShot) {
      for (place, row) in test.rows.enumerated() {
        sums[row] += (test.accuracy.isCorrect[place] ? 1 : 0) - (reference.accuracy.isCorrect[place] ? 1 : 0)
        counts[row] += 1
      }
    }
    let differences = zip(sums, counts).filter { $1 > 0 }.map { $0 / $1 }
    return PairedDifference(try PairedBootstrap(differences: differences))
  }
}
