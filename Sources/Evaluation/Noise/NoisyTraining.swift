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

  private let images: NoisyImages

  private init(_ images: NoisyImages) {
    self.images = images
    suspicion = LabelSuspicion(
      labels: images.given, zeroShotLogits: images.zeroShotLogits, classCount: images.classCount)
  }

  private mutating func add(train: [Float], test: [Float]) {
    let predictions = suspicion.add(train)
    var (wrong, wrongHits, rightHits) = (0, 0, 0)
    for (image, prediction) in predictions.enumerated() {
      let hit = prediction == images.given[image] ? 1 : 0
      if images.isWrong[image] {
        wrong += 1
        wrongHits += hit
      } else {
        rightHits += hit
      }
    }
    if wrong > 0 { memorized.append(Double(wrongHits) / Double(wrong)) }
    learned.append(Double(rightHits) / Double(max(predictions.count - wrong, 1)))
    let correct = CosineHead.correct(test, labels: images.testLabels)
    testAccuracies.append(Double(correct) / Double(max(images.testLabels.count, 1)))
    keptEpoch = testAccuracies.count
  }

  /// Runs a training to the end.
  ///
  /// - Parameters:
  ///   - trainer: the trainer, at its beginning.
  ///   - images: the test images.
  ///   - heads: the training and test images' heads.
  /// - Throws: the errors of the trainer.
  package init(_ trainer: PromptTrainer, images: NoisyImages, heads: (train: CosineHead, test: CosineHead)) throws {
    self.init(images)
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
  ///   - train: its logits of the training images, `[images, classes]`.
  ///   - test: its logits of the test images.
  ///   - images: the test images.
  package init(train: [Float], test: [Float], images: NoisyImages) {
    self.init(images)
    add(train: train, test: test)
  }
}

/// Images with their given and their true labels.
package struct NoisyImages: Sendable {
  /// The given label of each training image.
  package let given: [Int]
  /// A Boolean value for each training image that indicates whether its label is wrong.
  package let isWrong: [Bool]
  /// Frozen CLIP's logits of the training images, `[images, classes]`.
  package let zeroShotLogits: [Float]
  /// The true labels of the test images.
  package let testLabels: [Int]
  /// The number of classes.
  package let classCount: Int

  /// Creates a set of images.
  package init(given: [Int], isWrong: [Bool], zeroShotLogits: [Float], testLabels: [Int], classCount: Int) {
    self.given = given
    self.isWrong = isWrong
    self.zeroShotLogits = zeroShotLogits
    self.testLabels = testLabels
    self.classCount = classCount
  }
}
