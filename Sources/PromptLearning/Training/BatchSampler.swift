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

  /// Returns the images of each batch of an epoch, from 1, whose images are learned in passes: in the epoch's order, each
  /// pass cut into batches as all images would be.
  package func batches(ofEpoch epoch: Int, passes: [[Int]]) -> [[Int]] {
    var numbers = RandomStream.learning(.order, seed: seed, epoch: epoch)
    let order = numbers.permutation(of: count)
    return passes.flatMap { images -> [[Int]] in
      let members = Set(images)
      let ordered = order.filter { members.contains($0) }
      return (0..<(ordered.isEmpty ? 0 : max(ordered.count / batchSize, 1))).map {
        Array(ordered[$0 * batchSize..<min(($0 + 1) * batchSize, ordered.count)])
      }
    }
  }

  /// Returns the images of each batch of an epoch, from 1.
  package func batches(ofEpoch epoch: Int) -> [[Int]] {
    var numbers = RandomStream.learning(.order, seed: seed, epoch: epoch)
    let order = numbers.permutation(of: count)
    return (0..<steps).map { Array(order[$0 * batchSize..<min(($0 + 1) * batchSize, count)]) }
  }
}
