extension JSON {
  /// Creates a list of numbers.
  package static func numbers(_ values: [Double]) -> JSON { .array(values.map { .number($0) }) }

  /// Creates a list of lists of numbers.
  package static func matrix(_ values: [[Double]]) -> JSON { .array(values.map { .numbers($0) }) }

  /// Creates a number, or `null`.
  package static func optional(_ value: Double?) -> JSON { value.map { .number($0) } ?? .null }
}
