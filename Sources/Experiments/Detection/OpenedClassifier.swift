import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensPrompts
import PromptLensTensors

/// The images of a set, ready to be scored.
struct ScoredImages {
  let name: String
  let features: Tensor
  /// The local part of `KnownScore.globalLocal` of each image; nil where places aren't known.
  var places: [Double]?
  var metrics: ClassificationMetrics?
  var remarks = ImageRemarks()
}

/// A classifier with the known images that determine its classes.
struct OpenedClassifier {
  let name: String
  private(set) var classNames: [String]
  let classifier: any FeatureClassifier
  /// The classes to choose among.
  let classes: [Int]
  /// The factor of the cosines in logits; 1 for logits that aren't cosines.
  private let scale: Float
  /// The text features of the classes; nil where classes aren't rows.
  private let text: Tensor?
  let model: OpenedModel?
  private let templates: [Template]
  let known: ScoredSource
  let selected: SelectedImages?
  private(set) var shared: SharedClasses?
  /// The width of features, for arrays.
  let width: Int?
  let owner: String
  /// The WordNet ids of the classes, if they are known.
  private(set) var identifiers: [String]?
  private var stored: StoredClassifier?
  /// Whether the features of images' places are computed and scored.
  private var scoresPlaces = false
  /// The learned prompt; nil for other classifiers.
  private(set) var learned: (any UsablePrompt)?
  /// The images that the classifier was learned from; nil for hand-written prompts.
  private var learnedImages: LearnedImages?
  /// The classifier to store; nil where its classes aren't fixed rows, or not all of them are measured.
  let file: ClassifierFile?

  init(_ experiment: UnknownClassExperiment, observer: ExperimentObserver) throws {
    known = experiment.known
    selected =
      if case .selection(let selection) = experiment.known { try selection.open(observer: observer) } else { nil }
    switch experiment.classifier {
    case .features(let path, let scale):
      let rows = try FeatureArrays.rows(path)
      (name, owner, model, templates, text) = (path, path, nil, [], rows)
      (classifier, self.scale) = (try LinearClassifier.cosine(text: rows, scale: scale), scale)
      width = rows.shape.dimensions[1]
      classNames = selected?.classes.names ?? (0..<rows.shape.dimensions[0]).map(String.init)
      guard classNames.count == rows.shape.dimensions[0] else {
        throw ExperimentError.badArray(
          path: path, reason: "it has \(rows.shape.dimensions[0]) rows, the images \(classNames.count) classes")
      }
      classes = Array(classNames.indices)
      file = Self.file(rows, scale: scale, classNames: classNames, model: nil)
    case .templates(let request, let folder):
      guard let selected else { throw ExperimentError.noClassNames(context: folder) }
      let model = try OpenedModel(folder, precision: experiment.precision)
      templates = try request.resolved(own: selected.template)
      let rows = try ZeroShotClassifier(classNames: selected.classes.names, templates: templates) {
        try model.features(ofTexts: $0)
      }.weights
      name = "\(folder), \(templates.map(\.text).prefix(3).joined(separator: " | "))"
      (owner, text, self.model, width) = (folder, rows, model, model.configuration.embedDimension)
      (classifier, scale) = (
        try LinearClassifier.cosine(text: rows, scale: model.clip.logitScale), model.clip.logitScale
      )
      classNames = selected.classes.names
      classes = Array(classNames.indices)
      file = Self.file(rows, scale: scale, classNames: classNames, model: model)
    case .stored(let path, let folder):
      guard let selected else { throw ExperimentError.noClassNames(context: path) }
      (name, owner, templates) = (path, path, [.photo])
      if let storedPath = StoredClassifier.path(of: path) {
        let stored = try StoredClassifier(storedPath)
        let shared = try SharedClasses(selected.classes, among: stored.classes)
        shared.noteLeftOut(selected.name, to: observer)
        self.shared = shared
        model = try folder.map { try OpenedModel($0, precision: experiment.precision) }
        if let model { try stored.check(modelFingerprint: model.folder.manifest.fingerprint, of: model.folder.path) }
        if let fingerprint = selected.modelFingerprint {
          try stored.check(modelFingerprint: fingerprint, of: selected.name)
        }
        (classifier, classes, classNames) = (stored.classifier, shared.classes, shared.classNames)
        let linear = stored.classifier as? LinearClassifier
        scale = linear?.cosineScale ?? 1
        text = try linear?.cosineScale == nil ? nil : linear?.weights.selecting(shared.classes)
        width = stored.classifier.width
        file = shared.classes == Array(stored.file.classNames.indices) ? stored.file : nil
        learnedImages = stored.learnedImages
        self.stored = stored
        identifiers = stored.classes.identifiers.map { all in shared.classes.map { all[$0] } }
      } else {
        let learned = try OpenedModel.prompt(
          path, model: folder, precision: experiment.precision, observer: observer)
        try learned.check(selected)
        classNames = selected.classes.names
        classes = Array(classNames.indices)
        classifier = try learned.classifier(ofClasses: classNames, observer: observer)
        (model, scale) = (learned.model, learned.model.clip.logitScale)
        text = try learned.rows(ofClasses: classNames)
        width = learned.model.configuration.embedDimension
        switch try learned.file(ofClasses: classNames) {
        case .weights(let weights): file = weights
        case .none(let reason):
          observer.note(
            "note: there is no classifier file of \(path): \(reason), so class weights alone classify no images")
          file = nil
        }
        learnedImages = learned.run?.learnedImages
        self.learned = learned
      }
    }
    scoresPlaces = try Self.scoresPlaces(experiment, model: model, text: text, observer: observer)
    if let model { try selected?.check(against: model) }
    if shared == nil { identifiers = selected?.classes.identifiers }
  }

