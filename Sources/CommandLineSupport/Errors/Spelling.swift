/// The nearest of some names to a misspelled one.
package enum Spelling {
  /// Returns the name that was probably meant: the shortest one of which the word is the beginning, or the one with the
  /// fewest letters inserted, removed, replaced or exchanged, at most a third of the word's.
  ///
  /// - Returns: nil when no name is near.
  package static func nearest(to word: String, in names: [String]) -> String? {
    let letters = word.drop { $0 == "-" }.count
    let continued = names.filter { $0.hasPrefix(word) && letters >= 3 }.min { $0.count < $1.count }
    if let continued { return continued }
    let distances = names.map { (name: $0, distance: distance($0, word)) }
    guard let nearest = distances.min(by: { $0.distance < $1.distance }), nearest.distance <= max(1, letters / 3) else {
      return nil
    }
    return nearest.name
  }

  /// Returns the least number of insertions, removals, replacements, and exchanges of neighbors between two words.
  package static func distance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left), Array(right))
    var rows = [Array(0...right.count)]
    for i in left.indices {
      var row = [i + 1]
      for j in right.indices {
        var least = min(row[j] + 1, rows[i][j + 1] + 1, rows[i][j] + (left[i] == right[j] ? 0 : 1))
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { least = min(least, rows[i - 1][j - 1] + 1) }
        row.append(least)
      }
      rows.append(row)
    }
    return rows[left.count][right.count]
  }
}
