import PromptLensCLIP
import PromptLensJSONDocuments
import PromptLensPrompts
import PromptLensTensors

extension DeepPromptVerification {
  /// Compares a method with prompts in deep layers.
  mutating func verifyTowers(_ opened: DeepPromptCase) throws {
    let objective = try opened.objective()
    let run = try PromptedRun(
      opened, clip: opened.clip, opened.start, classNames: opened.classNames,
      tokens: opened.tokens(opened.description, opened.classNames))
    var learner = JointLearner(
      towers: run.towers, objective: objective, scale: opened.clip.logitScale, parameters: opened.start,
      optimizer: try opened.optimizer())
    try note(run, opened.start, opened.expected.node("init"))
    if let teacher = opened.expected["teacher_text_features_normalised"] {
      try note(.features, opened.anchor(opened.classNames).rows.floats, teacher)
    }
    if let teacher = opened.expected["teacher_image_features"] {
      try note(.features, run.teacher.floats(), teacher)
    }
    for (index, step) in try opened.steps().enumerated() {
      let result = try learner.step(run.batch(step.images, opened, objective), rate: step.rate)
      note(.loss, abs(result.loss - (try step.document.node("loss").number("loss"))))
      if index == 0 { try note(.gradients, result.gradient, "\(opened.folder)/grad") }
    }
    try note(.afterSteps, learner.parameters, "\(opened.folder)/\(opened.end())")
    try note(run, learner.parameters, opened.expected.node(opened.end()))
    if let average = opened.expected["gpa"] { try verifyAverage(opened, run, objective, average) }
    try verifyCheckpoint(opened)
  }

  private mutating func note(_ run: PromptedRun, _ parameters: PromptParameters, _ document: JSONNode) throws {
    let (text, images, logits) = try run.results(parameters)
    try note(.features, text, document.node("text_features"))
    try note(.features, images, document.node("image_features"))
    try note(.logits, logits, document.node("logits"))
  }

  /// Compares PromptSRC's averaged parameters after some epochs.
  private mutating func verifyAverage(
    _ opened: DeepPromptCase, _ run: PromptedRun, _ objective: JointObjective, _ document: JSONNode
  ) throws {
    var learner = JointLearner(
      towers: run.towers, objective: objective, scale: opened.clip.logitScale, parameters: opened.start,
      optimizer: try opened.optimizer())
    let batches = try document.array("batches_each_epoch").map { try $0.array().map { try $0.integer() } }
    var epochs: [PromptParameters] = []
    for epoch in try document.array("epochs") {
      for (batch, loss) in zip(batches, try epoch.array("losses")) {
        let result = try learner.step(run.batch(batch, opened, objective), rate: try epoch.number("lr"))
        note(.loss, abs(result.loss - (try loss.number())))
      }
      epochs.append(learner.parameters)
      try note(.afterSteps, learner.parameters, "\(opened.folder)/gpa/epoch\(epochs.count)")
    }
    let average = GaussianAverage(
      mean: try document.number("mean"), deviation: try document.number("std"), epochs: epochs.count
    ).average(epochs)
    try note(.afterSteps, average, "\(opened.folder)/gpa/averaged")
    try note(run, average, document.node("averaged"))
  }

  /// Compares the logits with the checkpoint's prompts: with the towers of the file, which the official code uses, and where
  /// the case has them, with those of the model.
  private mutating func verifyCheckpoint(_ opened: DeepPromptCase) throws {
    guard let file = try opened.checkpoint() else { return }
    let checkpoint = try DeepPromptCheckpoint(path: file.path)
    _ = try checkpoint.drift(from: opened.source)
    let drifted = try CLIPModel(
      configuration: opened.clip.configuration,
      source: OverlaidTensors(base: opened.source, above: TensorDictionary(checkpoint.frozen, origin: file.path)))
    for group in ["training_classes", "new_classes"] {
      let document = try file.expected.node(group)
      let names = try document.array("classnames").map { try $0.string() }
      let tokens = try opened.tokens(document, names)
      for (clip, document) in [
        (drifted, document), (opened.clip, document["prompts_of_the_file_with_the_frozen_weights_of_the_clip"]),
      ] {
        guard let document else { continue }
        let run = try PromptedRun(opened, clip: clip, checkpoint.parameters, classNames: names, tokens: tokens)
        try note(.checkpointLogits, run.results(checkpoint.parameters).logits, document.node("logits"))
      }
    }
  }
}

