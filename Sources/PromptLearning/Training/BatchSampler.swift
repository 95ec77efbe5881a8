import PromptLensTensors

/// The batches of each epoch: a new random order, cut into batches; a last batch that isn't whole is dropped, unless it
/// is the only one.
package struct BatchSampler: Sendable, Equatable {
  /// The number of images.
  package let count: Int
  /// The number of images in a batch.
  package let batchSize: Int
  /// The seed of the orders.
  package let seed: Int

  /// Creates a sampler.
  package init(count: Int, batchSize: Int, seed: Int) {
    self.count = count
    self.batchSize = max(batchSize, 1)
    self.seed = seed
  }

  /// The number of batches in an epoch.
  package var steps: Int { count == 0 ? 0 : max(count / batchSize, 1) }

  /// Returns the images of each batch of an epoch, from 1.
  package func batches(ofEpoch epoch: Int) -> [[Int]] {
    var numbers = RandomStream.learning(.order, seed: seed, epoch: epoch)
    let order = numbers.permutation(of: count)
    return (0..<steps).map { Array(order[$0 * batchSize..<min(($0 + 1) * batchSize, count)]) }
  }
}
