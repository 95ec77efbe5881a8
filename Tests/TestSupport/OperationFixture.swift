import PromptLensJSONDocuments
import PromptLensTensors

/// Inputs, outputs and gradients of one operation, computed by PyTorch; Tests/Fixtures/operations holds them.
package struct OperationFixture: Sendable, CustomStringConvertible {
  package let description: String
  package let parameters: JSONNode
  package let inputs: [String: Tensor]
  package let output: Tensor
  package let outputGradient: Tensor
  package let inputGradients: [String: Tensor]

  /// All cases of an operation.
  package static func cases(of operation: String) throws -> [OperationFixture] {
    let root = try JSONNode(contentsOf: Fixtures.path("operations/\(operation).json"))
    return try root.array("cases").map { node in
      OperationFixture(
        description: try node.string("name"), parameters: try node.node("parameters"),
        inputs: try tensors(node.node("inputs")), output: try tensor(node.node("output")),
        outputGradient: try tensor(node.node("output_gradient")),
        inputGradients: try tensors(node.node("input_gradients")))
    }
  }

  /// An input by its name.
  ///
  /// - Throws: `TensorError` when there is none.
  package func input(_ name: String) throws -> Tensor { try TensorDictionary(inputs, origin: description).tensor(name) }

  private static func tensor(_ node: JSONNode) throws -> Tensor {
    try Tensor(
      node.array("values").map { Float(try $0.number()) }, shape: node.array("shape").map { try $0.integer() },
      name: node.path)
  }

  private static func tensors(_ node: JSONNode) throws -> [String: Tensor] {
    try Dictionary(uniqueKeysWithValues: node.object().keys.map { ($0, try tensor(node.node($0))) })
  }
}
