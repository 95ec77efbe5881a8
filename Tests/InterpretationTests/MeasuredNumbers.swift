import PromptLensInterpretation

/// A measure of contexts by one number, in place of images: the accuracy is the number, and the margin twice that.
struct MeasuredNumbers: ContextMeasure {
  let number: (ContextMatrix) -> Double

  func scores(
    _ count: Int, of context: (Int) -> ContextMatrix, _ receive: (Int, ContextScores) throws -> Void
  ) throws {
    for index in 0..<count {
      let value = Float(number(context(index)))
      try receive(index, ContextScores(correct: [value, value], margins: [2 * value, 2 * value]))
    }
  }

  /// The mean of all numbers of the vectors.
  static var mean: MeasuredNumbers {
    MeasuredNumbers { Double($0.vectors.reduce(0, +)) / Double($0.vectors.count) }
  }

  /// Returns a measure whose number depends only on the positions that still hold their own vectors.
  static func game(_ whole: ContextMatrix, _ worth: @escaping (Set<Int>) -> Double) -> MeasuredNumbers {
    MeasuredNumbers { changed in
      let width = whole.width
      let kept = (0..<whole.length).filter { position in
        position != changed.omitted
          && changed.vectors[position * width..<(position + 1) * width]
            == whole.vectors[position * width..<(position + 1) * width]
      }
      return worth(Set(kept))
    }
  }
}
