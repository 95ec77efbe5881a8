import PromptLensDatasets

extension Demo {
  /// Learns contexts with a quarter and half of the labels wrong.
  func wrongLabels() throws -> DemoStage {
    let images = try testFeatures()
    let clean = try learningData(shots: 16)
    let words = try accuracy(zeroShot(images.classNames), images)
    let rates = [(0, "16"), (0.25, "16-noise-25"), (0.5, "16-noise-50")]
    let rows = try rates.map { rate, name -> [DemoStage.Value] in
      let noise = try LabelNoise(
        NoiseSpecification(.symmetric, .rate(rate)), on: clean.draw, confusion: .symmetric, seed: settings.seed)
      let data = rate == 0 ? clean : try clean.noisy(noise)
      var values: [DemoStage.Value] = [.share(noise.rate), .share(words)]
      for kind in [Self.kinds[0], Self.kinds[2]] {
        let run = "\(kind.name)-\(name)"
        try learn(run, learning(kind.position, isClassSpecific: kind.isClassSpecific), data)
        values.append(.share(try accuracy(classifier(run, images.classNames), images)))
      }
      return values + [.share(try nearestMean(data, images))]
    }
    return DemoStage(kind: .noise, rows: rows)
  }
}
