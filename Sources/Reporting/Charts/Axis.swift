import Foundation

/// What stands along one side of a chart.
package struct Axis: Sendable {
  /// How values become distances.
  package enum Scale: String, Sendable, CaseIterable {
    case linear
    /// Equal factors at equal distances; values above 0.
    case logarithmic
    /// `ln(p / (1 − p))`, which spreads accuracies near 0 and 1; values between 0 and 1.
    case logit
  }

  /// How values are written.
  package enum Notation: String, Sendable, CaseIterable {
    case plain
    /// 0.72 as `72 %`.
    case percent
    /// A difference of fractions in percentage points: 0.013 as `+1.3`.
    case points
  }

  /// What is measured, with its unit.
  package let label: String
  /// How values become distances.
  package let scale: Scale
  /// How values are written.
  package let notation: Notation
  /// The values at the ends, or nil for those that the data ask for.
  package let range: ClosedRange<Double>?
  /// Where ticks stand, or nil for round numbers.
  package let ticks: [Double]?

  /// An axis.
  ///
  /// - Parameters:
  ///   - label: what is measured.
  ///   - scale: how values become distances.
  ///   - notation: how values are written.
  ///   - range: the values at the ends, where the data should not choose them.
  ///   - ticks: where ticks stand, such as the numbers of shots.
  package init(
    _ label: String, scale: Scale = .linear, notation: Notation = .plain, range: ClosedRange<Double>? = nil,
    ticks: [Double]? = nil
  ) {
    self.label = label
    self.scale = scale
    self.notation = notation
    self.range = range
    self.ticks = ticks
  }

  /// The distance of a value along the axis before it is fitted to the chart, or nil where it has no place:
  /// not finite, out of the given range, or where the scale is not defined.
  func position(of value: Double) -> Double? {
    guard value.isFinite, abs(value) < 1e100, range?.contains(value) ?? true else { return nil }
    switch scale {
    case .linear: return value
    case .logarithmic: return value > 0 ? log10(value) : nil
    case .logit: return value > 0 && value < 1 ? log(value / (1 - value)) : nil
    }
  }

  /// The nearest value that the given range holds.
  func clamped(_ value: Double) -> Double {
    guard let range else { return value }
    return min(max(value, range.lowerBound), range.upperBound)
  }

  /// A value as a tooltip or a cell says it.
  func text(_ value: Double) -> String { text(value, decimals: nil) }

  /// A value with a fixed count of decimals, or as many as tell values of its size apart.
  func text(_ value: Double, decimals: Int?) -> String {
    guard value.isFinite else { return "no value" }
    switch notation {
    case .plain: return value.short(decimals: decimals)
    case .percent: return "\((value * 100).short(decimals: decimals ?? 2)) %"
    case .points: return "\(value > 0 ? "+" : "")\((value * 100).short(decimals: decimals ?? 2))"
    }
  }
}

extension Double {
  /// The number in few digits: fixed decimals, or four significant digits without trailing zeros.
  func short(decimals: Int?) -> String {
    let magnitude = abs(self)
    guard let decimals, decimals <= 4 else {
      let isPlain = magnitude < 1e6 && (magnitude == 0 || magnitude >= 1e-4)
      return String(format: isPlain ? "%.4g" : "%.3g", self)
    }
    guard magnitude < 1e6 else { return String(format: "%.3g", self) }
    let text = formatted(decimals: decimals)
    return Double(text) == 0 ? 0.0.formatted(decimals: decimals) : text
  }

  /// The number for a reader: four significant digits.
  package var fewDigits: String { short(decimals: nil) }

  /// The number as an SVG coordinate: two decimals at most, so that files are small and the same everywhere.
  var coordinate: String {
    var text = formatted(decimals: 2)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text == "-0" ? "0" : text
  }
}
