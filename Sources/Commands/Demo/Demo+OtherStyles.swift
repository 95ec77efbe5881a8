import Drawing
import Reporting

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
    return DemoStage(
      key: "styles", title: "Domain shift: the contexts that were learned from photos, on other styles.",
      command: "promptlens evaluate \(folder)/runs/uc-end-16 --data \"\(data(.sketch))\"", table: table)
  }
}
