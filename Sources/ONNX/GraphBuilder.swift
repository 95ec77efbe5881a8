import PromptLensTensors

/// A graph under construction. Each function adds an operator and returns the name of its result.
package struct GraphBuilder {
  /// The graph so far.
  package var graph: ONNXGraph
  private let source: any TensorSource
  private var widened: [String: String] = [:]
  private var lists: [[Int]: String] = [:]
  private var numbers: [Float: String] = [:]

  /// Creates an empty graph over stored weights.
  ///
  /// - Parameters:
  ///   - name: the graph's name.
  ///   - source: the weights, of which only shapes and types are read.
  package init(name: String, source: any TensorSource) {
    graph = ONNXGraph(name: name)
    self.source = source
  }

  /// Adds an operator of one result.
  package mutating func call(
    _ operation: String, _ inputs: [String], _ attributes: KeyValuePairs<String, ONNXGraph.Attribute> = [:]
  ) -> String {
    split(operation, inputs, into: 1, attributes)[0]
  }

  /// Adds an operator of some results.
  package mutating func split(
    _ operation: String, _ inputs: [String], into count: Int,
    _ attributes: KeyValuePairs<String, ONNXGraph.Attribute> = [:]
  ) -> [String] {
    let outputs = (0..<count).map { count == 1 ? "v\(graph.nodes.count)" : "v\(graph.nodes.count).\($0)" }
    graph.nodes.append(
      ONNXGraph.Node(
        operation: operation, inputs: inputs, outputs: outputs, attributes: attributes.map { ($0.key, $0.value) }))
    return outputs
  }

  /// Adds an input.
  package mutating func input(
    _ name: String, _ type: ONNXGraph.ElementType, _ dimensions: [ONNXGraph.Dimension]
  ) -> String {
    graph.inputs.append(ONNXGraph.Value(name, type, dimensions))
    return name
  }

  /// Makes a value an output of f32 under a name.
  package mutating func output(_ value: String, _ name: String, _ dimensions: [ONNXGraph.Dimension]) {
    graph.nodes.append(ONNXGraph.Node(operation: "Identity", inputs: [value], outputs: [name], attributes: []))
    graph.outputs.append(ONNXGraph.Value(name, .float32, dimensions))
  }

  // MARK: - Constants

  /// Returns a stored weight as it is stored.
  ///
  /// - Throws: the source's error when it lacks the weight.
  package mutating func stored(_ name: String) throws -> String {
    guard !graph.constants.contains(where: { $0.name == name }) else { return name }
    let description = try source.description(of: name)
    graph.constants.append(
      ONNXGraph.Constant(
        name: name, type: ONNXGraph.ElementType(description.dtype), shape: description.shape.dimensions,
        content: .stored))
    return name
  }

  /// Returns a stored weight as f32: a narrow one keeps its size in the file, and is widened in the graph, which runtimes
  /// do once, when they load it.
  ///
  /// - Throws: the source's error when it lacks the weight.
  package mutating func weight(_ name: String) throws -> String {
    if let value = widened[name] { return value }
    let stored = try stored(name)
    let value = try isNarrow(name) ? widen(stored) : stored
    widened[name] = value
    return value
  }

  /// Returns whether a stored weight is narrower than f32.
  package func isNarrow(_ name: String) throws -> Bool { try source.description(of: name).dtype != .float32 }

  /// Returns the size of a stored weight's last axis.
  package func width(of name: String) throws -> Int {
    try source.description(of: name).shape.dimensions.last ?? 0
  }

  /// Adds a conversion to f32.
  package mutating func widen(_ value: String) -> String {
    call("Cast", [value], ["to": .integer(ONNXGraph.ElementType.float32.rawValue)])
  }

  /// Returns numbers of f32 as a constant of its own.
  package mutating func floats(_ values: [Float], shape: [Int]) -> String {
    constant(.float32, shape, values.withUnsafeBytes { Array($0) })
  }

  /// Returns one number of f32.
  package mutating func number(_ value: Float) -> String {
    if let name = numbers[value] { return name }
    let name = floats([value], shape: [])
    numbers[value] = name
    return name
  }

  /// Returns a list of whole numbers.
  package mutating func integers(_ values: [Int]) -> String {
    if let name = lists[values] { return name }
    let name = constant(.int64, [values.count], values.map { Int64($0) }.withUnsafeBytes { Array($0) })
    lists[values] = name
    return name
  }

  /// Returns one whole number, without an axis.
  package mutating func integer(_ value: Int) -> String {
    constant(.int64, [], withUnsafeBytes(of: Int64(value)) { Array($0) })
  }

  private mutating func constant(_ type: ONNXGraph.ElementType, _ shape: [Int], _ bytes: [UInt8]) -> String {
    let name = "c\(graph.constants.count)"
    graph.constants.append(ONNXGraph.Constant(name: name, type: type, shape: shape, content: .bytes(bytes)))
    return name
  }
}
