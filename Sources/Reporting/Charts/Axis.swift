import Foundation

/// A quantity along one side of a chart.
package struct Axis: Sendable {
  /// The scale, by which values become distances.
  package enum Scale: String, Sendable, CaseIterable {
    case linear
    /// Equal factors at equal distances; values above 0.
    case logarithmic
    /// `log(1 + value)`: as a logarithmic scale, with room for 0, such as accuracy without any training image.
    case logarithmicFromZero = "log1p"
    /// `ln(p / (1 − p))`, which spreads accuracies near 0 and 1; values between 0 and 1.
    case logit
  }

  /// The notation of values.
  package enum Notation: String, Sendable, CaseIterable {
    case plain
    /// 0.72 as `72 %`.
    case percent
    /// A difference of fractions in percentage points: 0.013 as `+1.3`.
    case points
  }

  /// The quantity, with its unit.
  package let label: String
  /// The scale, by which values become distances.
  package let scale: Scale
  /// The notation of values.
  package let notation: Notation
  /// The values at the ends; `nil` to derive them from the data.
  package let range: ClosedRange<Double>?
  /// The values of the ticks; `nil` for round numbers.
  package let ticks: [Double]?

  /// Creates an axis.
  ///
  /// - Parameters:
  ///   - label: The quantity, with its unit.
  ///   - scale: The scale, by which values become distances.
  ///   - notation: The notation of values.
  ///   - range: The values at the ends; `nil` to derive them from the data.
  ///   - ticks: The values of the ticks, such as the numbers of shots.
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

  /// Returns the distance of a value along the axis before it is fitted to the chart; `nil` if the value
  /// isn't finite, is out of the given range, or the scale isn't defined there.
  func position(of value: Double) -> Double? {
    guard value.isFinite, abs(value) < 1e100, range?.contains(value) ?? true else { return nil }
    switch scale {
    case .linear: return value
    case .logarithmic: return value > 0 ? log10(value) : nil
    case .logarithmicFromZero: return value >= 0 ? log10(1 + value) : nil
    case .logit: return value > 0 && value < 1 ? log(value / (1 - value)) : nil
    }
  }

  /// Returns the nearest value in the given range.
  func clamped(_ value: Double) -> Double {
    guard let range else { return value }
    return min(max(value, range.lowerBound), range.upperBound)
  }

  /// Returns a value as text for a tooltip or a cell.
  func text(_ value: Double) -> String { text(value, decimals: nil) }

  /// Returns a value with a fixed number of decimals, or with enough to distinguish values of its size.
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
  /// Returns the number in few digits: fixed decimals, or four significant digits without trailing zeros.
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

  /// The number with four significant digits.
  package var fewDigits: String { short(decimals: nil) }

  /// The number as an SVG coordinate: at most two decimals, so that files are small and portable.
  var coordinate: String {
    var text = formatted(decimals: 2)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text == "-0" ? "0" : text
  }
}