  /// Returns a warning of known images that the classifier was learned from, by which scores are too high; nil for none.
  ///
  /// - Parameters:
  ///   - observer: the receiver of the warning.
  ///   - images: what the images are called, in the plural.
  ///   - effect: what follows, a clause.
  /// - Returns: a sentence without a period; nil for none.
  /// - Throws: `FileError` for an image that cannot be read again.
  func overlap(
    observer: ExperimentObserver, images: String = "known images", effect: String = "and score higher than new ones"
  ) throws -> String? {
    guard let selected, let learnedImages else { return nil }
    let repeated = try learnedImages.count(among: selected, labels: shared?.labels)
    guard repeated > 0 else { return nil }
    let sentence =
      "\(repeated) of the \(images) \(repeated == 1 ? "is" : "are") among those that the classifier was learned from, "
      + effect
    observer.note("warning: \(sentence)")
    return sentence
  }

  private static func file(
    _ rows: Tensor, scale: Float, classNames: [String], model: OpenedModel?
  ) -> ClassifierFile? {
    guard let classifier = try? LinearClassifier.cosine(text: rows, scale: scale) else { return nil }
    return ClassifierFile(
      kind: LinearClassifier.kind, parts: classifier.parts, settings: classifier.settings, classNames: classNames,
      modelFingerprint: model?.folder.manifest.fingerprint)
  }

  func knownImages(observer: ExperimentObserver) throws -> ScoredImages {
    switch known {
    case .array(let path, let labels):
      guard let labels else { return ScoredImages(name: path, features: try array(path)) }
      let images = try FeatureArrays.labeled(
        features: path, labels: labels, width: width, classCount: classNames.count, like: owner)
      return try measured(images, name: path, remarks: ImageRemarks())
    case .selection:
      guard let selected else { throw ExperimentError.noClassNames(context: owner) }
      let places = try placeScores()
      let all = try selected.features(by: model, observer: observer, places: places)
      var images = try measured(
        shared.map { try $0.images(of: all) } ?? all, name: selected.name, remarks: selected.remarks(with: all))
      images.places = places.map { places in
        zip(places.values, all.labels).filter { value in shared.map { $0.labels[value.1] != nil } ?? true }.map(\.0)
      }
      return images
    }
  }

  private func measured(
    _ images: LabeledFeatures, name: String, remarks: ImageRemarks
  ) throws -> ScoredImages {
    let features = try images.view()
    return ScoredImages(
      name: name, features: features,
      metrics: try ClassificationMetrics(of: classifier, on: features, labels: images.labels, among: classes),
      remarks: remarks)
  }

  /// Refuses images whose features are of another model.
  func check(_ opened: SelectedImages) throws {
    if let model { try opened.check(against: model) }
    try learned?.check(opened)
    guard let found = opened.modelFingerprint else { return }
    try stored?.check(modelFingerprint: found, of: opened.name)
    if let own = selected?.modelFingerprint, own != found {
      throw ExperimentError.foreignFeatures(
        path: opened.name, model: owner, reason: "they are of another model than those of the known images")
    }
  }

