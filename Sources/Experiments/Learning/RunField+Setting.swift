import PromptLensJSONDocuments

extension RunField {
  /// The values of a field that is asked for: their kind, their form in grids and tasks, the default, and their place in
  /// a request.
  package struct Setting: Sendable {
    /// A kind of values.
    package enum Kind: Sendable {
      case text
      case choice([String])
      case wholeNumber(ClosedRange<Int>)
      case positiveNumber
      case truth
      /// A text of a form, in the one way to write it; `normalized` throws for a text that doesn't have the form.
      case written(form: String, normalized: @Sendable (String) throws -> String?)
    }

    /// The position among the axes of a plan, the outermost first: tasks that share images and prompts follow each
    /// other. Ids of tasks depend on the order. Nil when sweeps can't vary the field.
    package let depth: Int?
    /// The key in a grid and in a task.
    package internal(set) var name = ""
    /// Whether tasks leave the value out when it is the default: a field that came later changes no older task's id.
    package internal(set) var isLater = false
    /// The meaning, in one clause.
    package let meaning: String
    package let kind: Kind
    /// The meaning of null; nil when null isn't a value.
    package let null: String?
    /// The default value; nil if a value is required.
    package let fallback: JSON?
    /// The function that returns the value of a request.
    package let get: @Sendable (RunRequest) -> JSON
    /// The function that sets the value in a request.
    package let set: @Sendable (inout RunRequest, JSON) -> Void

    private init(
      _ depth: Int?, _ meaning: String, _ kind: Kind, null: String? = nil, isRequired: Bool = false,
      get: @escaping @Sendable (RunRequest) -> JSON, set: @escaping @Sendable (inout RunRequest, JSON) -> Void
    ) {
      self.depth = depth
      self.meaning = meaning
      self.kind = kind
      self.null = null
      self.get = get
      // Not nil, which JSON reads as its null.
      fallback = isRequired ? Optional<JSON>.none : get(RunRequest())
      self.set = set
    }
  }

  /// The axes of sweeps, the outermost first.
  package static let axes = all.compactMap(\.setting).filter { $0.depth != nil }.sorted {
    $0.depth ?? 0 < $1.depth ?? 0
  }

  /// The keys of grids, for messages.
  package static var axisNames: String { axes.map(\.name).joined(separator: ", ") }
}

// MARK: - Kinds

extension RunField.Setting {
  package typealias Path<Value> = WritableKeyPath<RunRequest, Value> & Sendable

  /// Returns a setting of a required text.
  package static func required(_ depth: Int?, _ meaning: String, _ path: Path<String>) -> Self {
    Self(depth, meaning, .text, isRequired: true, get: { .string($0[keyPath: path]) }) { request, value in
      if case .string(let text) = value { request[keyPath: path] = text }
    }
  }

  /// Returns a setting of a text or null.
  package static func text(_ depth: Int?, _ meaning: String, null: String, _ path: Path<String?>) -> Self {
    Self(depth, meaning, .text, null: null, get: { $0[keyPath: path].map { .string($0) } ?? .null }) { request, value in
      if case .string(let text) = value { request[keyPath: path] = text } else { request[keyPath: path] = nil }
    }
  }

  /// Returns a setting of one word of a list.
  package static func choice<Value: RawRepresentable<String> & CaseIterable & SendableMetatype>(
    _ depth: Int?, _ meaning: String, _ path: Path<Value>, of allowed: [Value]? = nil
  ) -> Self {
    let words = (allowed ?? Array(Value.allCases)).map(\.rawValue)
    return Self(depth, meaning, .choice(words), get: { .string($0[keyPath: path].rawValue) }) { request, value in
      if case .string(let text) = value, let choice = Value(rawValue: text) { request[keyPath: path] = choice }
    }
  }

  /// Returns a setting of a whole number.
  package static func wholeNumber(
    _ depth: Int?, _ meaning: String, _ range: ClosedRange<Int>, _ path: Path<Int>
  ) -> Self {
    Self(depth, meaning, .wholeNumber(range), get: { JSON($0[keyPath: path]) }) { request, value in
      if case .integer(let number) = value { request[keyPath: path] = Int(number) }
    }
  }

  /// Returns a setting of a whole number or null.
  package static func wholeNumber(
    _ depth: Int?, _ meaning: String, _ range: ClosedRange<Int>, null: String, _ path: Path<Int?>
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

  /// Returns a setting of a number above 0, or null, which may also be written as `auto`.
  package static func positiveNumber(
    _ depth: Int?, _ meaning: String, null: String, _ path: Path<Double?>
  ) -> Self {
    Self(
      depth, meaning, .positiveNumber, null: null, get: { $0[keyPath: path].map { .number($0) } ?? .null }
    ) { request, value in
      if case .number(let number) = value { request[keyPath: path] = number } else { request[keyPath: path] = nil }
    }
  }

  /// Returns a setting of true or false.
  package static func truth(_ depth: Int?, _ meaning: String, _ path: Path<Bool>) -> Self {
    Self(depth, meaning, .truth, get: { .bool($0[keyPath: path]) }) { request, value in
      if case .bool(let truth) = value { request[keyPath: path] = truth }
    }
  }

  /// Returns a setting of a text of a form.
  ///
  /// - Parameters:
  ///   - depth: the position among the axes.
  ///   - meaning: the meaning.
  ///   - form: the form in words.
  ///   - null: the meaning of null; nil when null isn't a value.
  ///   - path: the property.
  ///   - read: reads a text of the form.
  ///   - write: writes a value in the one way to write it; nil for null.
  /// - Returns: the setting.
  package static func written<Value>(
    _ depth: Int?, _ meaning: String, form: String, null: String? = nil, _ path: Path<Value>,
    read: @escaping @Sendable (String) throws -> Value, write: @escaping @Sendable (Value) -> String?
  ) -> Self {
    let kind = Kind.written(form: form) { text in write(try read(text)) }
    return Self(
      depth, meaning, kind, null: null, get: { write($0[keyPath: path]).map { .string($0) } ?? .null }
    ) { request, value in
      if case .string(let text) = value, let value = try? read(text) { request[keyPath: path] = value }
    }
  }
}

// MARK: - Values

extension RunField.Setting {
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

  /// Returns the value in a request; nil for the default of a later field.
  package func value(in request: RunRequest) -> JSON? {
    let value = get(request)
    return isLater && value == fallback ? Optional<JSON>.none : value
  }

  /// Reads a value in its one form: two values that mean the same are equal.
  ///
  /// - Throws: `JSONError` with the path of a value that isn't one of the setting.
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
      guard let text = try? normalized(text) else { throw node.unexpected(expected: expected, found: "\"\(text)\"") }
      return .string(text)
    }
  }
}
