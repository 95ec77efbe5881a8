import PromptLensCLIP
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensFiles
import PromptLensPromptLearning
import PromptLensPrompts
import PromptLensTensors

/// An adaptation at test time, of a context to each image (TPT) or of logits to a stream of images (TDA), beside the
/// classifier that isn't adapted.
package struct AdaptationExperiment: Sendable {
  /// A method.
  package enum Method: String, Sendable, CaseIterable {
    /// Test-time prompt tuning.
    case promptTuning = "tpt"
    /// The training-free dynamic adapter.
    case cache = "tda"
  }

  /// The images.
  package enum Images: Sendable {
    /// A split of a data set, with the number of views of each image, the plain one among them, and the folder of features.
    case data(DataSource, root: String?, split: Split, views: Int, folder: String)
    /// Stored features of the plain view, and of other views of the same images.
    case stores(plain: String, views: String?)
  }

  /// The method.
  package var method: Method
  /// The model's folder.
  package var model: String
  /// The images.
  package var images: Images
  /// A run folder or a context file to begin with (TPT); nil for ``words``.
  package var prompt: String?
  /// The words that the context begins with.
  package var words = "a photo of a"
  /// The templates of the classifier (TDA).
  package var templates = TemplateRequest()
  /// TPT's constants.
  package var tuning = TestTimePromptTuning()
  /// TDA's constants.
  package var caching = TestTimeCache.Settings()
  /// The seed of the images' order, and of views.
  package var seed = 1
  /// The way in which image files are read.
  package var reading = ImageReading()
  /// The arithmetic of the towers.
  package var precision = ComputePrecision.float32

  /// Creates an experiment.
  package init(_ method: Method, model: String, images: Images) {
    self.method = method
    self.model = model
    self.images = images
  }

  /// Adapts to all images and measures.
  ///
  /// - Parameter observer: the receiver of progress.
  /// - Returns: the metrics with and without adaptation.
  /// - Throws: errors of inputs that cannot be read or don't go together.
  package func run(observer: ExperimentObserver = .silent) throws -> AdaptationResult {
    let model = try OpenedModel(self.model, precision: precision)
    let stream = try stream(model, observer)
    let names = stream.plain.classNames
    let count = stream.plain.count
    var numbers = RandomStream.imageOrder(seed: seed)
    let order = numbers.permutation(of: count)
    let width = model.configuration.embedDimension
    let progress = observer.begin("adaptation", total: count, unit: "images")
    var before = [Float](repeating: 0, count: count * names.count)
    var after = before
    func record(_ image: Int, _ first: [Float], _ second: [Float]) {
      before.replaceSubrange(image * names.count..<(image + 1) * names.count, with: first)
      after.replaceSubrange(image * names.count..<(image + 1) * names.count, with: second)
      progress.advance()
    }
    let start: String
    switch method {
    case .promptTuning:
      let context = try context(of: names, model)
      start = context.name
      for image in order {
        let found = try tuning.adapt(
          context.vectors, views: stream.rows(image, width: width), pass: context.pass, scale: model.clip.logitScale)
        record(image, Array(found.logitsBefore.prefix(names.count)), found.logits)
      }
    case .cache:
      let templates = try self.templates.resolved(own: stream.template)
      let classifier = try ZeroShotClassifier(classNames: names, templates: templates) {
        try model.features(ofTexts: $0)
      }
      start = templates.map(\.text).prefix(3).joined(separator: " | ")
      var cache = TestTimeCache(
        weights: UnitRows(classifier.weights), scale: model.clip.logitScale, settings: caching)
      let plain = try ScaledCosineClassifier(classifier.classifier, scale: model.clip.logitScale)
        .logits(for: stream.plain.view()).floats()
      for image in order {
        let found = cache.adapt(stream.rows(image, width: width))
        record(
          image, Array(plain[image * names.count..<(image + 1) * names.count]), found.logits.map { Float($0) })
      }
    }
    progress.finish()
    let shape = [count, names.count]
    let labels = stream.plain.labels
    return try AdaptationResult(
      experiment: self, data: stream.name, start: start, views: stream.viewCount, classNames: names,
      before: AdaptationResult.Measured(logits: Tensor(before, shape: shape), labels: labels),
      after: AdaptationResult.Measured(logits: Tensor(after, shape: shape), labels: labels), remarks: stream.remarks)
  }

  // MARK: - Inputs

  /// The images with their views.
  private struct Stream {
    let name: String
    let template: String?
    let plain: LabeledFeatures
    let views: LabeledFeatures?
    let remarks: ImageRemarks

    var viewCount: Int { 1 + (views?.views ?? 0) }

    /// The views of an image, the plain one first.
    func rows(_ image: Int, width: Int) -> UnitRows {
      let others = views?.views ?? 0
      let rows = FloatBuffer(uninitialized: (1 + others) * width)
      plain.features.withFloats { values in
        guard let base = values.baseAddress else { return }
        rows.pointer.update(from: base + image * plain.views * width, count: width)
      }
      views?.features.withFloats { values in
        guard let base = values.baseAddress else { return }
        (rows.pointer + width).update(from: base + image * others * width, count: others * width)
      }
      return UnitRows(rows, width: width)
    }
  }

  private func stream(_ model: OpenedModel, _ observer: ExperimentObserver) throws -> Stream {
    switch images {
    case .stores(let plainPath, let viewsPath):
      let plain = try FeatureStore.open(plainPath)
      try plain.check(against: model)
      guard plain.views == 1 else {
        throw ExperimentError.foreignFeatures(
          path: plainPath, model: model.folder.path,
          reason:
            "they are \(plain.views) random crops of each image, and the plain view was asked for: extract it without "
            + "--views, and give the crops with --view-features")
      }
      let views = try viewsPath.map { path -> FeatureStore in
        let store = try FeatureStore.open(path)
        try store.check(against: model)
        try store.checkCrops(of: plain, model: model)
        return store
      }
      return Stream(
        name: "\(plain.data), \(plain.split)", template: plain.template, plain: plain.images, views: views?.images,
        remarks: ImageRemarks([plain]))
    case .data(let source, let root, let split, let count, let folder):
      let dataset = try source.dataset(root: root)
      dataset.reportNotes(to: observer)
      _ = try dataset.items(of: split)
      try AtomicOutput.makeFolder(at: folder)
      func store(_ views: Int) throws -> FeatureStore {
        try ImageFeatures(
          model: model, precision: precision, reading: reading, views: views, seed: seed, observer: observer
        ).store(dataset, split: split, draw: nil, in: folder)
      }
      let plain = try store(1)
      // One view besides the plain one would be taken for the center crop.
      let views = count > 2 ? try store(count - 1) : nil
      return Stream(
        name: "\(source), \(split)", template: dataset.template, plain: plain.images, views: views?.images,
        remarks: ImageRemarks(dataset, [plain]))
    }
  }

  private func context(
    of names: [String], _ model: OpenedModel
  ) throws -> (name: String, vectors: [Float], pass: PromptPass) {
    let tokenizer = try model.tokenizer()
    let vectors: [Float]
    let length: Int
    var position = ClassPosition.end
    if let prompt {
      guard !LearnedDeepPrompt.exists(at: prompt) else {
        throw ExperimentError.foreignContext(
          path: prompt, model: model.folder.path,
          reason:
            "its prompts stand in deeper layers or in the image tower, and tpt, as published, takes its step on the "
            + "vectors of the text tower's first block alone, for stored views; begin with a context or with --words")
      }
      let learned = try LearnedPrompt(prompt, on: model)
      guard learned.context.classCount == nil, !learned.context.isConditional else {
        throw ExperimentError.foreignContext(
          path: prompt, model: model.folder.path,
          reason: "adaptation begins with one context for all classes and images")
      }
      position = try learned.context.classPosition(orGiven: nil, source: prompt)
      vectors = learned.context.vectors.floats()
      length = learned.context.length
    } else {
      let initialization = ContextInitialization.words(words)
      length = try initialization.length(tokenizer)
      let encoder = try model.clip.textEncoder()
      vectors = try initialization.vectors(
        contexts: 1, width: encoder.width, seed: seed, tokenizer: tokenizer, embedding: model.clip.tokenEmbedding())
    }
    let assembly = try PromptAssembly(
      classNames: names, tokenizer: tokenizer, contextLength: length, classPosition: position,
      contextLimit: model.configuration.text.contextLength)
    let encoder = try model.clip.textEncoder()
    return (
      prompt ?? "\"\(words)\"", vectors, try PromptPass(encoder: encoder, tree: encoder.tree(assembly.prompts))
    )
  }
}