  /// Opens a set of other images, without those of known classes.
  func otherImages(_ images: ScoredSource, observer: ExperimentObserver) throws -> ScoredImages {
    switch images {
    case .array(let path, _): return ScoredImages(name: path, features: try array(path))
    case .selection(let selection):
      let opened = try selection.open(observer: observer)
      try check(opened)
      let labels = try ClassMatching(
        target: opened.classes,
        source: ClassMatching.Classes(owner: owner, names: classNames, identifiers: identifiers)
      ).sourceLabels
      let unknown = labels.indices.filter { labels[$0] == nil }
      guard !unknown.isEmpty else {
        throw ExperimentError.noUnknownImages(
          data: opened.name, reason: "all of its \(labels.count) classes are known ones")
      }
      if unknown.count < labels.count {
        let names = zip(opened.classes.names, labels).filter { $1 != nil }.map(\.0)
        observer.note(
          "note: \(opened.name): images of \(names.count) known classes are omitted: "
            + "\(names.prefix(3).joined(separator: ", "))\(names.count > 3 ? ", …" : "")")
      }
      let places = try placeScores()
      let all = try opened.features(by: model, observer: observer, places: places)
      let omitsKnown = unknown.count < labels.count && !all.classNames.isEmpty
      let kept = try omitsKnown ? all.keeping(unknown) : all
      guard kept.count > 0 else {
        throw ExperimentError.noUnknownImages(data: opened.name, reason: "it has no image of another class")
      }
      let scores = places.map { places in
        zip(places.values, all.labels).filter { !omitsKnown || labels[$0.1] == nil }.map(\.0)
      }
      return ScoredImages(
        name: opened.name, features: try kept.view(), places: scores, remarks: opened.remarks(with: all))
    }
  }

  /// Decides whether the features of places are computed, which takes images on all sides; says why not.
  private static func scoresPlaces(
    _ experiment: UnknownClassExperiment, model: OpenedModel?, text: Tensor?, observer: ExperimentObserver
  ) throws -> Bool {
    for source in [experiment.known] + experiment.others {
      switch source {
      case .array: return false
      case .selection(let selection):
        if case .data = selection.origin { continue }
        observer.note(
          "note: gl_mcm is left out: it needs the features of an image's places, so give images, as KIND:PATH, on both sides"
        )
        return false
      }
    }
    guard let model, text != nil else { return false }
    let encoder = try model.clip.imageEncoder()
    guard encoder.places == nil else { return true }
    observer.note("note: gl_mcm is left out: the image tower, \(encoder.summary), has no features of an image's places")
    return false
  }

  /// Returns the scores of places, still empty; nil where they aren't computed.
  private func placeScores() throws -> PlaceScores? {
    guard scoresPlaces, let text else { return nil }
    return try PlaceScores(text: text)
  }

  private func array(_ path: String) throws -> Tensor {
    let rows = try FeatureArrays.rows(path)
    if let width, rows.shape.dimensions[1] != width {
      throw ExperimentError.badArray(
        path: path, reason: "its rows have \(rows.shape.dimensions[1]) numbers, those of \(owner) \(width)")
    }
    return rows
  }

  /// Chooses words that are far from the classes.
  func negativeLabels(_ list: String, seed: UInt64, observer: ExperimentObserver) throws -> NegativeLabels {
    guard let model, let text else {
      throw ExperimentError.noTextRows(classifier: name)
    }
    let words: [String]
    if list == UnknownClassExperiment.vocabulary {
      words = try model.commonWords()
    } else {
      words = try TextFile.read(list).filter { !$0.isEmpty }
    }
    let excluded = Set(classNames.map(ClassMatching.key))
    let candidates = words.filter { !excluded.contains(ClassMatching.key($0)) }
    guard !candidates.isEmpty else { throw ExperimentError.badTexts(path: list, reason: "it contains no words") }
    let progress = observer.begin("negative words", total: candidates.count, unit: "words")
    defer { progress.finish() }
    let features = try ZeroShotClassifier(classNames: candidates, templates: Array(templates.prefix(1))) {
      try model.features(ofTexts: $0)
    }.weights
    return try NegativeLabels(classes: text, candidates: features, seed: seed)
  }

  /// Returns every score of images.
  func scores(
    of images: ScoredImages, _ negatives: NegativeLabels?
  ) throws -> [(score: KnownScore, values: [Double])] {
    let logits = try classifier.logits(for: images.features, among: classes)
    var found: [(score: KnownScore, values: [Double])] = KnownScore.ofLogits.compactMap { score in
      score.values(logits: logits, scale: scale).map { (score, $0) }
    }
    if let places = images.places, let whole = found.first(where: { $0.score == .maximumConceptMatching }) {
      found.append((.globalLocal, zip(whole.values, places).map { $0 + $1 }))
    }
    if let negatives { found.append((.negativeLabels, try negatives.values(features: images.features))) }
    return found
  }
}
