import Foundation
import PromptLensEvaluation
import PromptLensTensors
import Testing

@Suite("Calibration of probabilities")
struct CalibrationTests {
  private static let (count, classCount) = (37, 4)
  private static let values: [Float] = {
    var values: [Float] = []
    for image in 0..<count {
      for label in 0..<classCount {
        let number = image * 7 + label * 13 + image * label * 5
        values.append(Float(number % 29) / 4)
      }
    }
    return values
  }()
  private static let labels: [Int] = {
    var labels: [Int] = []
    for image in 0..<count {
      let start = image * classCount
      let row = values[start..<start + classCount]
      let best = (row.firstIndex(of: row.max() ?? 0) ?? start) - start
      labels.append(image % 3 == 0 ? (image * 3 + image / 5) % classCount : best)
    }
    return labels
  }()

  @Test("metrics are those of scikit-learn and NumPy, at a temperature of 1 and at SciPy's best one")
  func metrics() throws {
    let logits = try Tensor(Self.values, shape: [Self.count, Self.classCount])
    // brentq of the likelihood's derivative.
    let scaling = try TemperatureScaling(logits: logits, labels: Self.labels)
    #expect(abs(scaling.temperature - 1.4888706008353314) < 1e-9 && scaling.images == Self.count)
    for (temperature, expected) in [
      (
        1.0,
        [
          0.7567567567567568, 0.7198977032590606, 0.9455890179721154, 0.41728615861676643, 0.147447131696383,
          0.19360922046605225, 0.13222226581422886, 0.11933310962101967,
        ]
      ),
      (
        1.4888706008353314,
        [
          0.7567567567567568, 0.629680934408039, 0.8937467808250655, 0.4376740947465178, 0.18647537537748388,
          0.26639008283399457, 0.18739251330776585, 0.14669491429933618,
        ]
      ),
    ] {
      let found = try CalibrationMetrics(logits: logits, labels: Self.labels, temperature: temperature)
      let values = [
        found.accuracy, found.confidence, found.negativeLogLikelihood, found.brierScore, found.equalWidth,
        found.equalMass, found.adaptive, found.classWise,
      ]
      for (index, (value, expected)) in zip(values, expected).enumerated() {
        #expect(abs(value - expected) < 1e-9, "\(temperature) \(index): \(value), \(expected)")
      }
      #expect(found.bins.reduce(0) { $0 + $1.count } == Self.count)
    }
  }

  @Test("factors of classes that a prompt was not learned on are those of the published formula")
  func distances() throws {
    func rows(_ count: Int, _ a: Int, _ b: Int) -> [Float] {
      var values: [Float] = []
      for row in 0..<count {
        for column in 0..<6 {
          let number = row * a + column * b + row * column * 3
          values.append(Float(number % 17) / 4 - 2)
        }
      }
      return values
    }
    let base = rows(5, 7, 3)
    var classes = rows(3, 5, 11)
    classes.replaceSubrange(12..<18, with: base[6..<12])
    let found = try DistanceAwareCalibration(
      base: Tensor(base, shape: [5, 6]), classes: Tensor(classes, shape: [3, 6]),
      zeroShotBase: Tensor(rows(5, 4, 9), shape: [5, 6]), zeroShotClasses: Tensor(rows(3, 6, 5), shape: [3, 6]),
      neighbors: 3)
    #expect(found.neighbors == 3)
    for (value, expected) in zip(found.factors, Self.expectedFactors) { #expect(abs(value - expected) < 1e-6) }
    let logits = try Tensor([Float(1), 3, 2, 5, 1, 0], shape: [2, 3])
    #expect(found.imageFactors(logits) == [found.factors[1], found.factors[0]])
  }

  private static let expectedFactors: [Double] = [0.9894863584051347, 0.7260298840048585, 1.0]

  @Test("doubt gives images that are all right the confidence of its complement")
  func doubt() throws {
    // Two classes with logits ±a: the confidence is 1 / (1 + exp(−2a / T)), which is 1 − ε at T = 2a / ln((1 − ε) / ε).
    let (a, epsilon) = (3.0, 0.125)
    let logits = try Tensor([3, -3, -3, 3, 3, -3], shape: [3, 2])
    let scaling = try TemperatureScaling(logits: logits, labels: [0, 1, 0], doubt: epsilon)
    #expect(abs(scaling.temperature - 2 * a / log((1 - epsilon) / epsilon)) < 1e-9)
    // Without it the likelihood grows until its slope vanishes in rounding.
    #expect(try TemperatureScaling(logits: logits, labels: [0, 1, 0]).temperature < 0.02)
  }

  @Test("a temperature in a classifier's file is read back, and replaces an earlier one")
  func file() throws {
    let classifier = try LinearClassifier(weights: Tensor([Float(1), 0, 0, 1], shape: [2, 2]), normalizes: true)
    var file = ClassifierFile(
      kind: LinearClassifier.kind, parts: classifier.parts, settings: classifier.settings, classNames: ["a", "b"],
      modelFingerprint: nil)
    #expect(file.temperatureScaling == nil)
    file = file.with(TemperatureScaling(temperature: 2, images: 5)).with(TemperatureScaling(temperature: 3, images: 7))
    #expect(file.temperatureScaling == TemperatureScaling(temperature: 3, images: 7))
    #expect(file.settings.count == classifier.settings.count + 2)
  }

  @Test("images without labels, and labels out of range, are refused")
  func refusals() throws {
    let logits = try Tensor([Float(1), 2], shape: [1, 2])
    #expect(throws: EvaluationError.noImages) { try TemperatureScaling(logits: logits, labels: []) }
    #expect(throws: EvaluationError.labelOutOfRange(label: 2, classCount: 2)) {
      try CalibrationMetrics(logits: logits, labels: [2])
    }
  }
}
