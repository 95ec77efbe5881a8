import PromptLensTensors

/// The largest of the lines r ↦ r x − h between two lengths, to which lines are added in any order.
///
/// A line changes the envelope only if it lies above it at one of its corners or at an end, so that most lines are passed
/// over by comparing them at a few lengths.
struct UpperEnvelope {
  /// A line r ↦ r x − h.
  private struct Line {
    /// x.
    let slope: Float
    /// h.
    let half: Float
    /// The length from which the line is the largest.
    var start: Double

    func value(at length: Double) -> Double { length * Double(slope) - Double(half) }
  }

  private let range: ClosedRange<Double>
  /// The lines that are the largest somewhere, in the order of their slopes.
  private var lines: [Line] = []
  /// The ends and the corners.
  private var corners: [Float]
  /// The values there.
  private var heights: [Float]

  /// Creates an envelope without lines between two lengths.
  init(over range: ClosedRange<Double>) {
    self.range = range
    corners = [Float(range.lowerBound), Float(range.upperBound)]
    heights = [-.infinity, -.infinity]
  }

  /// Adds lines.
  ///
  /// - Parameters:
  ///   - slopes: x of each, from an index on.
  ///   - start: the index of the first.
  ///   - halves: h of each.
  ///   - count: the number of lines.
  mutating func add(slopes: FloatBuffer, from start: Int, halves: UnsafePointer<Float>, count: Int) {
    var index = 0
    while true {
      index = slopes.firstLine(
        from: start, offsets: halves, index: index, count: count, at: corners, above: heights)
      guard index < count else { return }
      add(slope: slopes.pointer[start + index], half: halves[index])
      index += 1
    }
  }

  private mutating func add(slope: Float, half: Float) {
    let place = lines.firstIndex { $0.slope > slope || $0.slope == slope && $0.half < half } ?? lines.endIndex
    lines.insert(Line(slope: slope, half: half, start: range.lowerBound), at: place)
    var kept: [Line] = []
    for var line in lines {
      var isSeen = true
      line.start = range.lowerBound
      while let last = kept.last {
        guard line.slope > last.slope else {
          // Of parallel lines the higher one comes last.
          kept.removeLast()
          continue
        }
        let crossing = (Double(line.half) - Double(last.half)) / (Double(line.slope) - Double(last.slope))
        if crossing > last.start {
          line.start = crossing
          isSeen = crossing < range.upperBound
          break
        }
        kept.removeLast()
      }
      if isSeen { kept.append(line) }
    }
    lines = kept
    corners = lines.map { Float($0.start) } + [Float(range.upperBound)]
    heights = lines.map { Float($0.value(at: $0.start)) }
    if let last = lines.last { heights.append(Float(last.value(at: range.upperBound))) }
  }

  /// Returns the envelope's values at ascending lengths in its range; minus infinity without lines.
  func values(at lengths: [Double]) -> [Double] {
    var index = 0
    return lengths.map { length in
      while index + 1 < lines.count, lines[index + 1].start <= length { index += 1 }
      return index < lines.count ? lines[index].value(at: length) : -.infinity
    }
  }
}
