import PromptLensEvaluation
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

extension JSON {
  /// Returns intervals as lists of two numbers.
  static func intervals(_ intervals: [ClosedRange<Double>]) -> JSON {
    .matrix(intervals.map { [$0.lowerBound, $0.upperBound] })
  }

  /// Returns estimates as a list of values and a list of intervals.
  static func estimates(_ estimates: [ImageBootstrap.Estimate]) -> JSON.Object {
    var members = JSON.Object()
    members["values"] = .numbers(estimates.map(\.value))
    members["intervals"] = .intervals(estimates.map(\.interval))
    return members
  }
}

extension ImageBootstrap.Estimate {
  /// The estimate as JSON.
  var json: JSON {
    ["value": .number(value), "interval": .numbers([interval.lowerBound, interval.upperBound]), "p": .number(p)]
  }

  /// A Boolean value that indicates whether the interval leaves out 0 and the value is beyond rounding.
  func isClear(_ unit: EffectUnit) -> Bool { isClear && abs(value) > unit.rounding }

  /// Returns the value in its unit with its interval: `+1.20 points (95 % interval 0.30 to 2.10)`.
  func sentence(_ unit: EffectUnit) -> String {
    "\(unit.number(value)) \(unit.noun) (\(intervalText(unit)))"
  }

  /// Returns the value and its interval where the sentence names the unit.
  func plain(_ unit: EffectUnit) -> String { "\(unit.number(value)) (\(intervalText(unit)))" }

  private func intervalText(_ unit: EffectUnit) -> String {
    "95 % interval \(unit.number(interval.lowerBound)) to \(unit.number(interval.upperBound))"
  }

  /// Returns the value and its interval in a table's cell.
  func cell(_ unit: EffectUnit) -> String {
    "\(unit.unsigned(value)) [\(unit.unsigned(interval.lowerBound)), \(unit.unsigned(interval.upperBound))]"
  }
}

extension EffectUnit {
  /// The unit behind a number.
  var noun: String { self == .accuracy ? "points" : "in margin" }

  /// Returns an effect with its sign, in percentage points for accuracy.
  func number(_ value: Double) -> String { (value > 0 ? "+" : "") + unsigned(value) }

  /// Returns an effect without a plus sign.
  func unsigned(_ value: Double) -> String {
    self == .accuracy ? (value * 100).formatted(decimals: 2) : value.formatted(decimals: 3)
  }

  /// The axis of effects in this unit.
  var axis: Axis { self == .accuracy ? Axis("accuracy", notation: .points) : Axis("margin") }
}
