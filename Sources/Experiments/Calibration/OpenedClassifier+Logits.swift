import PromptLensEvaluation
import PromptLensFeatures
import PromptLensPrompts
import PromptLensTensors

/// The logits of labeled images.
struct LabeledLogits {
  let name: String
  /// `[images, classes]`.
  let logits: Tensor
  let labels: [Int]
  var remarks = ImageRemarks()
  /// The number of classes that the prompt was not learned on.
  var unseenClasses = 0
  /// The factors of these classes; nil without them.
  var distances: DistanceAwareCalibration?
}

extension OpenedClassifier {
  /// Computes the logits of the images that determine the classes.
  func knownLogits(observer: ExperimentObserver) throws -> LabeledLogits {
    switch known {
    case .array(let path, let labels):
      let images = try labeled(path, labels)
      return LabeledLogits(name: path, logits: try classifier.logits(for: images.view()), labels: images.labels)
    case .selection:
      guard let selected else { throw ExperimentError.noClassNames(context: owner) }
      let all = try selected.features(by: model, observer: observer)
      let images = try shared.map { try $0.images(of: all) } ?? all
      return LabeledLogits(
        name: selected.name, logits: try classifier.logits(for: images.view(), among: classes), labels: images.labels,
        remarks: selected.remarks(with: all))
    }
  }

  /// Computes the logits of other images: of a learned prompt for their own classes, else for the shared ones.
  func otherLogits(
    _ images: ScoredSource, neighbors: Int, observer: ExperimentObserver
  ) throws -> LabeledLogits {
    switch images {
    case .array(let path, let labels):
      let images = try labeled(path, labels)
      return LabeledLogits(name: path, logits: try classifier.logits(for: images.view()), labels: images.labels)
    case .selection(let selection):
      let opened = try selection.open(observer: observer)
      try check(opened)
      let names = opened.classes.names
      if let learned, learned.classNames == nil || learned.classNames != names {
        let unseen = learned.classNames.map { Set(names).subtracting($0).count } ?? 0
        let all = try opened.features(by: model, observer: observer)
        let logits = try learned.classifier(ofClasses: names, observer: observer).logits(for: all.view())
        return LabeledLogits(
          name: opened.name, logits: logits, labels: all.labels, remarks: opened.remarks(with: all),
          unseenClasses: unseen,
          distances: unseen > 0 ? try Self.distances(learned, names, template: opened.template, neighbors) : nil)
      }
      let shared = try SharedClasses(
        opened.classes,
        among: ClassMatching.Classes(owner: owner, names: classNames, identifiers: identifiers))
      shared.noteLeftOut(opened.name, to: observer)
      let all = try opened.features(by: model, observer: observer)
      let kept = try shared.images(of: all)
      return LabeledLogits(
        name: opened.name,
        logits: try classifier.logits(for: kept.view(), among: shared.classes.map { classes[$0] }),
        labels: kept.labels, remarks: opened.remarks(with: all))
    }
  }

  private func labeled(_ path: String, _ labels: String?) throws -> LabeledFeatures {
    guard let labels else {
      throw ExperimentError.noTestImages(data: path, reason: "calibration needs the images' labels")
    }
    return try FeatureArrays.labeled(
      features: path, labels: labels, width: width, classCount: classNames.count, like: owner)
  }

  /// Computes the factors of classes that a prompt was not learned on.
  private static func distances(
    _ learned: any UsablePrompt, _ names: [String], template: String?, _ neighbors: Int
  ) throws -> DistanceAwareCalibration? {
    guard let base = learned.classNames, let baseRows = try learned.rows(ofClasses: base),
      let rows = try learned.rows(ofClasses: names)
    else { return nil }
    let template = try (template ?? learned.template).map { try Template($0) } ?? .photo
    func zeroShot(_ names: [String]) throws -> Tensor {
      try ZeroShotClassifier(classNames: names, templates: [template]) {
        try learned.plainModel.features(ofTexts: $0)
      }.weights
    }
    return try DistanceAwareCalibration(
      base: baseRows, classes: rows, zeroShotBase: zeroShot(base),
      zeroShotClasses: zeroShot(names), neighbors: neighbors)
  }
}
