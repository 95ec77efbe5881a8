/// A loss with a factor for each row, which multiplies the row's loss and gradient.
struct SelectiveLoss: Loss {
  let base: any Loss
  /// The factors of the rows, given their losses.
  let factors: @Sendable ([Double]) -> [Double]

  var name: String { base.name }

  init(_ base: any Loss, factors: @escaping @Sendable ([Double]) -> [Double]) {
    self.base = base
    self.factors = factors
  }

  func evaluate(logits: [Float], classCount: Int, labels: [Int], weights: [Float], total: Int) -> LossValue {
    var value = base.evaluate(logits: logits, classCount: classCount, labels: labels, weights: weights, total: total)
    let factors = factors(value.rows)
    value.mean = 0
    for (row, factor) in factors.enumerated() {
      value.mean += factor * value.rows[row] * Double(weights.isEmpty ? 1 : weights[row]) / Double(total)
      for index in row * classCount..<(row + 1) * classCount { value.gradient[index] *= Float(factor) }
    }
    return value
  }

  /// Returns 1 / share for the rows of the smallest losses and 0 for others, so that the mean over the batch is theirs;
  /// of equal losses the first are kept.
  static func smallest(_ rows: [Double], share: Double) -> [Double] {
    let kept = max(Int((share * Double(rows.count)).rounded(.down)), 1)
    let order = rows.indices.sorted { (rows[$0], $0) < (rows[$1], $1) }
    var factors = [Double](repeating: 0, count: rows.count)
    for row in order.prefix(kept) { factors[row] = Double(rows.count) / Double(min(kept, rows.count)) }
    return factors
  }
}

/// A loss for the clean rows of a split combined with another for the rest; the mean is over all rows.
struct SplitLoss: Loss {
  let clean: any Loss
  let rest: any Loss
  let isClean: [Bool]

  var name: String { clean.name }

  func evaluate(logits: [Float], classCount: Int, labels: [Int], weights: [Float], total: Int) -> LossValue {
    var value = clean.evaluate(logits: logits, classCount: classCount, labels: labels, weights: weights, total: total)
    let other = rest.evaluate(logits: logits, classCount: classCount, labels: labels, weights: weights, total: total)
    value.mean = 0
    for row in labels.indices {
      if !isClean[row] {
        value.rows[row] = other.rows[row]
        for index in row * classCount..<(row + 1) * classCount { value.gradient[index] = other.gradient[index] }
      }
      value.mean += value.rows[row] * Double(weights.isEmpty ? 1 : weights[row]) / Double(total)
    }
    return value
  }
}
