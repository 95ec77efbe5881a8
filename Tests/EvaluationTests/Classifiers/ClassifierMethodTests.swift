import PromptLensFeatures
import PromptLensEvaluation
import TestSupport
import PromptLensTensors
import Testing

@Suite("Methods that make classifiers of a few images")
struct ClassifierMethodTests {
  let fixture: ClassifierFixture

  init() throws { fixture = try ClassifierFixture() }

  static let methods: [any ClassifierMethod] = [
    LinearProbe(inverseRegularization: 1), TipAdapter(), TipAdapterF(), ClipAdapter(), TaskRes(), LPPlusPlus(),
    CrossModalProbe(steps: 120),
    NearestMean(),
  ]

  @Test("every method classifies its training images, and the same seed gives the same bits on 1 and on 3 threads")
  func fits() throws {
    let threads = Parallel.threadCount
    defer { Parallel.threadCount = threads }
    let validation = try LabeledFeatures(features: fixture.test, labels: [0, 1, 2, 0, 1])
    for method in Self.methods {
      let task = try fixture.validated(on: validation)
      Parallel.threadCount = 1
      let alone = try method.fit(task).classifier
      Parallel.threadCount = 3
      let together = try method.fit(task).classifier
      #expect(
        try alone.logits(for: fixture.test).floats() == together.logits(for: fixture.test).floats(), "\(method.name)")
      let plain = try method.fit(fixture.task)
      #expect(plain.selectionImages == 0)
      let metrics = try ClassificationMetrics(
        logits: plain.classifier.logits(for: fixture.task.train.view()), labels: fixture.task.train.labels)
      #expect(metrics.accuracy > 0.6, "\(method.name): \(metrics.accuracy)")
    }
  }

  @Test("the search finds the best C on the validation images, and a given C is used as it is")
  func selection() throws {
    let validation = try LabeledFeatures(features: fixture.test, labels: [0, 1, 2, 0, 1])
    let task = try fixture.validated(on: validation)
    let regression = try LogisticRegression(task.train, classCount: task.classCount)
    let expected = try LinearProbe.search { c in
      try regression.fit(inverseRegularization: c).classifier.correct(validation)
    }
    let chosen = try LinearProbe().fit(task)
    #expect(chosen.selectionImages == 5 && chosen.choices.map(\.value) == [expected])
    #expect(try LinearProbe(inverseRegularization: 2).fit(task).choices.map(\.value) == [2])
    #expect(
      try LinearProbe().fit(fixture.task).choices.map(\.value) == [LinearProbe.defaultInverseRegularization])
  }

  @Test("the search for C tries seven powers, the first best wins, then closes in on the better end eight times")
  func search() {
    var tried: [Double] = []
    let found = LinearProbe.search { c in
      tried.append(c)
      if abs(c - 1e2) < 1e-6 || c == 1 { return 2 }
      return c < 50 ? 1 : 0
    }
    #expect(tried.prefix(7) == [1e6, 1e4, 1e2, 1, 1e-2, 1e-4, 1e-6])
    // From [10, 1000] the left end is better, and the right one moves to the geometric middle, which then wins.
    #expect(abs(tried[7] - 10) < 1e-9 && abs(tried[8] - 1000) < 1e-9)
    #expect(abs(tried[9] - 10) < 1e-9 && abs(tried[10] - 100) < 1e-9)
    #expect(tried.count == 23 && abs(found - 100) < 1e-9)
  }

  @Test("Tip-Adapter's grid has the reference's 200 values from 0.1, and ends below its largest")
  func grid() {
    let values = TipAdapter.grid(largest: 7, count: 200)
    let last: Double = 199 * 6.9 / 200 + 0.1
    #expect(values.count == 200 && values[0] == 0.1)
    #expect(abs(values[199] - last) < 1e-12)
  }

  @Test("a missing list of words, a class without images and numbers that aren't finite are reported")
  func refusals() throws {
    let train = fixture.task.train
    let silent = try FewShotTask(train: train, classCount: 3)
    #expect(throws: EvaluationError.noTextFeatures(method: "taskres")) { try TaskRes().fit(silent) }
    #expect(try NearestMean().fit(silent).choices.isEmpty)
    #expect(throws: EvaluationError.classWithoutImages(label: 3, count: 2, classCount: 5)) {
      try FewShotTask(train: train, classCount: 5)
    }
    #expect(throws: EvaluationError.labelOutOfRange(label: 2, classCount: 2)) {
      try FewShotTask(train: train, classCount: 2)
    }
    let broken = try LabeledFeatures(features: Tensor([Float.nan, 1], shape: [2, 1]), labels: [0, 1])
    #expect(throws: EvaluationError.notFinite(what: "training images")) {
      try FewShotTask(train: broken, classCount: 2)
    }
  }

  @Test("a classifier restricted to some classes chooses only among these, in the requested order")
  func restriction() throws {
    let classifier = try LinearClassifier.cosine(text: #require(fixture.task.text), scale: 10)
    let all = try classifier.logits(for: fixture.test).floats()
    let some = try classifier.logits(for: fixture.test, among: [2, 0]).floats()
    let expected: [Float] = (0..<5).flatMap { (row: Int) -> [Float] in [all[row * 3 + 2], all[row * 3]] }
    #expect(some == expected)
    #expect(throws: EvaluationError.noClasses) { try classifier.logits(for: fixture.test, among: []) }
  }

  @Test("the gradient of logistic regression agrees with finite differences")
  func slope() throws {
    let regression = try LogisticRegression(fixture.task.train, classCount: 3)
    let point = randomFloats(regression.parameterCount, seed: 4)
    func evaluate(_ point: [Float]) throws -> (value: Double, gradient: [Float]) {
      var gradient = [Double](repeating: 0, count: point.count)
      let value = try point.map { Double($0) }.withUnsafeBufferPointer { point in
        try gradient.withUnsafeMutableBufferPointer {
          try regression.evaluate(point, gradient: $0, inverseRegularization: 2)
        }
      }
      return (value, gradient.map { Float($0) })
    }
    let gradient = try evaluate(point).gradient
    #expect(try slopeError(at: point, gradient: gradient) { try evaluate($0).value } < 5e-3)
  }
}
