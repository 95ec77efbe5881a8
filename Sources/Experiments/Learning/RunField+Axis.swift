import PromptLensJSONDocuments

extension RunField {
  /// The values of a field in a sweep: their kind, their form in grids and tasks, and the value when a grid doesn't
  /// say.
  package struct Axis: Sendable {
    /// A kind of values.
    package enum Kind: Sendable {
      case text
      case choice([String])
      case wholeNumber(ClosedRange<Int>)
      case positiveNumber
      case truth
      /// A text of a form, in the one way to write it; nil for a text that doesn't have the form.
      case written(form: String, normalized: @Sendable (String) -> String?)
    }

    /// The position among the axes of a plan, the outermost first: tasks that share images and prompts follow each
    /// other. Ids of tasks depend on the order.
    package let depth: Int
    /// The key in a grid and in a task.
    package internal(set) var name = ""
    /// The meaning, in one clause.
    package let meaning: String
    package let kind: Kind
    /// The meaning of null; nil when null isn't a value.
    package let null: String?
    /// Whether tasks leave the value out when it is the fallback: an axis that came later changes no older task's id.
    package let isLater: Bool
    /// The default value; nil if a value is required.
    package let fallback: JSON?
    /// The function that sets the value in a request.
    let set: @Sendable (inout RunRequest, JSON) -> Void

    private init(
      _ depth: Int, _ meaning: String, _ kind: Kind, null: String? = nil, isLater: Bool = false,
      isRequired: Bool = false, get: (RunRequest) -> JSON, set: @escaping @Sendable (inout RunRequest, JSON) -> Void
    ) {
      self.depth = depth
      self.meaning = meaning
      self.kind = kind
      self.null = null
      self.isLater = isLater
      // Not nil, which JSON reads as its null.
      fallback = isRequired ? Optional<JSON>.none : get(RunRequest())
      self.set = set
    }
  }

  /// The axes of sweeps, the outermost first.
  package static let axes = all.compactMap(\.axis).sorted { $0.depth < $1.depth }

  /// The keys of grids, for messages.
  package static var axisNames: String { axes.map(\.name).joined(separator: ", ") }
}

// MARK: - Kinds

extension RunField.Axis {
  typealias Path<Value> = WritableKeyPath<RunRequest, Value> & Sendable

  /// Returns an axis of a required text.
  static func required(_ depth: Int, _ meaning: String, _ path: Path<String>) -> Self {
    Self(depth, meaning, .text, isRequired: true, get: { .string($0[keyPath: path]) }) { request, value in
      if case .string(let text) = value { request[keyPath: path] = text }
    }
  }

  /// Returns an axis of a text or null.
  static func text(_ depth: Int, _ meaning: String, null: String, _ path: Path<String?>) -> Self {
    Self(depth, meaning, .text, null: null, get: { $0[keyPath: path].map { .string($0) } ?? .null }) { request, value in
      if case .string(let text) = value { request[keyPath: path] = text } else { request[keyPath: path] = nil }
    }
  }

  /// Returns an axis of one word of a list.
  static func choice<Value: RawRepresentable<String> & CaseIterable & SendableMetatype>(
    _ depth: Int, _ meaning: String, _ path: Path<Value>, of allowed: [Value]? = nil
  ) -> Self {
    let words = (allowed ?? Array(Value.allCases)).map(\.rawValue)
    return Self(depth, meaning, .choice(words), get: { .string($0[keyPath: path].rawValue) }) { request, value in
      if case .string(let text) = value, let choice = Value(rawValue: text) { request[keyPath: path] = choice }
    }
  }

  /// Returns an axis of a whole number.
  static func wholeNumber(
    _ depth: Int, _ meaning: String, _ range: ClosedRange<Int>, _ path: Path<Int>
  ) -> Self {
    Self(depth, meaning, .wholeNumber(range), get: { JSON($0[keyPath: path]) }) { request, value in
      if case .integer(let number) = value { request[keyPath: path] = Int(number) }
    }
  }