extension DeepPromptCase {
  /// The objective of the case's method.
  func objective() throws -> JointObjective {
    var objective = JointObjective()
    switch trainer {
    case "TCP": objective.anchor = JointObjective.Anchor(text: try anchor(classNames))
    case "PromptSRC":
      let templates = try expected.array("templates").map { try $0.string() }
      var regulation = JointObjective.Regulation(text: try mean(templates))
      regulation.textWeight = try option("TRAINER.PROMPTSRC.TEXT_LOSS_WEIGHT") ?? regulation.textWeight
      regulation.imageWeight = try option("TRAINER.PROMPTSRC.IMAGE_LOSS_WEIGHT") ?? regulation.imageWeight
      objective.regulation = regulation
    default: break
    }
    return objective
  }

  /// The mean of the raw features of several templates, scaled to length one.
  private func mean(_ templates: [String]) throws -> UnitRows {
    let sum = FloatBuffer(count: classNames.count * clip.configuration.embedDimension)
    for template in templates { sum.add(FloatBuffer(copying: try features(template, classNames))) }
    return UnitRows(sum, width: clip.configuration.embedDimension)
  }

  /// The checkpoint and what is expected of it; nil where the case has none.
  func checkpoint() throws -> (path: String, expected: JSONNode)? {
    let folder = "\(folder)/checkpoint"
    guard let path = DasslOutput.checkpoint(in: folder) else { return nil }
    return (path, try DeepPromptVerification.document("\(folder)/expected.json"))
  }
}

/// Both towers over a case's images with prompts of some classes.
private struct PromptedRun {
  let towers: PromptedTowers
  /// Plain CLIP's features, before any normalization.
  let teacher: Tensor
  private let images: PromptedImages
  private let scale: Float
  private let width: Int

  init(
    _ opened: DeepPromptCase, clip: CLIPModel, _ parameters: PromptParameters, classNames: [String], tokens: [[Int32]]
  ) throws {
    let form = try parameters.form(for: clip.configuration, source: opened.folder) { try opened.anchor(classNames) }
    towers = try PromptedTowers(
      form, clip: clip,
      prompts: form.elements(tokens, end: Int32(clip.configuration.text.endToken)))
    teacher = try clip.imageEncoder().encode(opened.images)
    images =
      try towers.imagePass.map { .embedded(try $0.embed(opened.images)) } ?? .features(FloatBuffer(copying: teacher))
    scale = clip.logitScale
    width = clip.configuration.embedDimension
  }

  /// The raw features of classes and images, and the logits.
  func results(_ parameters: PromptParameters) throws -> (text: [Float], images: [Float], logits: [Float]) {
    let vectors = towers.form.vectors(parameters)
    let text = try towers.text(vectors)
    let features = try towers.images(images, vectors)
    let logits = try CosineHead(images: UnitRows(features, width: width), scale: scale).forward(text)
    let raw = text.rows.floats.enumerated().map { $1 * text.lengths[$0 / width] }
    return (raw, features.floats, logits)
  }

  /// The batch of some images.
  func batch(_ indices: [Int], _ opened: DeepPromptCase, _ objective: JointObjective) throws -> JointLearner.Batch {
    func rows(_ buffer: FloatBuffer) -> FloatBuffer {
      buffer.selecting(indices, width: buffer.count / opened.labels.count)
    }
    let images: PromptedImages =
      switch images {
      case .features(let features): .features(rows(features))
      case .embedded(let patches): .embedded(rows(patches))
      }
    return JointLearner.Batch(
      images: images,
      teacher: objective.regulation == nil ? nil : UnitRows(try teacher.selecting(indices)),
      labels: indices.map { opened.labels[$0] })
  }
}

/// Tensors of which some come from another source.
struct OverlaidTensors: TensorSource {
  let base: any TensorSource
  let above: TensorDictionary

  var origin: String { above.origin }
  var names: [String] { Set(base.names).union(above.names).sorted() }

  private func owner(of name: String) -> any TensorSource { above.names.contains(name) ? above : base }
  func description(of name: String) throws -> TensorDescription { try owner(of: name).description(of: name) }
  func tensor(_ name: String) throws -> Tensor { try owner(of: name).tensor(name) }
}
