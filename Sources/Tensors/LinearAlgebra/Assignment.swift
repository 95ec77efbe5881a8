/// The cheapest one-to-one assignment of rows to columns, by the Hungarian algorithm in O(n³).
///
/// Rows are added one by one; each time the shortest augmenting path is found by reduced costs `c_ij − u_i − v_j ≥ 0`.
/// Sources: Kuhn, "The Hungarian Method for the Assignment Problem" (1955); Jonker and Volgenant, "A shortest
/// augmenting path algorithm" (1987).
package enum Assignment {
  /// Computes the cheapest assignment.
  ///
  /// - Parameter costs: a square matrix, `[rows][columns]`.
  /// - Returns: the column of each row.
  package static func cheapest(_ costs: [[Double]]) -> [Int] {
    let count = costs.count
    var rowPrices = [Double](repeating: 0, count: count)
    var columnPrices = [Double](repeating: 0, count: count + 1)
    // The row of each column; the column past the last is where a new row begins.
    var rows = [Int?](repeating: nil, count: count + 1)
    for new in 0..<count {
      rows[count] = new
      var column = count
      var distances = [Double](repeating: .infinity, count: count)
      var previous = [Int](repeating: count, count: count)
      var isDone = [Bool](repeating: false, count: count + 1)
      while let row = rows[column] {
        isDone[column] = true
        var (nearest, step) = (count, Double.infinity)
        for next in 0..<count where !isDone[next] {
          let reduced = costs[row][next] - rowPrices[row] - columnPrices[next]
          if reduced < distances[next] { (distances[next], previous[next]) = (reduced, column) }
          if distances[next] < step { (step, nearest) = (distances[next], next) }
        }
        // Costs that aren't numbers can't be compared.
        guard nearest < count else { return Array(0..<count) }
        for next in 0...count {
          if isDone[next] {
            if let owner = rows[next] { rowPrices[owner] += step }
            columnPrices[next] -= step
          } else if next < count {
            distances[next] -= step
          }
        }
        column = nearest
      }
      while column != count {
        rows[column] = rows[previous[column]]
        column = previous[column]
      }
    }
    var columns = [Int](repeating: 0, count: count)
    for (column, row) in rows.prefix(count).enumerated() {
      if let row { columns[row] = column }
    }
    return columns
  }
}
