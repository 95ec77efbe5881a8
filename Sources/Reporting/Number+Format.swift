import Foundation

extension FloatingPoint where Self: CVarArg {
  /// Returns the number with a fixed number of decimals, `nan` and `inf` included.
  package func formatted(decimals: Int) -> String { String(format: "%.\(decimals)f", self) }
}

extension Double {
  /// A fraction as a percentage with two decimals: `72.02 %`.
  package var percentage: String { "\((self * 100).formatted(decimals: 2)) %" }

  /// A difference of fractions in percentage points with its sign and two decimals: `+2.40`, `−0.60`.
  package var signedPoints: String {
    let text = (magnitude * 100).formatted(decimals: 2)
    return (self > 0 ? "+" : self < 0 ? "−" : "") + text
  }

  /// A probability behind its letter: `= 0.0312`, `< 0.0001`.
  package var probability: String { self < 0.0001 ? "< 0.0001" : "= \(formatted(decimals: 4))" }

  /// A probability in a table's cell: `0.0312`, `< 0.0001`.
  package var probabilityCell: String { self < 0.0001 ? "< 0.0001" : formatted(decimals: 4) }

  /// The number with two digits and an exponent, `2.4e-07`, or `0`.
  package var scientific: String { self == 0 ? "0" : String(format: "%.1e", self) }
}

extension Int {
  /// The number with commas between thousands: `1,234,567`.
  package var grouped: String {
    var digits = String(magnitude)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return (self < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
  }

  /// Returns the number with a noun in the right number: `1 seed`, `3 seeds`, `1,234 images`.
  ///
  /// - Parameters:
  ///   - noun: the noun in the singular.
  ///   - plural: the plural, if it isn't formed with an s.
  /// - Returns: the number and the noun.
  package func counting(_ noun: String, plural: String? = nil) -> String {
    "\(grouped) \(self == 1 ? noun : plural ?? noun + "s")"
  }

  /// A number of bytes in the largest fitting unit: `25.8 MB`.
  package var byteSize: String {
    let units = ["B", "kB", "MB", "GB", "TB"]
    var value = Double(self)
    var unit = 0
    while value >= 1000, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return unit == 0 ? "\(self) B" : "\(value.formatted(decimals: 1)) \(units[unit])"
  }
}
