import PromptLensTensors

/// The words that describe a head's outputs: directions of word features that explain their variance, chosen one after
/// the other.
///
/// With the outputs A of all prompts less their mean, and the word features R less theirs, each step takes the word
/// with the largest `|A r|² / |r|²` and removes its direction from A and from R. The remaining products are
/// `A Rᵀ − a ρᵀ`, with a = A r̂ and ρ = R r̂, so no step computes them again.
///
/// Source: Gandelsman, Efros and Steinhardt, "Interpreting CLIP's Image Representation via Text-Based Decomposition"
/// (2024), algorithm 1 ("TextSpan"), here over the vocabulary and for heads of the text tower.
package struct HeadWords: Sendable, Equatable {
  /// The indices of the words, in the order of their choice.
  package let words: [Int]
  /// The share of the outputs' variance that the words chosen so far explain, after each of them.
  package let explained: [Double]

  /// Describes a head's outputs.
  ///
  /// - Parameters:
  ///   - outputs: the head's outputs, a row of one width for each prompt.
  ///   - directions: the words' features less their mean, `[words, width]`.
  ///   - count: the number of words to choose.
  package init(_ outputs: [[Float]], directions: [[Double]], count: Int = 3) {
    let width = outputs.first?.count ?? 0
    let mean = (0..<width).map { column in
      outputs.reduce(0.0) { $0 + Double($1[column]) } / Double(max(outputs.count, 1))
    }
    var rows = outputs.map { zip($0, mean).map { Double($0) - $1 } }
    var products = rows.map { row in directions.map { row.dot($0) } }
    var sizes = directions.map { $0.dot($0) }
    let floor = (sizes.max() ?? 0) * 1e-6
    let total = rows.reduce(0) { $0 + $1.dot($1) }
    var words: [Int] = []
    var explained: [Double] = []
    var chosen: [[Double]] = []
    while words.count < count, total > 0 {
      var best: (word: Int, score: Double)?
      for word in directions.indices where sizes[word] > floor && !words.contains(word) {
        let score = products.reduce(0) { $0 + $1[word] * $1[word] } / sizes[word]
        if score > best?.score ?? 0 { best = (word, score) }
      }
      guard let best else { break }
      var direction = directions[best.word]
      for other in chosen {
        let product = direction.dot(other)
        direction = zip(direction, other).map { $0 - product * $1 }
      }
      direction = direction.unit
      chosen.append(direction)
      let shares = rows.map { $0.dot(direction) }
      let along = directions.map { $0.dot(direction) }
      for row in rows.indices {
        rows[row] = zip(rows[row], direction).map { $0 - shares[row] * $1 }
        for word in along.indices { products[row][word] -= shares[row] * along[word] }
      }
      for word in sizes.indices { sizes[word] -= along[word] * along[word] }
      words.append(best.word)
      explained.append(1 - rows.reduce(0) { $0 + $1.dot($1) } / total)
    }
    self.words = words
    self.explained = explained
  }
}
