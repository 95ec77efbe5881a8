import PromptLensTensors

/// The removal of an image's patches in an order, step by step.
///
/// A removed patch has the mean color of the model's training: normalized pixels of 0. Steps take equally many patches, up to
/// rounding, from none to all; backwards they are the same numbers, so that an order of removal, read backwards, is one of adding.
package struct PatchOrder: Sendable, Equatable {
  /// The patches, the first to go first.
  package let patches: [Int]
  /// The numbers of patches that are removed at each step, from 0 to all.
  package let counts: [Int]

  /// The maximum number of steps.
  package static let stepLimit = 16

  /// Creates an order.
  package init(_ patches: [Int]) {
    self.patches = patches
    let total = patches.count
    // An odd number has no middle, so its steps are odd in number, too.
    let most = total % 2 == 0 ? Self.stepLimit : Self.stepLimit - 1
    let steps = max(min(total, most), 1)
    counts = (0...steps).map { (step: Int) -> Int in
      let isFirstHalf = 2 * step <= steps
      return isFirstHalf ? step * total / steps : total - (steps - step) * total / steps
    }
  }

  /// Creates the order from the most to the least relevant patch; of equal ones the first goes first.
  package init(byRelevance relevance: [Double]) {
    self.init(relevance.indices.sorted { (-relevance[$0], $0) < (-relevance[$1], $1) })
  }

  /// Creates a random order, which depends on its index alone.
  package init(random index: Int, patches: Int) {
    var stream = RandomStream.patchOrder(index)
    self.init(stream.permutation(of: patches))
  }

  /// The order backwards.
  package var reversed: PatchOrder { PatchOrder(patches.reversed()) }

  /// The share of patches that are removed at each step.
  package var shares: [Double] { counts.map { Double($0) / Double(max(patches.count, 1)) } }

  /// Returns the area under a curve over the share of patches that are removed, by trapezoids.
  package func area(under values: [Double]) -> Double {
    let shares = shares
    var area = 0.0
    for step in shares.indices.dropFirst() {
      let height = (values[step] + values[step - 1]) / 2
      area += (shares[step] - shares[step - 1]) * height
    }
    return area
  }
}
