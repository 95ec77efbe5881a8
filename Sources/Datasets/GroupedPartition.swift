/// A division of labeled images into parts that hold given shares of each class, with images of one group in one part.
///
/// Groups are copies of a picture, which on two sides of a division would be tested on what was learned. Larger groups
/// are placed first, each where its classes lack most, in an order that the seed decides.
package enum GroupedPartition {
  /// Divides images.
  ///
  /// - Parameters:
  ///   - labels: the class of each image.
  ///   - groups: the group of each image; images alone in theirs can go anywhere.
  ///   - shares: the share of each class that each part is to hold; they add up to one.
  ///   - seed: the seed of the order in which groups are placed.
  /// - Returns: the part of each image.
  package static func parts(labels: [Int], groups: [Int], shares: [Double], seed: Int) -> [Int] {
    var members: [Int: [Int]] = [:]
    for (image, group) in groups.enumerated() { members[group, default: []].append(image) }
    var order = members.keys.sorted()
    var random = MersenneTwister(seed: seed)
    random.shuffle(&order)
    // A stable sort, so that equal groups keep the seed's order.
    let sizes = order.map { members[$0]?.count ?? 0 }
    let places = order.indices.sorted { (-sizes[$0], $0) < (-sizes[$1], $1) }

    let classCount = (labels.max() ?? -1) + 1
    var totals = [Double](repeating: 0, count: classCount)
    for label in labels { totals[label] += 1 }
    var lacking = shares.map { share in totals.map { share * $0 } }
    var sums = [Double](repeating: 0, count: shares.count)
    var parts = [Int](repeating: 0, count: labels.count)
    for place in places {
      let images = members[order[place]] ?? []
      func lack(_ part: Int) -> Double { images.reduce(0) { $0 + lacking[part][labels[$1]] } }
      // Where classes lack equally, parts that are small as a whole come first.
      let best = shares.indices.filter { shares[$0] > 0 }.max { left, right in
        (lack(left), -sums[left] / shares[left], -left) < (lack(right), -sums[right] / shares[right], -right)
      }
      for image in images {
        parts[image] = best ?? 0
        lacking[best ?? 0][labels[image]] -= 1
        sums[best ?? 0] += 1
      }
    }
    return parts
  }
}
