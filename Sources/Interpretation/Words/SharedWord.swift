/// A word that is near vectors of several classes' contexts.
///
/// With a context for each class, words that most classes share say nothing about any of them.
package struct SharedWord: Sendable, Equatable {
  /// The row of the token embedding.
  package let id: Int
  /// The places of the classes in whose lists of near words it stands, ascending.
  package let classes: [Int]
  /// The number of vectors whose nearest word it is.
  package let nearestCount: Int

  /// The words that stand in the lists of two classes or more: those of most classes first, equal ones by how many vectors
  /// they are nearest to, then in the vocabulary's order.
  ///
  /// - Parameters:
  ///   - words: for each vector its near words, nearest first; class after class.
  ///   - length: M, the vectors of each class.
  /// - Returns: the words and their classes.
  package static func all(in words: [[WordNeighbor]], length: Int) -> [SharedWord] {
    var classes: [Int: [Int]] = [:]
    var nearestCounts: [Int: Int] = [:]
    for (place, list) in words.enumerated() {
      let owner = place / max(length, 1)
      for word in list where classes[word.id]?.last != owner { classes[word.id, default: []].append(owner) }
      if let nearest = list.first { nearestCounts[nearest.id, default: 0] += 1 }
    }
    return classes.filter { $0.value.count > 1 }
      .map { SharedWord(id: $0.key, classes: $0.value, nearestCount: nearestCounts[$0.key] ?? 0) }
      .sorted { ($1.classes.count, $1.nearestCount, $0.id) < ($0.classes.count, $0.nearestCount, $1.id) }
  }
}
