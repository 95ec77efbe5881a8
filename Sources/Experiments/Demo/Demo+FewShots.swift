import PromptLensFeatures
import PromptLensPrompts
import PromptLensEvaluation
import PromptLensPromptLearning
import PromptLensTensors

extension Demo {
  /// The kinds of learned contexts, by their names in run folders.
  package static let kinds: [(name: String, position: ClassPosition, isClassSpecific: Bool)] = [
    ("uc-end", .end, false), ("uc-middle", .middle, false), ("csc-end", .end, true), ("csc-middle", .middle, true),
  ]

  /// Learns with CoOp from 1 to 16 photos of each class, and compares with classifiers without learning.
  func fewShots() throws -> DemoStage {
    let images = try testFeatures()
    let words = try accuracy(zeroShot(images.classNames), images)
    let rows = try settings.shots.map { shots -> [DemoStage.Value] in
      let data = try learningData(shots: shots)
      var values: [DemoStage.Value] = [.count(shots), .share(words), .share(try nearestMean(data, images))]
      for kind in Self.kinds {
        let run = "\(kind.name)-\(shots)"
        try learn(run, learning(kind.position, isClassSpecific: kind.isClassSpecific), data)
        values.append(.share(try accuracy(classifier(run, images.classNames), images)))
      }
      return values
    }
    return DemoStage(kind: .fewShots, rows: rows)
  }

  /// Returns the accuracy of the nearest mean of the same photos' features, without words.
  func nearestMean(_ data: LearningData, _ images: LabeledFeatures) throws -> Double {
    let fitted = try NearestMean().fit(
      FewShotTask(
        train: data.train.separatingViews(), classCount: images.classNames.count, scale: model.clip.logitScale))
    return try ClassificationMetrics(
      logits: fitted.classifier.logits(for: images.view()), labels: images.labels
    ).accuracy
  }
}
