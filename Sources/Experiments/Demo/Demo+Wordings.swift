import PromptLensPrompts
import PromptLensEvaluation

extension Demo {
  /// Classifies photos with five templates, without learning.
  func wordings() throws -> DemoStage {
    let images = try testFeatures()
    let rows = try DemoSettings.templates.map { text -> [DemoStage.Value] in
      let classifier = try zeroShot(images.classNames, template: Template(text))
      return [.text(text), .share(try accuracy(classifier, images))]
    }
    return DemoStage(kind: .wordings, rows: rows)
  }
}
