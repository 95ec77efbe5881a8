/// A word that is near vectors of several classes' contexts.
///
/// With a context for each class, words that most classes share say nothing about any of them.
package struct SharedWord: Sendable, Equatable {
  /// The row of the token embedding.
  package let id: Int
  /// The classes whose lists of near words contain it, ascending.
  package let classes: [Int]
  /// The number of vectors whose nearest word it is.
  package let nearestCount: Int

  /// Returns the words in the lists of two classes or more: those of most classes first, equal ones by the number of
  /// vectors that they are nearest to, then in the vocabulary's order.
  ///
  /// - Parameters:
  ///   - words: the near words of each vector, nearest first; class after class.
  ///   - length: M, the number of vectors of each class.
  /// - Returns: The words and their classes.
  package static func all(in words: [[WordNeighbor]], length: Int) -> [SharedWord] {
    var classes: [Int: [Int]] = [:]
    var nearestCounts: [Int: Int] = [:]
    for (vector, list) in words.enumerated() {
      let owner = vector / max(length, 1)
      for word in list where classes[word.id]?.last != owner { classes[word.id, default: []].append(owner) }
      if let nearest = list.first { nearestCounts[nearest.id, default: 0] += 1 }
    }
    return classes.filter { $0.value.count > 1 }
      .map { SharedWord(id: $0.key, classes: $0.value, nearestCount: nearestCounts[$0.key] ?? 0) }
      .sorted { ($1.classes.count, $1.nearestCount, $0.id) < ($0.classes.count, $0.nearestCount, $1.id) }
  }
}
