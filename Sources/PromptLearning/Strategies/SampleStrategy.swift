/// A choice of the images to learn from, of each image's weight, and of its loss.
///
/// The trainer asks for a plan at the beginning of each epoch and for a loss at each batch; a strategy keeps nothing
/// between epochs, so a run that is resumed goes on with the same bits.
package protocol SampleStrategy: Sendable {
  /// The name that `--strategy` takes and run folders record.
  var name: String { get }

  /// A Boolean value that indicates whether a second prompt is learned beside the first, and each sees the other's
  /// losses of a batch.
  var hasPeer: Bool { get }

  /// A Boolean value that indicates whether the plan of an epoch depends on all images, also on those that no batch of
  /// the epoch holds.
  var looksAtAllImages: Bool { get }

  /// Returns the plan of an epoch.
  ///
  /// - Throws: the tower's errors.
  func plan(_ survey: EpochSurvey) throws -> EpochPlan
}

extension SampleStrategy {
  /// One prompt.
  package var hasPeer: Bool { false }

  /// A plan depends on all images.
  package var looksAtAllImages: Bool { true }
}

/// The loss of a batch.
///
/// - Parameters:
///   - images: the batch's images, as indices of all training images.
///   - peerRows: the loss of each by the other prompt, as the base loss measures it; empty without one.
/// - Returns: the loss to learn from.
package typealias EpochPlan = (_ images: [Int], _ peerRows: [Double]) -> any Loss

/// The facts that a strategy knows when an epoch begins.
package struct EpochSurvey {
  /// The epoch, from 1.
  package let epoch: Int
  /// The number of epochs.
  package let epochs: Int
  /// The requested loss.
  package let loss: any Loss
  /// The given label of each training image.
  package let labels: [Int]
  /// The number of classes.
  package let classCount: Int
  /// The logits of all training images by the context as it is, `[images, classes]`.
  package let logits: () throws -> [Float]

  /// Creates the facts of an epoch.
  package init(
    epoch: Int, epochs: Int, loss: any Loss, labels: [Int], classCount: Int, logits: @escaping () throws -> [Float]
  ) {
    self.epoch = epoch
    self.epochs = epochs
    self.loss = loss
    self.labels = labels
    self.classCount = classCount
    self.logits = logits
  }
}

/// Learning from every image by the requested loss.
package struct EveryImage: SampleStrategy {
  /// The name, `all`.
  package let name = "all"

  /// The plan is the same whatever the images are.
  package let looksAtAllImages = false

  /// Creates the strategy, which has no settings.
  package init() {}

  /// Returns the plan of the requested loss for every batch.
  package func plan(_ survey: EpochSurvey) -> EpochPlan {
    { _, _ in survey.loss }
  }
}
