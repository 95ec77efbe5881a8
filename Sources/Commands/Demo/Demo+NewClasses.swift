import PromptLensDatasets
import PromptLensEvaluation
import PromptLensReporting

extension Demo {
  /// A context that was learned for half of the classes, on the other half.
  func newClasses() throws -> DemoStage {
    let base = try learningData(shots: 16).keeping(.base)
    try learn("base-16", learning(), base)
    let images = try testFeatures()
    let places = Array(images.classNames.indices)
    var table = Table(columns: [
      .text("classes"), .number("ways"), .number("zero-shot"), .number("UC, 16 shots of base"),
    ])
    for subset in [ClassSubset.base, .new] {
      let part = try images.keeping(subset.labels(of: places))
      table.append(
        subset.rawValue, "\(part.classNames.count)", try accuracy(zeroShot(part.classNames), part).percentage,
        try accuracy(classifier("base-16", part.classNames), part).percentage)
    }
    return DemoStage(
      key: "new_classes", title: "Base to new: a context learned from the first half of the classes, on the second.",
      command: "promptlens base-to-new \(learningOptions(shots: 16)) --output base-to-new", table: table)
  }
}
