/// A JSON value.
///
/// Strings are compared by code points, so "é" in one code point differs from "e" and a combining accent, as it does to
/// the software that writes vocabularies and tensor names.
package enum JSON: Sendable {
  case null
  case bool(Bool)
  /// A number written without fraction and exponent that fits 64 bits.
  case integer(Int64)
  /// A number that isn't whole; always finite after parsing.
  case number(Double)
  case string(String)
  case array([JSON])
  case object(Object)

  /// Creates a number with the fewest digits that give `float` back: 0.1 where a double would say 0.10000000149011612.
  package init(_ float: Float) {
    self = .number(Double(float.description) ?? Double(float))
  }

  /// Creates a whole number.
  package init(_ integer: Int) { self = .integer(Int64(integer)) }

  /// Returns an array of numbers.
  package static func numbers(_ numbers: [Double]) -> JSON { .array(numbers.map { .number($0) }) }

  /// Returns a list of lists of numbers.
  package static func matrix(_ values: [[Double]]) -> JSON { .array(values.map { .numbers($0) }) }

  /// Returns a number, or `null` for nil.
  package static func optional(_ number: Double?) -> JSON { number.map { .number($0) } ?? .null }

  /// The value's kind with its article, for messages: "a string", "an object".
  package var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer: "a whole number"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSON: Equatable {
  /// Returns whether two values are of equal kinds with equal contents: strings by code points, objects regardless of
  /// the order of their members.
  package static func == (left: JSON, right: JSON) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.number(let left), .number(let right)): left == right
    case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)): left == right
    default: false
    }
  }
}

// MARK: - Literals

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// Creates `null`.
  package init(nilLiteral: ()) { self = .null }
  /// Creates `true` or `false`.
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  /// Creates a whole number.
  package init(integerLiteral value: Int64) { self = .integer(value) }
  /// Creates a number.
  package init(floatLiteral value: Double) { self = .number(value) }
  /// Creates a string.
  package init(stringLiteral value: String) { self = .string(value) }
  /// Creates an array.
  package init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// Creates an object; of two members with one key the later stays.
  package init(dictionaryLiteral elements: (String, JSON)...) {
    var object = Object()
    for (key, value) in elements { object[key] = value }
    self = .object(object)
  }
}
