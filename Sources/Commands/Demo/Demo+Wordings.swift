import PromptLensPrompts
import PromptLensEvaluation
import PromptLensReporting

extension Demo {
  /// Zero-shot with five wordings.
  func wordings() throws -> DemoStage {
    let images = try testFeatures()
    var table = Table(columns: [.text("wording"), .number("accuracy")])
    for text in DemoSettings.templates {
      let classifier = try zeroShot(images.classNames, template: Template(text))
      table.append(text, try accuracy(classifier, images).percentage)
    }
    return DemoStage(
      key: "wordings",
      title: "Zero-shot: \(images.count) photos of \(images.classNames.count) classes, by words alone.",
      command: "promptlens zero-shot --model \(folder)/model --data \"\(data())\" --template \"a photo of a {}.\"",
      table: table)
  }
}
