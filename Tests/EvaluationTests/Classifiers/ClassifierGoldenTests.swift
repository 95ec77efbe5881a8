import PromptLensEvaluation
import PromptLensJSONDocuments
import TestSupport
import PromptLensTensors
import Testing

@Suite("Classifiers of features agree with scikit-learn and PyTorch")
struct ClassifierGoldenTests {
  let fixture: ClassifierFixture

  init() throws { fixture = try ClassifierFixture() }

  @Test("logistic regression agrees with scikit-learn's weights and offsets to 1e-3, for weak and for strong decay")
  func logisticRegression() throws {
    for expected in try fixture.root.array("logistic_regression") {
      let regression = try LogisticRegression(fixture.task.train, classCount: fixture.task.classCount)
      let (classifier, isConverged) = try regression.fit(
        inverseRegularization: expected.number("C"), tolerance: 1e-7)
      #expect(isConverged)
      let weights = try ClassifierFixture.floats(expected.node("weights"))
      #expect(largestDifference(classifier.weights.floats(), weights) < 1e-3)
      // The offsets' sum is free; both searches begin at zero and so stay there.
      let bias = try ClassifierFixture.floats(expected.node("bias"))
      #expect(largestDifference(try #require(classifier.bias).floats(), bias) < 1e-3)
    }
  }

  @Test("Tip-Adapter's logits agree with the authors' formula")
  func tipAdapter() throws {
    let expected = try fixture.root.node("tip_adapter")
    let classifier = try TipAdapterClassifier(
      keys: fixture.task.train.view().unitRows(), labels: fixture.task.train.labels,
      text: #require(fixture.task.text),
      scale: fixture.task.scale, alpha: expected.number("alpha"), beta: expected.number("beta"))
    let logits = try ClassifierFixture.matrix(expected.node("logits")).floats
    #expect(largestDifference(try classifier.logits(for: fixture.test).floats(), logits) < 1e-4)
  }

  @Test("Tip-Adapter-F's loss, gradient and final keys agree with PyTorch")
  func tipAdapterF() throws {
    let expected = try fixture.root.node("tip_adapter_f")
    let loss = try TipAdapterF.KeyLoss(
      labels: fixture.task.train.labels, text: fixture.unitText(), scale: fixture.task.scale, alpha: 2.5, beta: 3.5)
    let (images, labels) = (try fixture.images(), fixture.task.train.labels)
    let keys = try ClassifierFixture.matrix(expected.node("keys"))
    let found = try loss.evaluate(keys: keys, images: images, labels: labels)
    try check(found.loss, found.gradient.floats, expected)
    let error = try slopeError(at: keys.floats, gradient: found.gradient.floats) {
      try loss.evaluate(
        keys: Matrix($0, rows: keys.rows, columns: keys.columns), images: images, labels: labels
      ).loss
    }
    #expect(error < 5e-3)
    let fitted = try TipAdapterF().fit(fixture.task)
    let learned = try ClassifierFixture.matrix(expected.node("learned_keys")).floats
    let classifier = try #require(fitted.classifier as? TipAdapterClassifier)
    #expect(largestDifference(classifier.keys.floats(), learned) < 1e-5)
    #expect(fitted.selectionImages == 0)
  }

  @Test("TaskRes's loss, gradient and weights after some epochs agree with PyTorch")
  func taskRes() throws {
    let expected = try fixture.root.node("taskres")
    let loss = try TaskRes.ResidualLoss(text: fixture.text(), residualScale: 0.5, scale: fixture.task.scale)
    let residuals = try ClassifierFixture.matrix(expected.node("residuals"))
    let (images, labels) = (try fixture.images(), fixture.task.train.labels)
    let found = try loss.evaluate(residuals: residuals, images: images, labels: labels)
    try check(found.loss, found.gradient.floats, expected)
    let error = try slopeError(at: residuals.floats, gradient: found.gradient.floats) {
      try loss.evaluate(
        residuals: Matrix($0, rows: residuals.rows, columns: residuals.columns), images: images, labels: labels
      ).loss
    }
    #expect(error < 5e-3)
    let fitted = try TaskRes(epochs: expected.integer("epochs")).fit(fixture.task)
    let weights = try #require(fitted.classifier as? LinearClassifier).weights.floats()
    #expect(largestDifference(weights, try ClassifierFixture.matrix(expected.node("learned_weights")).floats) < 1e-5)
  }

