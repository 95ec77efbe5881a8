import PromptLensDrawing

extension Demo {
  /// Measures contexts that were learned from photos on pictures of all styles.
  func otherStyles() throws -> DemoStage {
    let rows = try PictureStyle.allCases.map { style -> [DemoStage.Value] in
      let images = try testFeatures(style)
      return [
        .text(style.rawValue), .share(try accuracy(zeroShot(images.classNames), images)),
        .share(try accuracy(classifier("uc-end-16", images.classNames), images)),
        .share(try accuracy(classifier("csc-end-16", images.classNames), images)),
      ]
    }
    return DemoStage(kind: .styles, rows: rows)
  }
}
