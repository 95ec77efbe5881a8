// The messages of onnx.proto, with its numbers of fields.

extension ONNXGraph {
  /// The version of the file format that came with ``operatorVersion``.
  private static let formatVersion = 8

  /// Returns the model's fields before the graph: `ModelProto`. Fields stand in the order of their numbers, as protocol
  /// buffers' own libraries write them.
  func modelHead(producer: String, version: String) -> ProtocolBuffer {
    var model = ProtocolBuffer()
    model.add(1, integer: Self.formatVersion)
    model.add(2, text: producer)
    model.add(3, text: version)
    return model
  }

  /// The model's fields behind the graph.
  var modelTail: ProtocolBuffer {
    var operators = ProtocolBuffer()
    operators.add(1, text: "")
    operators.add(2, integer: Self.operatorVersion)
    var model = ProtocolBuffer()
    model.add(8, message: operators)
    for (key, value) in metadata { model.add(14, message: Self.entry(key, value)) }
    return model
  }

  /// The number of the model's field for the graph.
  static let graphField = 7
  /// The number of the graph's field for a constant.
  static let constantField = 5

  /// The graph's fields before its constants: `GraphProto`.
  var graphHead: ProtocolBuffer {
    var graph = ProtocolBuffer()
    for (index, node) in nodes.enumerated() { graph.add(1, message: node.message(index)) }
    graph.add(2, text: name)
    return graph
  }

  /// The graph's fields behind its constants.
  var graphTail: ProtocolBuffer {
    var graph = ProtocolBuffer()
    for value in inputs { graph.add(11, message: value.message) }
    for value in outputs { graph.add(12, message: value.message) }
    return graph
  }

  /// A pair of texts: `StringStringEntryProto`.
  fileprivate static func entry(_ key: String, _ value: String) -> ProtocolBuffer {
    var entry = ProtocolBuffer()
    entry.add(1, text: key)
    entry.add(2, text: value)
    return entry
  }
}

extension ONNXGraph.Node {
  /// `NodeProto`.
  fileprivate func message(_ index: Int) -> ProtocolBuffer {
    var node = ProtocolBuffer()
    for input in inputs { node.add(1, text: input) }
    for output in outputs { node.add(2, text: output) }
    node.add(3, text: "\(operation)_\(index)")
    node.add(4, text: operation)
    for (name, value) in attributes { node.add(5, message: Self.message(name, value)) }
    return node
  }

  /// `AttributeProto`.
  private static func message(_ name: String, _ value: ONNXGraph.Attribute) -> ProtocolBuffer {
    var attribute = ProtocolBuffer()
    attribute.add(1, text: name)
    switch value {
    case .float(let number):
      attribute.add(2, float: number)
      attribute.add(20, integer: 1)
    case .integer(let number):
      attribute.add(3, integer: number)
      attribute.add(20, integer: 2)
    case .integers(let numbers):
      for number in numbers { attribute.add(8, integer: number) }
      attribute.add(20, integer: 7)
    }
    return attribute
  }
}

extension ONNXGraph.Value {
  /// `ValueInfoProto`.
  fileprivate var message: ProtocolBuffer {
    var shape = ProtocolBuffer()
    for dimension in dimensions {
      var size = ProtocolBuffer()
      switch dimension {
      case .fixed(let count): size.add(1, integer: count)
      case .free(let name): size.add(2, text: name)
      }
      shape.add(1, message: size)
    }
    var tensor = ProtocolBuffer()
    tensor.add(1, integer: type.rawValue)
    tensor.add(2, message: shape)
    var kind = ProtocolBuffer()
    kind.add(1, message: tensor)
    var value = ProtocolBuffer()
    value.add(1, text: name)
    value.add(2, message: kind)
    return value
  }
}

extension ONNXGraph.Constant {
  private var head: ProtocolBuffer {
    var tensor = ProtocolBuffer()
    for size in shape { tensor.add(1, integer: size) }
    tensor.add(2, integer: type.rawValue)
    tensor.add(8, text: name)
    return tensor
  }

  /// `TensorProto` up to its elements, which follow in the file and are its last field.
  var embedded: ProtocolBuffer {
    var tensor = head
    tensor.open(9, byteCount: byteCount)
    return tensor
  }

  /// `TensorProto` of elements in another file.
  func external(_ file: String, offset: Int) -> ProtocolBuffer {
    var tensor = head
    for (key, value) in [("location", file), ("offset", "\(offset)"), ("length", "\(byteCount)")] {
      tensor.add(13, message: ONNXGraph.entry(key, value))
    }
    tensor.add(14, integer: 1)
    return tensor
  }
}
