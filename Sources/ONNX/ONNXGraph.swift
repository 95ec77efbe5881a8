import PromptLensTensors

/// A computation as ONNX describes it: operators between named values, without the contents of weights.
///
/// Source: the ONNX specification, `onnx.proto` and `Operators.md`.
package struct ONNXGraph: Sendable {
  /// The version of the operators, of 2022: the first with layer normalization, which every current runtime has.
  package static let operatorVersion = 17

  /// The graph's name.
  package var name: String
  /// The values that a caller gives.
  package var inputs: [Value] = []
  /// The values that a caller gets.
  package var outputs: [Value] = []
  /// The operators, each behind those whose results it takes.
  package var nodes: [Node] = []
  /// The values that never change.
  package var constants: [Constant] = []
  /// Notes for readers, each key once.
  package var metadata: [(key: String, value: String)] = []

  /// Creates an empty graph.
  package init(name: String) { self.name = name }

  /// A type of elements.
  package enum ElementType: Int, Sendable {
    case float32 = 1
    case int64 = 7
    case float16 = 10
    case bfloat16 = 16

    /// The type of a tensor's elements.
    package init(_ dtype: DType) {
      switch dtype {
      case .float32: self = .float32
      case .float16: self = .float16
      case .bfloat16: self = .bfloat16
      }
    }

    /// The number of bytes of an element.
    package var byteWidth: Int {
      switch self {
      case .float32: 4
      case .int64: 8
      case .float16, .bfloat16: 2
      }
    }
  }

  /// The size of an axis.
  package enum Dimension: Sendable, Equatable {
    case fixed(Int)
    /// A size that each call chooses.
    case free(String)
  }

  /// An input or an output.
  package struct Value: Sendable {
    package var name: String
    package var type: ElementType
    package var dimensions: [Dimension]

    /// Creates a value.
    package init(_ name: String, _ type: ElementType, _ dimensions: [Dimension]) {
      self.name = name
      self.type = type
      self.dimensions = dimensions
    }
  }

  /// A setting of an operator.
  package enum Attribute: Sendable, Equatable {
    case integer(Int)
    case integers([Int])
    case float(Float)
  }

  /// An operator with the names of what it takes and makes.
  package struct Node: Sendable {
    package var operation: String
    package var inputs: [String]
    package var outputs: [String]
    package var attributes: [(name: String, value: Attribute)]
  }

  /// A value that never changes.
  package struct Constant: Sendable {
    /// The place of its elements.
    package enum Content: Sendable {
      /// Here, in the machine's order.
      case bytes([UInt8])
      /// In the tensor of the same name, which is read when the file is written.
      case stored
    }

    package var name: String
    package var type: ElementType
    package var shape: [Int]
    package var content: Content

    /// The number of bytes of the elements.
    var byteCount: Int { shape.reduce(type.byteWidth, *) }
  }
}
