import Foundation

/// The ends of an axis and the round numbers between them.
struct Ticks {
  /// The ends, as positions (``Axis/position(of:)``).
  let ends: ClosedRange<Double>
  let values: [Double]
  private let decimals: Int?

  /// Fits an axis to values.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - data: The values to show; those that the axis can't show are ignored.
  ///   - includesZero: Whether the axis always includes 0, as for bars.
  ///   - count: The approximate number of ticks that there is room for.
  init(_ axis: Axis, data: [Double], includesZero: Bool = false, count: Int = 5) {
    let given = (axis.range.map { [$0.lowerBound, $0.upperBound] } ?? data + (axis.ticks ?? []))
    let positions = (given + (includesZero ? [0] : [])).compactMap(axis.position)
    var low = positions.min() ?? 0
    var high = positions.max() ?? 1
    if low == high {
      let room = axis.scale == .linear && low != 0 ? abs(low) * 0.1 : 0.5
      (low, high) = (low - room, high + room)
    }
    if axis.range == nil {
      // Marks at the ends keep clear of the frame; a fraction's axis doesn't extend beyond 0 and 1.
      let room = (high - low) * 0.05
      let isFraction = axis.scale == .linear && axis.notation == .percent && low >= 0 && high <= 1
      low = includesZero && low == 0 ? 0 : isFraction ? max(low - room, 0) : low - room
      high = includesZero && high == 0 ? 0 : isFraction ? min(high + room, 1) : high + room
    }
    ends = low...high

    if let ticks = axis.ticks {
      (values, decimals) = (ticks, axis.notation == .plain ? nil : Self.decimals(of: ticks, notation: axis.notation))
    } else {
      switch axis.scale {
      case .linear:
        let step = Self.step(of: high - low, count: count)
        let first = (low / step).rounded(.up)
        let last = (high / step).rounded(.down)
        values = last - first < 100 ? stride(from: first, through: last, by: 1).map { $0 * step } : []
        let shown = axis.notation == .plain ? step : step * 100
        decimals = max(0, Int((-log10(shown) - 1e-9).rounded(.up)) + (Self.isHalf(shown) ? 1 : 0))
      case .logarithmic:
        values = Self.powers(low: low, high: high, count: count)
        decimals = nil
      case .logarithmicFromZero:
        values = (low <= 0 ? [0] : []) + Self.powers(low: max(low, 0), high: high, count: count)
        decimals = nil
      case .logit:
        let candidates = [
          0.0001, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999,
        ]
        let inside = candidates.filter { axis.position(of: $0).map((low...high).contains) ?? false }
        // A narrow range contains none of the usual ones, so use round numbers of the fraction itself.
        values = inside.count >= 3 ? inside : Self.fractions(low: low, high: high, count: count)
        decimals = Self.decimals(of: values, notation: axis.notation)
      }
    }
  }

  /// Returns the label of a tick.
  func label(_ value: Double, axis: Axis) -> String { axis.text(value, decimals: decimals) }

  /// Returns the smallest of 1, 2, 2.5 and 5 times a power of ten that gives at most about `count` steps.
  private static func step(of span: Double, count: Int) -> Double {
    let rough = span / Double(count)
    let power = pow(10, log10(rough).rounded(.down))
    return ([1, 2, 2.5, 5, 10].first { $0 * power >= rough * 0.85 } ?? 10) * power
  }

  /// Returns whether a step is 2.5 times a power of ten, which needs one decimal more than its size says.
  private static func isHalf(_ step: Double) -> Bool {
    let leading = step / pow(10, log10(step).rounded(.down))
    return abs(leading - 2.5) < 1e-6
  }

  private static func powers(low: Double, high: Double, count: Int) -> [Double] {
    let base = high - low < 2 ? 2.0 : 10
    let unit = log10(base)
    let first = Int((low / unit).rounded(.up))
    let last = Int((high / unit).rounded(.down))
    guard first <= last else { return [pow(10, (low + high) / 2)] }
    let step = max(1, (last - first + count) / (count + 1))
    return stride(from: first, through: last, by: step).map { pow(base, Double($0)) }
  }

  private static func fractions(low: Double, high: Double, count: Int) -> [Double] {
    let from = 1 / (1 + exp(-low))
    let to = 1 / (1 + exp(-high))
    let step = step(of: to - from, count: count)
    guard step > 0, (to - from) / step < 100 else { return [] }
    return stride(from: (from / step).rounded(.up), through: (to / step).rounded(.down), by: 1).map { $0 * step }
  }

  /// Returns the fewest decimals that write every value without loss, up to three.
  private static func decimals(of values: [Double], notation: Axis.Notation) -> Int {
    let shown = values.map { notation == .plain ? $0 : $0 * 100 }
    let limit = notation == .plain ? 4 : 3
    return (0..<limit).first { decimals in
      let factor = pow(10, Double(decimals))
      return shown.allSatisfy { abs(($0 * factor).rounded() - $0 * factor) < 1e-6 }
    } ?? limit
  }
}
