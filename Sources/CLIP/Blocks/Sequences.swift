/// The division of rows into sequences in which every row attends to every row.
package struct Sequences: Sendable {
  /// The first row of each sequence, and after the last one the number of rows.
  package let offsets: [Int]

  /// Creates consecutive sequences of the given lengths.
  package init(lengths: [Int]) {
    offsets = lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  }

  /// The number of sequences.
  package var count: Int { offsets.count - 1 }
  /// The number of rows of all sequences.
  package var rows: Int { offsets[offsets.count - 1] }

  /// Returns the rows of one sequence.
  package func range(_ index: Int) -> Range<Int> { offsets[index]..<offsets[index + 1] }
}
