import ArgumentParser

/// A length of time with a unit: `2m`, `90s`, `1h`, or seconds without one.
package struct TimeSpan: ExpressibleByArgument, Equatable {
  package let seconds: Double

  package var defaultValueDescription: String {
    seconds.truncatingRemainder(dividingBy: 60) == 0 ? "\(Int(seconds / 60))m" : "\(seconds)s"
  }

  package init(seconds: Double) { self.seconds = seconds }

  package init?(argument: String) {
    let units: [(String, Double)] = [("min", 60), ("s", 1), ("m", 60), ("h", 3600), ("", 1)]
    guard let unit = units.first(where: { argument.lowercased().hasSuffix($0.0) }),
      let number = Double(argument.dropLast(unit.0.count)), number.isFinite, number > 0
    else { return nil }
    seconds = number * unit.1
  }
}
