import PromptLensFeatures
import PromptLensPromptLearning
import PromptLensTensors

/// The results of learning from wrong labels, epoch by epoch.
package struct NoisyTraining: Sendable {
  /// The accuracy on clean test images after each epoch.
  package private(set) var testAccuracies: [Double] = []
  /// The share of wrong training labels that are predicted as given, after each epoch; empty when none is wrong.
  package private(set) var memorized: [Double] = []
  /// The share of correct training labels that are predicted as given, after each epoch.
  package private(set) var learned: [Double] = []
  /// The suspicion of each label.
  package private(set) var suspicion: LabelSuspicion
  /// The epoch that the run keeps, from 1.
  package private(set) var keptEpoch = 0

  /// The accuracy of the epoch that the run keeps.
  package var accuracy: Double { keptEpoch > 0 ? testAccuracies[keptEpoch - 1] : 0 }

  private let given: [Int]
  private let isWrong: [Bool]
  private let testLabels: [Int]

  private init(_ train: LabeledFeatures, isWrong: [Bool], zeroShotLogits: [Float], test: LabeledFeatures) {
    given = train.labels
    self.isWrong = isWrong
    testLabels = test.labels
    suspicion = LabelSuspicion(labels: given, zeroShotLogits: zeroShotLogits, classCount: train.classNames.count)
  }

  private mutating func add(train: [Float], test: [Float]) {
    let predictions = suspicion.add(train)
    var (wrong, wrongHits, rightHits) = (0, 0, 0)
    for (image, prediction) in predictions.enumerated() {
      let hit = prediction == given[image] ? 1 : 0
      if isWrong[image] {
        wrong += 1
        wrongHits += hit
      } else {
        rightHits += hit
      }
    }
    if wrong > 0 { memorized.append(Double(wrongHits) / Double(wrong)) }
    learned.append(Double(rightHits) / Double(max(predictions.count - wrong, 1)))
    let correct = CosineHead.correct(test, labels: testLabels)
    testAccuracies.append(Double(correct) / Double(max(testLabels.count, 1)))
    keptEpoch = testAccuracies.count
  }

  /// Runs a training to the end.
  ///
  /// - Parameters:
  ///   - trainer: the trainer, at its beginning.
  ///   - train: the training images, with the labels that they are given.
  ///   - isWrong: for each training image, whether its label is wrong.
  ///   - zeroShotLogits: frozen CLIP's logits of the training images, `[images, classes]`.
  ///   - test: the test images, with true labels.
  ///   - heads: the training and test images' heads.
  /// - Throws: the errors of the trainer.
  package init(
    _ trainer: PromptTrainer, train: LabeledFeatures, isWrong: [Bool], zeroShotLogits: [Float], test: LabeledFeatures,
    heads: (train: CosineHead, test: CosineHead)
  ) throws {
    self.init(train, isWrong: isWrong, zeroShotLogits: zeroShotLogits, test: test)
    while !trainer.isFinished {
      _ = try trainer.trainEpoch()
      let text = try trainer.textFeatures()
      add(train: try heads.train.forward(text), test: try heads.test.forward(text))
    }
    if let best = trainer.state.best { keptEpoch = best.epoch }
  }

  /// Creates the results of a classifier that isn't learned in epochs: a single entry.
  ///
  /// - Parameters:
  ///   - logits: its logits of the training images, `[images, classes]`, and of the test images.
  ///   - train: the training images, with the labels that they are given.
  ///   - isWrong: for each training image, whether its label is wrong.
  ///   - zeroShotLogits: frozen CLIP's logits of the training images, `[images, classes]`.
  ///   - test: the test images, with true labels.
  package init(
    logits: (train: [Float], test: [Float]), train: LabeledFeatures, isWrong: [Bool], zeroShotLogits: [Float],
    test: LabeledFeatures
  ) {
    self.init(train, isWrong: isWrong, zeroShotLogits: zeroShotLogits, test: test)
    add(train: logits.train, test: logits.test)
  }
}
