import PromptLensDatasets
import PromptLensEvaluation

extension Demo {
  /// Measures a context that was learned for half of the classes on both halves.
  func newClasses() throws -> DemoStage {
    let base = try learningData(shots: 16).keeping(.base)
    try learn("base-16", learning(), base)
    let images = try testFeatures()
    let labels = Array(images.classNames.indices)
    let rows = try [ClassSubset.base, .new].map { subset -> [DemoStage.Value] in
      let part = try images.keeping(subset.labels(of: labels))
      return [
        .text(subset.rawValue), .count(part.classNames.count), .share(try accuracy(zeroShot(part.classNames), part)),
        .share(try accuracy(classifier("base-16", part.classNames), part)),
      ]
    }
    return DemoStage(kind: .newClasses, rows: rows)
  }
}
