import Foundation
import PromptLensPromptLearning

/// The numbers of ``Recipe/fast``: full batches of cached features, one view of each image in a step, and few steps. Adam
/// without weight decay learns a context that all classes share; CoOp's descent learns class-specific contexts.
///
/// A step's passes over the prompts cost the same for any number of images, so that all of them go into each, as far as
/// their logits fit a gigabyte. Adam moves the vectors of all classes equally fast, whatever their images say, and
/// overfits where each class has its own; `docs/time-to-result.md` compares both.
package enum FastRecipe {
  /// The bytes that a step's logits and what is computed of them may take: a fixed number, so that results don't depend
  /// on the machine.
  static let logitBytes = 1 << 30
  /// The copies of a batch's logits in a step: logits, products, gradients and both transposed.
  private static let copies = 4

  /// Returns the number of steps where there are enough images: 25 for one shot, 50 for up to four, else 100.
  package static func steps(shots: Int?) -> Int {
    guard let shots else { return 100 }
    return shots <= 1 ? 25 : shots <= 4 ? 50 : 100
  }

  /// Returns the number of steps on some images: with more than four shots, at most a tenth of those of CoOp's recipe, but
  /// at least as many as with four.
  ///
  /// - Parameters:
  ///   - most: the number where there are enough images.
  ///   - coopSteps: the number of steps of CoOp's recipe.
  /// - Returns: the number of steps.
  package static func steps(most: Int, coopSteps: Int) -> Int { min(most, max(coopSteps / 10, steps(shots: 4))) }

  /// Adam's learning rate after the warm-up.
  package static let adamRate = 0.005
  /// Adam's learning rate where there are fewer steps because there are few images.
  static let shortAdamRate = 0.0125

  /// Returns the learning rate of descent after the warm-up: another recipe's rate times the ratio of the numbers of steps,
  /// which keeps the sum of the rates of all steps; rounded to two digits.
  ///
  /// The gradients of as many small batches add up to about that of all images, as long as the context changes little
  /// meanwhile. Source: Goyal et al., "Accurate, Large Minibatch SGD" (2017), the linear scaling rule.
  ///
  /// - Parameters:
  ///   - rate: the other recipe's learning rate.
  ///   - otherSteps: the number of its steps.
  ///   - steps: the number of steps.
  /// - Returns: the learning rate.
  package static func scaledRate(_ rate: Double, otherSteps: Int, steps: Int) -> Double {
    let scaled = rate * Double(otherSteps) / Double(max(steps, 1))
    return Double(String(format: "%.1e", scaled)) ?? scaled
  }

  /// Returns the number of images in a step: all of them, or as many as divide them into the fewest batches of equal size
  /// that fit.
  static func batchSize(images: Int, classes: Int) -> Int {
    let limit = max(logitBytes / (copies * MemoryLayout<Float>.stride * max(classes, 1)), 1)
    let batches = max((images + limit - 1) / limit, 1)
    return max(images / batches, 1)
  }

  /// Returns the number of steps without improvement on validation images after which training ends.
  static func patience(steps: Int) -> Int { max(steps / 3, 1) }

  /// Returns the bytes that the logits of a step take.
  static func bytes(images: Int, classes: Int) -> Int { copies * MemoryLayout<Float>.stride * images * classes }
}

extension LearningSettings {
  /// Whether the recipe is ``Recipe/fast`` with Adam: with a context for each class it has CoOp's descent.
  var usesAdam: Bool { recipe == .fast && !isClassSpecific }

  /// Whether validation images are used where the data have any. With a context for each class they aren't: of few images,
  /// the best step is an early one by chance.
  var takesFoundValidation: Bool { usesFoundValidation && usesAdam && patience == nil }

  /// Returns the recipe's learning rate on some data: that of ``Recipe/fast`` depends on the number of steps.
  ///
  /// - Parameters:
  ///   - data: the images.
  ///   - logitScale: the factor of cosines.
  /// - Returns: the rate.
  package func suitedRate(on data: LearningData, logitScale: Float) -> Double {
    suitedRate(data.recipeSubject(of: self), data.counts, logitScale: logitScale)
  }

  /// Returns the recipe's learning rate on a number of images.
  func suitedRate(_ subject: RecipeSubject, _ counts: ImageCounts, logitScale: Float) -> Double {
    let suited = suitedRate(logitScale: logitScale, constants: constants(subject))
    guard recipe == .fast else { return suited }
    let length = fastLength(subject, counts)
    let steps = length.epochs * length.stepsPerEpoch
    if usesAdam { return epochs == nil && steps < constants(subject).epochs ? FastRecipe.shortAdamRate : suited }
    return FastRecipe.scaledRate(suited, otherSteps: coopSteps(subject, counts), steps: steps)
  }

  /// Returns the number of steps of CoOp's recipe.
  func coopSteps(_ subject: RecipeSubject, _ counts: ImageCounts) -> Int {
    let coop = MethodName.coop.constants(.coop, for: subject)
    return coop.epochs * BatchSampler(count: counts.images, batchSize: coop.batchSize, seed: 1).steps
  }

  /// Returns the epochs of ``Recipe/fast``, the images in a step, and the steps in an epoch.
  func fastLength(
    _ subject: RecipeSubject, _ counts: ImageCounts
  ) -> (epochs: Int, batchSize: Int, stepsPerEpoch: Int) {
    let size = batchSize ?? FastRecipe.batchSize(images: counts.images, classes: counts.classes)
    let stepsPerEpoch = max(BatchSampler(count: counts.images, batchSize: size, seed: 1).steps, 1)
    let steps = FastRecipe.steps(most: constants(subject).epochs, coopSteps: coopSteps(subject, counts))
    return (epochs ?? (steps + stepsPerEpoch - 1) / stepsPerEpoch, size, stepsPerEpoch)
  }

  /// Returns the settings of training on some data: where nothing is asked for, the recipe's, the rate of descent as it
  /// suits the model's logit scale.
  package func training(on data: LearningData, logitScale: Float) -> TrainingSettings {
    let constants = constants(on: data)
    let rate = learningRate ?? suitedRate(on: data, logitScale: logitScale)
    var training: TrainingSettings
    switch recipe {
    case .paper, .coop:
      training = TrainingSettings(
        epochs: epochs ?? constants.epochs, batchSize: batchSize ?? constants.batchSize, learningRate: rate,
        seed: data.seed)
    case .fast:
      let length = fastLength(data.recipeSubject(of: self), data.counts)
      training = TrainingSettings(
        epochs: length.epochs, batchSize: length.batchSize, learningRate: rate, seed: data.seed)
      if usesAdam { training.optimizer = .adam }
      training.schedule.course = .steps
    }
    training.gradientLimit = clipNorm.map { GradientLimit(norm: $0) }
    return training
  }
}
