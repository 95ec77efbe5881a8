import ArgumentParser

/// Checks of the numbers that options take; nil, for an option that isn't given, passes.
package enum NumberBounds {
  /// Refuses a number outside of a range.
  ///
  /// - Throws: `ValidationError` naming the option.
  package static func check<Number: Comparable>(
    _ option: String, _ value: Number?, in range: ClosedRange<Number>
  ) throws {
    guard let value, !range.contains(value) else { return }
    throw ValidationError(
      "\(option) is \(value), expected \(text(range.lowerBound)) to \(text(range.upperBound)).")
  }

  /// Refuses a number below the least.
  ///
  /// - Throws: `ValidationError` naming the option.
  package static func check(_ option: String, _ value: Int?, atLeast least: Int) throws {
    guard let value, value < least else { return }
    throw ValidationError("\(option) is \(value), expected \(least == 0 ? "0 or more" : "at least \(least)").")
  }

  /// Refuses a number that isn't finite and more than 0.
  ///
  /// - Throws: `ValidationError` naming the option.
  package static func checkPositive(_ option: String, _ value: Double?) throws {
    guard let value, !(value > 0 && value.isFinite) else { return }
    throw ValidationError("\(option) is \(value), expected more than 0.")
  }

  /// Returns a bound as people write it: 1 instead of 1.0.
  private static func text(_ bound: some Comparable) -> String {
    let text = "\(bound)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
