import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensTensors

/// A method's outcome in a cross-validation.
package struct FitCandidate: Sendable, Equatable {
  /// The method's name.
  package let method: String
  /// The accuracy over all images, each classified by a classifier that was not fitted on it; nil for a method that was
  /// left out.
  package let accuracy: Double?
  /// The standard error of the accuracy over folds.
  package let standardError: Double?
  /// McNemar's exact p of the difference to the simplest method; nil for that itself.
  package let p: Double?
  /// The seconds that it took.
  package let seconds: Double?
  /// Why the method was left out, a clause.
  package let leftOut: String?

  /// Creates an outcome.
  package init(
    method: String, accuracy: Double?, standardError: Double?, p: Double?, seconds: Double?, leftOut: String?
  ) {
    self.method = method
    self.accuracy = accuracy
    self.standardError = standardError
    self.p = p
    self.seconds = seconds
    self.leftOut = leftOut
  }
}

/// A comparison of methods by cross-validation, and the choice of one.
///
/// The choice is the simplest method whose accuracy is within one standard error of the best one's, if it is really better
/// than the simplest of all by a paired test, of which there is one; else the simplest of all. Source of the rule of one
/// standard error: Breiman et al., "Classification and Regression Trees" (1984), section 3.4.3.
struct FitComparison {
  /// A method's predictions for images that it was not fitted on.
  struct Trial {
    let method: FitMethod
    /// `[images, classes]`.
    let logits: Tensor
    let isCorrect: [Bool]
    let foldAccuracies: [Double]
    let seconds: Double

    var accuracy: Double { Double(isCorrect.count { $0 }) / Double(max(isCorrect.count, 1)) }

    var standardError: Double {
      let mean = foldAccuracies.reduce(0, +) / Double(max(foldAccuracies.count, 1))
      let squares = foldAccuracies.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let count = Double(foldAccuracies.count)
      return (squares / max(count - 1, 1) / max(count, 1)).squareRoot()
    }
  }

  /// The trials, the simplest method first.
  let trials: [Trial]
  /// The p of each trial but the first.
  let probabilities: [Double]
  /// The place of the choice among the trials.
  let choice: Int

  /// Compares trials of the same images.
  init(_ trials: [Trial]) throws {
    self.trials = trials
    let probabilities = try trials.dropFirst().map { trial in
      try McNemarTest(first: trial.isCorrect, second: trials[0].isCorrect).exactP
    }
    self.probabilities = probabilities
    let best = trials.indices.max { (trials[$0].accuracy, -$0) < (trials[$1].accuracy, -$1) } ?? 0
    let least = trials[best].accuracy - trials[best].standardError
    let candidate = trials.indices.first { trials[$0].accuracy >= least } ?? 0
    let isBetter =
      candidate > 0 && trials[candidate].accuracy > trials[0].accuracy && probabilities[candidate - 1] < 0.05
    choice = isBetter ? candidate : 0
  }

  /// The outcomes, with those of methods that were left out.
  func candidates(leftOut: [(method: FitMethod, reason: String)]) -> [FitCandidate] {
    let tried = trials.enumerated().map { index, trial in
      FitCandidate(
        method: trial.method.rawValue, accuracy: trial.accuracy, standardError: trial.standardError,
        p: index > 0 ? probabilities[index - 1] : nil, seconds: trial.seconds, leftOut: nil)
    }
    return tried
      + leftOut.map {
        FitCandidate(
          method: $0.method.rawValue, accuracy: nil, standardError: nil, p: nil, seconds: nil, leftOut: $0.reason)
      }
  }
}

/// The folds of a cross-validation, in which copies of a picture stay together.
struct FitFolds {
  let images: LabeledFeatures
  let groups: [Int]
  /// The fold of each image.
  let folds: [Int]
  let count: Int

  /// Divides images into folds.
  ///
  /// - Parameters:
  ///   - images: the images.
  ///   - groups: the group of each image.
  ///   - most: the number of folds; fewer where a class has fewer groups.
  ///   - keepsClasses: whether every class must have images outside of each fold.
  ///   - seed: the seed of the division.
  init(_ images: LabeledFeatures, groups: [Int], most: Int, keepsClasses: Bool = true, seed: Int) {
    var known: [Int: Set<Int>] = [:]
    for (label, group) in zip(images.labels, groups) { known[label, default: []].insert(group) }
    let fewest = known.values.map(\.count).min() ?? most
    count = max(keepsClasses ? min(most, fewest) : most, 2)
    self.images = images
    self.groups = groups
    folds = GroupedPartition.parts(
      labels: images.labels, groups: groups, shares: [Double](repeating: 1 / Double(count), count: count), seed: seed)
  }

  /// Tries a method: every image is classified by a classifier that was fitted on the other folds.
  ///
  /// - Parameters:
  ///   - method: the method.
  ///   - learner: makes classifiers.
  ///   - stepped: called after each of CoOp's steps, on any thread.
  ///   - finished: called after each fold.
  /// - Returns: the predictions.
  /// - Throws: the errors of fitting.
  func trial(
    _ method: FitMethod, by learner: FitLearner, stepped: @escaping @Sendable () -> Void = {},
    finished: () -> Void = {}
  ) throws -> FitComparison.Trial {
    try trial(method, classCount: learner.classNames.count) { images, groups in
      defer { finished() }
      return try learner.classifier(method, on: images, groups: groups, stepped: stepped).classifier
    }
  }

  /// Tries classifiers: every image is classified by one that was fitted on the other folds.
  ///
  /// - Parameters:
  ///   - method: the method.
  ///   - classCount: the number of classes.
  ///   - fit: makes a classifier from images and their groups.
  /// - Returns: the predictions.
  /// - Throws: the errors of `fit`.
  func trial(
    _ method: FitMethod, classCount: Int,
    fit: (_ images: LabeledFeatures, _ groups: [Int]) throws -> any StorableClassifier
  ) throws -> FitComparison.Trial {
    let start = ContinuousClock.now
    var logits = [Float](repeating: 0, count: images.count * classCount)
    var isCorrect = [Bool](repeating: false, count: images.count)
    var accuracies: [Double] = []
    for fold in 0..<count {
      let (train, test) = (folds.indices.filter { folds[$0] != fold }, folds.indices.filter { folds[$0] == fold })
      guard !test.isEmpty else { continue }
      let classifier = try fit(try images.selecting(train), train.map { groups[$0] })
      let found = try classifier.logits(for: images.selecting(test).view())
      let predictions = CosineClassifier.predictions(ofLogits: found)
      let values = found.floats()
      for (row, image) in test.enumerated() {
        isCorrect[image] = predictions[row] == images.labels[image]
        for label in 0..<classCount { logits[image * classCount + label] = values[row * classCount + label] }
      }
      accuracies.append(Double(test.count { isCorrect[$0] }) / Double(test.count))
    }
    return FitComparison.Trial(
      method: method, logits: try Tensor(logits, shape: [images.count, classCount], name: "logits"),
      isCorrect: isCorrect, foldAccuracies: accuracies, seconds: PlanProgress.seconds(start.duration(to: .now)))
  }
}
