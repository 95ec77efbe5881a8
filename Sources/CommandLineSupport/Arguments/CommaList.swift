import ArgumentParser

/// Parsers of comma-separated lists on the command line.
package enum CommaList {
  /// Returns the entries of a list.
  ///
  /// - Throws: `ValidationError` when an entry is empty or repeated.
  package static func parts(_ text: String) throws -> [String] {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard parts.allSatisfy({ !$0.isEmpty }), Set(parts).count == parts.count else {
      throw ValidationError("\"\(text)\" has an empty or repeated entry; write a list as 1,2,3.")
    }
    return parts
  }

  /// Returns the values of a list.
  ///
  /// - Parameters:
  ///   - text: the list.
  ///   - noun: what each entry must be, "a severity; expected 1 to 5", for the error.
  ///   - value: returns the value of an entry; nil for what isn't one.
  /// - Returns: the values, in order.
  /// - Throws: `ValidationError` when an entry is empty or repeated, or isn't a value.
  package static func values<Value>(
    _ text: String, _ noun: String, _ value: (String) throws -> Value?
  ) throws -> [Value] {
    try parts(text).map { part in
      guard let value = try value(part) else { throw ValidationError("\"\(part)\" isn't \(noun).") }
      return value
    }
  }

  /// Returns the values of an option that may have several entries, each a list.
  ///
  /// - Parameters:
  ///   - lists: the entries.
  ///   - option: the option's name, for the error.
  /// - Returns: all values, in order; nil without an entry.
  /// - Throws: `ValidationError` when a value is given twice.
  package static func joined<Value: Hashable>(_ lists: [[Value]], of option: String) throws -> [Value]? {
    guard !lists.isEmpty else { return nil }
    let values = lists.flatMap(\.self)
    if let first = values.indices.first(where: { values[..<$0].contains(values[$0]) }) {
      throw ValidationError("\(option): \(values[first]) is given twice.")
    }
    return values
  }

  /// Returns the seeds of a list; duplicates are rejected.
  ///
  /// - Throws: `ValidationError` when an entry isn't a whole number.
  package static func seeds(_ text: String) throws -> [Int] {
    let seeds = try values(text, "a whole number, which a seed must be") { Int($0) }
    guard Set(seeds).count == seeds.count else { throw ValidationError("\"\(text)\" has a seed twice.") }
    return seeds
  }
}
