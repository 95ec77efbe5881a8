import PromptLensCheckpoints
import PromptLensCLIP
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensPrompts
import PromptLensTensorFiles
import PromptLensTensors

/// Prompts in deeper layers, from a run, its file or a checkpoint of an official trainer, with their model.
package struct LearnedDeepPrompt {
  /// The file.
  package let path: String
  /// The run that they were learned in; nil for a file alone.
  package let run: RunFolder?
  /// The model, with the prompts in its image tower.
  package let model: OpenedModel
  /// The model, without the prompts.
  package let plainModel: OpenedModel
  /// The prompts.
  package let prompts: DeepPrompts
  /// The SHA-256 of the learned numbers.
  package let fingerprint: String
  /// The classes for which they were learned, if known.
  package let classNames: [String]?
  /// The method, for people.
  package let method: String
  /// The epoch after which they were kept; nil if unknown.
  package let epoch: Int?

  /// Returns whether a path holds prompts in deeper layers: a run, its file, or a checkpoint of an official trainer.
  package static func exists(at path: String) -> Bool {
    if RunFolder.exists(at: path) { return DeepPromptFile.exists(at: "\(path)/context.h5") }
    return DeepPromptFile.exists(at: path) || DeepPromptCheckpoint.exists(at: path)
      || DeepPromptCheckpoint.holdsTCP(at: path)
  }

  /// Opens prompts on a model.
  ///
  /// - Parameters:
  ///   - path: a run folder, its file, a checkpoint, or Dassl's output folder around it.
  ///   - modelPath: the model's folder; nil for the one that a run recorded.
  ///   - precision: the arithmetic of the towers.
  ///   - observer: told what a checkpoint leaves open.
  /// - Throws: ``ExperimentError/noModel(context:)`` without a model, and the errors of ``init(_:on:observer:)``.
  package init(
    _ path: String, model modelPath: String?, precision: ComputePrecision, observer: ExperimentObserver = .silent
  ) throws {
    let recorded = RunFolder.exists(at: path) ? try RunFolder(path).description.model : nil
    guard let modelPath = modelPath ?? recorded else { throw ExperimentError.noModel(context: path) }
    try self.init(path, on: OpenedModel(modelPath, precision: precision), observer: observer)
  }

  /// Opens prompts on an opened model.
  ///
  /// - Throws: `PromptError` when a checkpoint is of another model, ``ExperimentError/foreignContext(path:model:reason:)`` when
  ///   a file is, ``ExperimentError/badRun(path:reason:)`` for an unfinished run.
  package init(_ path: String, on model: OpenedModel, observer: ExperimentObserver = .silent) throws {
    if RunFolder.exists(at: path) {
      let run = try RunFolder(path)
      guard let result = try run.result else {
        throw ExperimentError.badRun(path: path, reason: "it is unfinished; resume it with the same promptlens train")
      }
      let file = try DeepPromptFile(path: run.contextPath)
      guard try DeepPromptFile.fingerprint(of: file.parameters) == result.contextSHA256 else {
        throw ExperimentError.badRun(
          path: path,
          reason: "context.h5 doesn't hold the prompts that result.json is about: files of two runs are mixed")
      }
      try self.init(file, on: model, run: run)
    } else if DeepPromptFile.exists(at: path) {
      try self.init(DeepPromptFile(path: path), on: model, run: RunFolder.owning(path))
    } else {
      try self.init(DeepPromptCheckpoint(path: path), on: model, observer: observer)
    }
  }

  /// Opens the prompts of a file on a model.
  init(_ file: DeepPromptFile, on model: OpenedModel, run: RunFolder? = nil) throws {
    let own = model.folder.manifest.tokenEmbeddingFingerprint
    if let found = file.embeddingFingerprint, found != own {
      throw ExperimentError.foreignContext(
        path: file.path, model: model.folder.path,
        reason: "it was learned on the token embedding \(found.prefix(12))…, and the model's is \(own.prefix(12))…")
    }
    try self.init(
      path: file.path, method: file.method, epoch: file.epoch, classNames: file.classNames, run: run, model: model,
      prompts: DeepPrompts(
        file.parameters, template: file.template, teacherTemplate: file.teacherTemplate, for: model.configuration,
        source: file.path))
  }

  /// Opens the prompts of an official checkpoint on a model, and compares their towers.
  private init(_ checkpoint: DeepPromptCheckpoint, on model: OpenedModel, observer: ExperimentObserver) throws {
    let drift = try checkpoint.drift(from: model.folder.source)
    if drift.tensors > 0 {
      observer.note(
        "note: \(drift.tensors) of the \(checkpoint.frozen.count) frozen tensors in \(checkpoint.path) differ from the "
          + "model's, by at most \(drift.largest); the model's are used")
    }
    let words = try Self.words(of: checkpoint, on: model)
    let prompts = try DeepPrompts(
      checkpoint.parameters, template: words?.written, teacherTemplate: words?.teacher, for: model.configuration,
      source: checkpoint.path)
    if (1..<4).contains(prompts.form.contextLength) || prompts.form.isClassSpecific {
      let teacher =
        prompts.form.isClassSpecific ? ", and its network is taken to read \"\(prompts.teacherTemplate)\"" : ""
      observer.note(
        "note: \(checkpoint.path) doesn't record its words; its \(prompts.form.contextLength) vectors are taken for the first "
          + "words of \"\(prompts.template)\", as in the official code\(teacher)")
    }
    try self.init(
      path: checkpoint.path, method: checkpoint.method, epoch: checkpoint.epoch, classNames: nil, run: nil,
      model: model,
      prompts: prompts)
  }

  private init(
    path: String, method: String, epoch: Int?, classNames: [String]?, run: RunFolder?, model: OpenedModel,
    prompts: DeepPrompts
  ) throws {
    self.path = path
    self.method = method
    self.epoch = epoch
    self.classNames = classNames
    self.run = run
    plainModel = model
    self.prompts = prompts
    self.model = prompts.imagePrompts.isEmpty ? model : OpenedModel(model, imagePrompts: prompts.imagePrompts)
    fingerprint = try DeepPromptFile.fingerprint(of: prompts.parameters)
  }

  /// Returns the words of TCP's prompts as the embeddings around the context show them: what stands behind the class names, and
  /// the template of the known data set that ends so.
  private static func words(
    of checkpoint: DeepPromptCheckpoint, on model: OpenedModel
  ) throws -> (written: Template, teacher: Template)? {
    guard checkpoint.method == PromptMethod.tcp.rawValue,
      let context = checkpoint.parameters.shapes[PromptNames.context],
      let surroundings = try ContextFile.read(checkpoint.path).provenance?.surroundings,
      case .success(let tokens) = try surroundings.tokens(
        in: model.clip.tokenEmbedding(), endToken: model.configuration.text.endToken)
    else { return nil }
    let tokenizer = try model.tokenizer()
    // Of data sets with the same words, the first is the one of photographs.
    var known: [(before: String, behind: String, teacher: String)] = [("", ".", Template.photo.text)]
    known += KnownDataset.all.map { ($0.wordsOfTCP.before, $0.wordsOfTCP.behind, $0.comparedTemplate(of: .tcp)) }
    let fitting = known.filter { words in
      let (start, end) = (tokenizer.encode(words.before), tokenizer.encode(words.behind))
      return tokens.allSatisfy {
        $0.count > start.count + end.count && $0.starts(with: start) && $0.suffix(end.count).elementsEqual(end)
      }
    }
    func length(_ words: (before: String, behind: String, teacher: String)) -> Int {
      words.before.count + words.behind.count
    }
    let longest = fitting.map(length).max()
    guard let words = fitting.first(where: { length($0) == longest }) else { return nil }
    let placeholders = [String](repeating: "X", count: context.first ?? 0).joined(separator: " ")
    return (try Template("\(placeholders) \(words.before){}\(words.behind)"), try Template(words.teacher))
  }

  /// Refuses prompts with written words among their vectors.
  ///
  /// - Throws: `PromptError.foreignContext`.
  func requireVectorsAlone() throws(PromptError) {
    guard prompts.form.firstReplaced > 0 else { return }
    throw .foreignContext(
      source: path,
      reason:
        "attributes' words stand among the vectors of \(method); evaluate and predict classify by them, and decode and "
        + "interpret read prompts without such words")
  }

  /// Refuses stored features where the prompts change the features of images.
  ///
  /// - Throws: ``ExperimentError/foreignFeatures(path:model:reason:)``.
  package func check(_ images: SelectedImages) throws(ExperimentError) {
    guard prompts.form.imageTokens > 0, let path = images.path else { return }
    throw .foreignFeatures(path: path, model: model.folder.path, reason: reasonForImages)
  }

  /// The reason that images are required.
  private var reasonForImages: String {
    "the prompts of \(method) stand in the image tower, so images are needed: give them with --data"
  }

  /// Writes the prompts as a checkpoint of the official trainer, and reads it back.
  ///
  /// - Parameters:
  ///   - output: the file.
  ///   - given: the epoch to record; nil for the prompts' own.
  ///   - observer: told where the official code writes other words around the prompts.
  /// - Throws: `ExportError` without an epoch, `FileError` when the file can't be written, ``ExperimentError/different(path:what:tolerance:)``
  ///   when it doesn't hold the same prompts.
  package func export(to output: String, epoch given: Int?, observer: ExperimentObserver = .silent) throws {
    guard let epoch = given ?? epoch else {
      throw ExportError.notExpressible(
        model: path, format: "a checkpoint",
        reason: "the source does not record the epoch after which it was saved; give it with --epoch")
    }
    try DeepPromptExport.write(
      prompts.parameters, frozen: plainModel.folder.source, epoch: epoch, to: output)
    let again = try DeepPromptCheckpoint(path: output)
    let drift = try again.drift(from: plainModel.folder.source)
    guard try DeepPromptFile.fingerprint(of: again.parameters) == fingerprint, drift.tensors == 0 else {
      throw ExperimentError.different(path: output, what: "the written prompts", tolerance: 0)
    }
    let official = try DeepPrompts.officialTemplate(contextLength: prompts.form.contextLength)
    if (1..<4).contains(prompts.form.contextLength), prompts.template != official {
      observer.note(
        "note: these prompts were learned in \"\(prompts.template)\", and the official code puts them into \"\(official)\", so "
          + "its logits differ; learn with --keep-words for the same")
    }
    observer.note(
      "note: the official trainer looks for it as \(DeepPromptExport.folder(of: prompts.parameters))/model.pth.tar-\(epoch)"
    )
  }

  /// Returns the classifier for some classes, over features of ``model``.
  ///
  /// - Throws: the errors of tokenizing the names and of the text tower.
  package func classifier(_ classNames: [String]) throws -> any FeatureClassifier {
    let rows = ScaledCosineClassifier(
      try CosineClassifier(weights: prompts.weights(classNames, clip: model.clip, tokenizer: model.tokenizer())),
      scale: model.clip.logitScale)
    guard prompts.form.imageTokens > 0 else { return rows }
    return PromptedImageClassifier(
      rows: rows, encoder: try model.clip.imageEncoder(), model: model.folder.path, path: path, need: reasonForImages)
  }

  /// Returns the class weights of some classes as a file, with the images that the prompts were learned from.
  ///
  /// - Throws: ``ExperimentError/foreignClassifier(path:reason:)`` where the image tower has prompts.
  func classifierFile(_ classNames: [String]) throws -> ClassifierFile {
    guard prompts.form.imageTokens == 0 else {
      throw ExperimentError.foreignClassifier(
        path: path,
        reason: "the prompts of \(method) stand in the image tower, too, so class weights alone don't classify images; "
          + "promptlens evaluate and predict take the run or its context.h5, which holds both")
    }
    var file = ClassifierFile(
      kind: LinearClassifier.kind,
      parts: [("weights", try prompts.weights(classNames, clip: model.clip, tokenizer: model.tokenizer()))],
      settings: [("scale", Double(model.clip.logitScale)), ("normalizes", 1)], classNames: classNames,
      modelFingerprint: model.folder.manifest.fingerprint, notes: [("class_position", ClassPosition.end.rawValue)])
    file.imageHashes = run?.imageHashes ?? []
    return file
  }
}

/// A classifier whose image tower has prompts of its own.
private struct PromptedImageClassifier: FeatureClassifier {
  let rows: ScaledCosineClassifier
  let encoder: ImageEncoder
  let model: String
  let path: String
  let need: String

  /// The number of images whose pixels are in memory at a time.
  private static let chunk = 256

  var classCount: Int { rows.classCount }

  func features(of images: LabeledFeatures) throws -> Tensor {
    guard let pixels = images.pixels else {
      throw ExperimentError.foreignFeatures(path: path, model: model, reason: need)
    }
    let parts = try stride(from: 0, to: images.count, by: Self.chunk).map { start in
      let part = Array(start..<min(start + Self.chunk, images.count))
      return try encoder.encode(try pixels.prepare(part, part.map { _ in 0 }))
    }
    return try Tensor.concatenated(parts, name: "image features")
  }

  func logits(for features: Tensor) throws -> Tensor { try rows.logits(for: features) }

  func logits(for features: Tensor, among classes: [Int]) throws -> Tensor {
    try rows.logits(for: features, among: classes)
  }
}

extension PromptedImageClassifier: LinearForm {
  /// The classes' rows, for features of the tower with prompts.
  var linear: LinearClassifier? { get throws { try rows.linear } }
}
