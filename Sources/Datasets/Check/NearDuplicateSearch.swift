import PromptLensImages

/// The search for pictures that look alike, in time that grows little faster than their number.
///
/// Two hashes that differ in at most four of 64 bits agree wholly in one of five bands of bits, so only pictures that
/// share a band are compared ("multi-index hashing", Norouzi, Punjani and Fleet, 2012).
package enum NearDuplicateSearch {
  /// The largest number of bits in which the hashes of near duplicates differ.
  package static let largestDistance = 4
  /// The largest mean difference in brightness, of 255, between near duplicates.
  package static let largestBrightnessDifference = 6.0
  /// The comparisons of a picture within a band: a bound on the work for pictures without structure, which all share
  /// the same bands.
  private static let comparisons = 512
  private static let bandBits: [UInt64] = [13, 13, 13, 13, 12]

  /// Finds groups of pictures that look alike; each is near at least one other of its group.
  ///
  /// - Parameter hashes: the pictures.
  /// - Returns: the indices of each group of two or more, ascending, groups in the order of their first.
  package static func groups(of hashes: [DifferenceHash]) -> [[Int]] {
    var sets = DisjointSets(count: hashes.count)
    var shift: UInt64 = 0
    for width in bandBits {
      let mask: UInt64 = ((1 << width) - 1) << shift
      shift += width
      // Within a band alike pictures stand close together, so that a bound on comparisons misses few.
      let order = hashes.indices.sorted {
        let (a, b) = (hashes[$0].bits, hashes[$1].bits)
        return (a & mask, a, $0) < (b & mask, b, $1)
      }
      for (place, index) in order.enumerated() {
        let band = hashes[index].bits & mask
        for other in order[(place + 1)...].prefix(comparisons) {
          guard hashes[other].bits & mask == band else { break }
          if areNear(hashes[index], hashes[other]) { sets.join(index, other) }
        }
      }
    }
    return sets.groups()
  }

  private static func areNear(_ a: DifferenceHash, _ b: DifferenceHash) -> Bool {
    a.distance(to: b) <= largestDistance && a.brightnessDifference(to: b) <= largestBrightnessDifference
  }
}

/// Sets of indices that are joined step by step.
struct DisjointSets {
  private var parents: [Int]

  init(count: Int) { parents = Array(0..<count) }

  private mutating func root(of index: Int) -> Int {
    var index = index
    while parents[index] != index {
      parents[index] = parents[parents[index]]
      index = parents[index]
    }
    return index
  }

  mutating func join(_ a: Int, _ b: Int) {
    let (a, b) = (root(of: a), root(of: b))
    parents[max(a, b)] = min(a, b)
  }

  mutating func groups() -> [[Int]] {
    var members: [Int: [Int]] = [:]
    for index in parents.indices { members[root(of: index), default: []].append(index) }
    return members.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
  }
}
