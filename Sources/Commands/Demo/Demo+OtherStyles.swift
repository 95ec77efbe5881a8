import PromptLensDrawing
import PromptLensReporting

extension Demo {
  /// Contexts that were learned from photos, on pictures of all styles.
  func otherStyles() throws -> DemoStage {
    var table = Table(
      columns: [.text("domain"), .number("zero-shot"), .number("UC, 16 photos"), .number("CSC, 16 photos")])
    for style in PictureStyle.allCases {
      let images = try testFeatures(style)
      table.append(
        style.rawValue, try accuracy(zeroShot(images.classNames), images).percentage,
        try accuracy(classifier("uc-end-16", images.classNames), images).percentage,
        try accuracy(classifier("csc-end-16", images.classNames), images).percentage)
    }
    let targets = PictureStyle.allCases.filter { $0 != .photo }.map { "\"\(data($0))\"" }
    return DemoStage(
      key: "styles", title: "Domain shift: the contexts that were learned from photos, on other styles.",
      command: "promptlens transfer --run \(folder)/runs/uc-end-16 \(folder)/runs/csc-end-16 --source \"\(data())\""
        + " --target \(targets.joined(separator: " "))", table: table)
  }
}
