import PromptLensJSONDocuments

// Charts as data. Each chart encodes and decodes its own members; this file finds the type by its name.

extension Chart {
  /// The chart as JSON.
  package var json: JSON {
    var object = JSON.Object()
    object["kind"] = .string(Self.kind)
    object["title"] = .string(title)
    object["summary"] = .string(summary)
    for (name, value) in encode() { object[name] = value }
    return .object(object)
  }
}

extension JSONNode {
  /// Decodes a chart of any type.
  ///
  /// - Throws: `JSONError` naming the member that is missing or of another kind.
  package func chart() throws -> any Chart {
    switch try string("kind") {
    case LineChart.kind: return try LineChart(decoding: self)
    case ScatterChart.kind: return try ScatterChart(decoding: self)
    case BarChart.kind: return try BarChart(decoding: self)
    case HeatMap.kind: return try HeatMap(decoding: self)
    case PanelChart.kind: return try PanelChart(decoding: self)
    case let kind:
      let kinds = [LineChart.kind, ScatterChart.kind, BarChart.kind, HeatMap.kind, PanelChart.kind]
      throw try node("kind").unexpected(expected: kinds.joined(separator: ", "), found: "\"\(kind)\"")
    }
  }

  /// Decodes a measurement.
  func measurement() throws -> Double {
    if case .string(let text) = value, let number = Double(text) { return number }
    return try number()
  }

  /// Decodes the measurement under a key.
  func measurement(_ key: String) throws -> Double { try node(key, expected: "a number").measurement() }

  /// Decodes the interval under a key; `nil` if it's absent.
  func interval(_ key: String) throws -> ClosedRange<Double>? {
    guard let node = self[key] else { return nil }
    let ends = try node.array().map { try $0.measurement() }
    guard ends.count == 2, ends[0] <= ends[1] else { throw node.unexpected(expected: "two numbers in order") }
    return ends[0]...ends[1]
  }

  /// Decodes the case under a key.
  func choice<Choice: CaseIterable & RawRepresentable>(_ key: String) throws -> Choice where Choice.RawValue == String {
    let name = try string(key)
    guard let choice = Choice(rawValue: name) else {
      throw try node(key).unexpected(
        expected: Choice.allCases.map(\.rawValue).joined(separator: ", "), found: "\"\(name)\"")
    }
    return choice
  }
}

extension JSON {
  /// Encodes a measurement; JSON has no numbers that aren't finite, so those are texts.
  static func measurement(_ value: Double) -> JSON { value.isFinite ? .number(value) : .string("\(value)") }

  /// Encodes an interval, or null.
  static func interval(_ interval: ClosedRange<Double>?) -> JSON {
    interval.map { [.measurement($0.lowerBound), .measurement($0.upperBound)] } ?? .null
  }
}

extension Axis {
  /// The axis as JSON.
  var json: JSON {
    [
      "label": .string(label), "scale": .string(scale.rawValue), "notation": .string(notation.rawValue),
      "range": .interval(range), "ticks": ticks.map { .array($0.map(JSON.measurement)) } ?? .null,
    ]
  }

  /// Decodes an axis.
  init(decoding node: JSONNode) throws {
    self.init(
      try node.string("label"), scale: try node.choice("scale"), notation: try node.choice("notation"),
      range: try node.interval("range"), ticks: try node["ticks"]?.array().map { try $0.measurement() })
  }
}