  @Test("CLIP-Adapter's logits, loss and gradient agree with PyTorch")
  func clipAdapter() throws {
    let expected = try fixture.root.node("clip_adapter")
    let (down, up) = (
      try ClassifierFixture.tensor(expected.node("down")), try ClassifierFixture.tensor(expected.node("up"))
    )
    let classifier = try ClipAdapterClassifier(
      down: down, up: up, text: #require(fixture.task.text), scale: fixture.task.scale, ratio: 0.2)
    let logits = try ClassifierFixture.matrix(expected.node("logits")).floats
    #expect(largestDifference(try classifier.logits(for: fixture.test).floats(), logits) < 1e-4)

    let loss = try ClipAdapter.AdapterLoss(text: fixture.unitText(), hidden: 2, ratio: 0.2, scale: fixture.task.scale)
    let (images, labels) = (try Matrix(fixture.task.train.view()), fixture.task.train.labels)
    let parameters = down.floats() + up.floats()
    let found = try loss.evaluate(parameters, images: images, labels: labels)
    try check(found.loss, found.gradient, expected)
    let error = try slopeError(at: parameters, gradient: found.gradient, step: 2e-3) {
      try loss.evaluate($0, images: images, labels: labels).loss
    }
    #expect(error < 5e-2)
  }

  @Test("LP++'s rates, weights and blend after 25 steps agree with PyTorch")
  func lpPlusPlus() throws {
    let expected = try fixture.root.node("lp++")
    var state = try LPPlusPlus.State(fixture.task, text: #require(fixture.task.text))
    #expect(try abs(state.weightRate / expected.number("weight_rate") - 1) < 1e-5)
    #expect(try abs(state.blendRate / expected.number("blend_rate") - 1) < 1e-5)
    for step in 1...(try expected.integer("steps")) { try state.step(updatesBlend: step % 10 == 0) }
    #expect(
      largestDifference(state.weights, try ClassifierFixture.matrix(expected.node("weights")).floats) < 1e-3)
    #expect(largestDifference(state.blend, try ClassifierFixture.floats(expected.node("blend"))) < 1e-2)
  }

  @Test("the cross-modal probe's loss and gradient over images and words agree with PyTorch")
  func crossModal() throws {
    let expected = try fixture.root.node("cross_modal")
    let weights = try ClassifierFixture.matrix(expected.node("weights"))
    let words = try fixture.unitText()
    let images = try fixture.images()
    let samples = Matrix(images.floats + words.floats, rows: images.rows + words.rows, columns: words.columns)
    let labels = fixture.task.train.labels + Array(0..<fixture.task.classCount)
    func evaluate(_ weights: Matrix) throws -> (loss: Double, gradient: Matrix) {
      try CrossModalProbe.evaluate(weights, samples: samples, labels: labels, scale: fixture.task.scale)
    }
    let found = try evaluate(weights)
    try check(found.loss, found.gradient.floats, expected)
    let error = try slopeError(at: weights.floats, gradient: found.gradient.floats) {
      try evaluate(Matrix($0, rows: weights.rows, columns: weights.columns)).loss
    }
    #expect(error < 5e-3)
  }

  private func check(_ loss: Double, _ gradient: [Float], _ expected: JSONNode) throws {
    #expect(try abs(loss - expected.number("loss")) < 1e-5)
    let slopes = try ClassifierFixture.floats(expected.node("gradient"))
    let largest = slopes.reduce(0) { max($0, abs($1)) }
    #expect(largestDifference(gradient, slopes) < 1e-4 * largest)
  }
}
