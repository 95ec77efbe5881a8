import PromptLensDatasets
import PromptLensReporting

extension Demo {
  /// Contexts that were learned with a quarter and half of the labels wrong.
  func wrongLabels() throws -> DemoStage {
    let images = try testFeatures()
    let clean = try learningData(shots: 16)
    let words = try accuracy(zeroShot(images.classNames), images)
    var table = Table(
      columns: [.number("wrong labels"), .number("zero-shot"), .number("UC"), .number("CSC"), .number("nearest mean")])
    for (rate, name) in [(0, "16"), (0.25, "16-noise-25"), (0.5, "16-noise-50")] {
      let noise = try LabelNoise(
        NoiseSpecification(.symmetric, .rate(rate)), on: clean.draw, confusion: .symmetric, seed: settings.seed)
      let data = rate == 0 ? clean : try clean.noisy(noise)
      var cells = [noise.rate.percentage, words.percentage]
      for kind in [Self.kinds[0], Self.kinds[2]] {
        let run = "\(kind.name)-\(name)"
        try learn(run, learning(kind.position, isClassSpecific: kind.isClassSpecific), data)
        cells.append(try accuracy(classifier(run, images.classNames), images).percentage)
      }
      table.append(cells + [try nearestMean(data, images).percentage])
    }
    return DemoStage(
      key: "noise", title: "Label noise: contexts learned from photos of which some have another class's label.",
      command: "promptlens noise \(learningOptions(shots: 16)) --rates 0,0.25,0.5 --kinds symmetric --losses ce"
        + " --output noise", table: table)
  }
}
