import PromptLensDatasets
import PromptLensJSONDocuments

/// A grid of settings with one or several values each; every combination is a task.
package struct SweepGrid {
  /// The tasks, each once, the last setting changing fastest.
  package let tasks: [SweepTask]

  /// The maximum number of combinations of a grid.
  package static let limit = 1_000_000

  /// Creates the grid of a request, of which some fields have several values.
  ///
  /// - Parameters:
  ///   - request: the values of all other fields.
  ///   - varied: fields with the values that they take in turn.
  ///   - source: their source, for errors.
  /// - Throws: `JSONError` for a value that a setting doesn't take.
  package init(_ request: RunRequest, varying varied: [(RunField, [JSON])], source: String) throws {
    var grid = JSON.Object()
    for axis in RunField.axes { grid[axis.name] = axis.get(request) }
    for (field, values) in varied {
      if let axis = field.setting { grid[axis.name] = .array(values) }
    }
    try self.init(JSONNode(source: source, value: .object(grid)))
  }

  /// Reads a grid.
  ///
  /// - Parameters:
  ///   - root: an object with keys of ``RunField/axes``, each a value or an array of values.
  ///   - holdOut: the part of each data set's classes that is set aside for testing; nil where they have test images.
  /// - Throws: `JSONError` or ``ExperimentError/unknownSetting(source:name:known:)`` for an unknown setting, or a value
  ///   that a setting doesn't take.
  package init(_ root: JSONNode, holdOut: HoldOut? = nil) throws {
    let object = try root.object()
    for name in object.keys where !RunField.axes.contains(where: { $0.name == name }) {
      throw ExperimentError.unknownSetting(source: root.source, name: name, known: RunField.axisNames)
    }
    var count = 1
    var axes: [(name: String, values: [JSON])] = []
    for field in RunField.axes {
      guard let value = object[field.name] else {
        guard let fallback = field.fallback else {
          throw JSONError.missing(source: root.source, path: field.name, expected: field.expected)
        }
        axes.append((field.name, [fallback]))
        continue
      }
      let node = JSONNode(source: root.source, path: field.name, value: value)
      var values: [JSON] = []
      if case .array = value {
        for element in try node.array() { values.append(try field.value(element)) }
      } else {
        values = [try field.value(node)]
      }
      guard !values.isEmpty else { throw node.unexpected(expected: field.expected, found: "an empty array") }
      let (product, overflows) = count.multipliedReportingOverflow(by: values.count)
      guard !overflows, product <= Self.limit else {
        throw node.unexpected(
          expected: "a grid of at most \(Self.limit) combinations", found: "what makes it larger")
      }
      count = product
      axes.append((field.name, values))
    }
    var known: Set<String> = []
    tasks = try (0..<count).compactMap { index in
      var (rest, given) = (index, JSON.Object())
      for axis in axes.reversed() {
        given[axis.name] = axis.values[rest % axis.values.count]
        rest /= axis.values.count
      }
      if case .string(let data)? = given[RunField.data.name], holdOut != nil {
        given[RunField.data.name] = .string(try DataSource(data).holding(out: holdOut).description)
      }
      let task = try SweepTask(given, source: root.source)
      return known.insert(task.id).inserted ? task : nil
    }
  }
}
