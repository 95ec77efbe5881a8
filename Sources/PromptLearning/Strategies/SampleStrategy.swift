/// A strategy against wrong labels, which selects images, their weights, and their losses.
///
/// The trainer requests a plan at the beginning of each epoch and a loss for each batch. A strategy keeps no state
/// between epochs, so a resumed run gives the same bits.
package protocol SampleStrategy: Sendable {
  /// The name for `--strategy`, which run folders record.
  var name: String { get }

  /// A Boolean value that indicates whether a second prompt is learned alongside the first, each with access to the
  /// other's losses of a batch.
  var hasPeer: Bool { get }

  /// A Boolean value that indicates whether the plan of an epoch depends on all images, including those that aren't in
  /// any batch of the epoch.
  var looksAtAllImages: Bool { get }

  /// Returns the plan of an epoch.
  ///
  /// - Throws: the tower's errors.
  func plan(_ survey: EpochSurvey) throws -> EpochPlan
}

extension SampleStrategy {
  /// False, because only one prompt is learned.
  package var hasPeer: Bool { false }

  /// True, because the plan depends on all images.
  package var looksAtAllImages: Bool { true }
}

/// The loss of each batch of an epoch, and the passes that its images are learned in.
package struct EpochPlan {
  /// The images of each pass, which are learned one pass after the other, so that no batch holds images of two; nil for all
  /// images in one pass.
  package let passes: [[Int]]?
  private let loss: (_ images: [Int], _ peerRows: [Double]) -> any Loss

  /// Creates a plan.
  ///
  /// - Parameters:
  ///   - passes: the images of each pass; nil for one pass.
  ///   - loss: the loss of a batch, given its images as indices of all training images, and the loss of each by the other
  ///     prompt, as the base loss measures it, if there is one.
  package init(
    passes: [[Int]]? = nil, loss: @escaping (_ images: [Int], _ peerRows: [Double]) -> any Loss
  ) {
    self.passes = passes
    self.loss = loss
  }

  /// Returns the loss of a batch.
  ///
  /// - Parameters:
  ///   - images: the batch's images, as indices of all training images.
  ///   - peerRows: the loss of each by the other prompt; empty without one.
  /// - Returns: the loss to learn from.
  package func callAsFunction(_ images: [Int], _ peerRows: [Double]) -> any Loss { loss(images, peerRows) }
}

/// The information for a strategy at the beginning of an epoch.
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
  /// The logits of all training images with the current context, `[images, classes]`.
  package let logits: () throws -> [Float]

  /// Creates the information for an epoch.
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

/// The strategy of learning from every image with the requested loss.
package struct EveryImage: SampleStrategy {
  /// The name, `all`.
  package let name = "all"

  /// False, because the plan doesn't depend on the images.
  package let looksAtAllImages = false

  /// Creates the strategy, which has no settings.
  package init() {}

  /// Returns the plan of the requested loss for every batch.
  package func plan(_ survey: EpochSurvey) -> EpochPlan {
    EpochPlan { _, _ in survey.loss }
  }
}