  /// Returns an axis of a whole number or null.
  static func wholeNumber(
    _ depth: Int, _ meaning: String, _ range: ClosedRange<Int>, null: String, _ path: Path<Int?>
  ) -> Self {
    Self(
      depth, meaning, .wholeNumber(range), null: null, get: { $0[keyPath: path].map { JSON($0) } ?? .null }
    ) { request, value in
      if case .integer(let number) = value {
        request[keyPath: path] = Int(number)
      } else {
        request[keyPath: path] = nil
      }
    }
  }

  /// Returns an axis of a number above 0, or null, which may be written as `auto`.
  static func positiveNumber(_ depth: Int, _ meaning: String, null: String, _ path: Path<Double?>) -> Self {
    Self(
      depth, meaning, .positiveNumber, null: null, get: { $0[keyPath: path].map { .number($0) } ?? .null }
    ) { request, value in
      if case .number(let number) = value { request[keyPath: path] = number } else { request[keyPath: path] = nil }
    }
  }

  /// Returns an axis of true or false.
  static func truth(_ depth: Int, _ meaning: String, _ path: Path<Bool>) -> Self {
    Self(depth, meaning, .truth, get: { .bool($0[keyPath: path]) }) { request, value in
      if case .bool(let truth) = value { request[keyPath: path] = truth }
    }
  }

  /// Returns an axis of a text of a form; tasks of earlier versions don't have such axes.
  ///
  /// - Parameters:
  ///   - depth: the position among the axes.
  ///   - meaning: the meaning.
  ///   - form: the form in words.
  ///   - null: the meaning of null; nil when null isn't a value.
  ///   - path: the property.
  ///   - read: reads a text of the form.
  ///   - write: writes a value in the one way to write it; nil for null.
  /// - Returns: the axis.
  static func written<Value>(
    _ depth: Int, _ meaning: String, form: String, null: String? = nil, _ path: Path<Value>,
    read: @escaping @Sendable (String) throws -> Value, write: @escaping @Sendable (Value) -> String?
  ) -> Self {
    let kind = Kind.written(form: form) { text in (try? read(text)).flatMap(write) }
    return Self(
      depth, meaning, kind, null: null, isLater: true,
      get: { write($0[keyPath: path]).map { .string($0) } ?? .null }
    ) { request, value in
      if case .string(let text) = value, let value = try? read(text) { request[keyPath: path] = value }
    }
  }
}

// MARK: - Reading

extension RunField.Axis {
  /// The values in words.
  package var expected: String {
    let values =
      switch kind {
      case .text: "a text"
      case .choice(let allowed): allowed.joined(separator: " or ")
      case .wholeNumber(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
      case .positiveNumber: "a number above 0"
      case .truth: "true or false"
      case .written(let form, _): form
      }
    return null.map { "\(values), or null for \($0)" } ?? values
  }

  /// Reads a value in its one form: two values that mean the same are equal.
  ///
  /// - Throws: `JSONError` with the path of a value that isn't one of the axis.
  package func value(_ node: JSONNode) throws(JSONError) -> JSON {
    if node.value == .null, null != nil { return .null }
    switch kind {
    case .text:
      let text = try node.string()
      guard !text.isEmpty else { throw node.unexpected(expected: expected, found: "empty") }
      return .string(text)
    case .choice(let allowed):
      let text = try node.string()
      guard allowed.contains(text) else { throw node.unexpected(expected: expected, found: "\"\(text)\"") }
      return .string(text)
    case .wholeNumber(let range):
      let number = try node.integer()
      guard range.contains(number) else { throw node.unexpected(expected: expected, found: "\(number)") }
      return JSON(number)
    case .positiveNumber:
      if null != nil, node.value == .string("auto") { return .null }
      let number = try node.number()
      guard number > 0 else { throw node.unexpected(expected: expected, found: "\(number)") }
      return .number(number)
    case .truth: return .bool(try node.bool())
    case .written(_, let normalized):
      let text = try node.string()
      guard let text = normalized(text) else { throw node.unexpected(expected: expected, found: "\"\(text)\"") }
      return .string(text)
    }
  }
}
