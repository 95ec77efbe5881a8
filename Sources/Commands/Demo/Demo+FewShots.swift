import PromptLensFeatures
import PromptLensExperiments
import PromptLensPrompts
import PromptLensEvaluation
import PromptLensPromptLearning
import PromptLensReporting
import PromptLensTensors

extension Demo {
  /// Learned contexts by their kind, as run folders and columns call them.
  static let kinds: [(name: String, heading: String, position: ClassPosition, isClassSpecific: Bool)] = [
    ("uc-end", "UC end", .end, false), ("uc-middle", "UC middle", .middle, false), ("csc-end", "CSC end", .end, true),
    ("csc-middle", "CSC middle", .middle, true),
  ]

  /// CoOp with 1 to 16 photos of each class, beside what needs no learning.
  func fewShots() throws -> DemoStage {
    let images = try testFeatures()
    let words = try accuracy(zeroShot(images.classNames), images)
    var table = Table(
      columns: [.number("shots"), .number("zero-shot"), .number("nearest mean")]
        + Self.kinds.map { .number($0.heading) })
    for shots in settings.shots {
      let data = try learningData(shots: shots)
      var cells = ["\(shots)", words.percentage, try nearestMean(data, images).percentage]
      for kind in Self.kinds {
        let run = "\(kind.name)-\(shots)"
        try learn(run, learning(kind.position, isClassSpecific: kind.isClassSpecific), data)
        cells.append(try accuracy(classifier(run, images.classNames), images).percentage)
      }
      table.append(cells)
    }
    return DemoStage(
      key: "few_shots",
      title: "CoOp: contexts learned from a few photos of each class, for all classes (UC) or each (CSC).",
      command: "promptlens train \(learningOptions(shots: 16)) --seed \(settings.seed) --output run", table: table)
  }

  /// The accuracy of the nearest mean of the same photos' features, without words.
  func nearestMean(_ data: LearningData, _ images: LabeledFeatures) throws -> Double {
    let fitted = try NearestMean().fit(
      FewShotTask(
        train: data.train.separatingViews(), ways: images.classNames.count,
        scale: model.clip.logitScale))
    return try ClassificationMetrics(
      logits: fitted.classifier.logits(for: images.view()), labels: images.labels
    ).accuracy
  }
}
