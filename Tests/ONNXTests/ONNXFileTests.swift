import Foundation
import PromptLensFiles
import PromptLensONNX
import PromptLensTensors
import TestSupport
import Testing

@Suite("ONNX files")
struct ONNXFileTests {
  private func graph() throws -> (graph: ONNXGraph, source: TensorDictionary) {
    let source = TensorDictionary(
      [
        "w": try Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]), "v": try Tensor([0.5], shape: [1]).converted(to: .float16),
      ],
      origin: "test")
    var builder = GraphBuilder(name: "g", source: source)
    let x = builder.input("x", .float32, [.free("n"), .fixed(3)])
    let product = try builder.linear(x, matrix: builder.weight("w"), bias: builder.weight("v"))
    builder.output(product, "y", [.free("n"), .fixed(2)])
    builder.graph.metadata = [("key", "value")]
    return (builder.graph, source)
  }

  @Test("the bytes are those that onnx writes for the same model")
  func bytes() throws {
    let (graph, source) = try graph()
    try withTemporaryFolder { folder in
      let path = "\(folder)/m.onnx"
      let files = try ONNXFile.create(graph, at: path, named: path, version: "1") { try source.tensor($0) }
      #expect(files == ["m.onnx"])
      let expected = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("onnx/small.onnx")))
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == expected)
    }
  }

  @Test("a weight is asked for once, in order, and checked against its description")
  func streaming() throws {
    let (graph, source) = try graph()
    try withTemporaryFolder { folder in
      var asked: [String] = []
      try ONNXFile.create(graph, at: "\(folder)/a", named: "a", version: "1", limit: 0) {
        asked.append($0)
        return try source.tensor($0)
      }
      #expect(asked == ["w", "v"])
      #expect(throws: TensorError.self) {
        try ONNXFile.create(graph, at: "\(folder)/b", named: "b", version: "1") { _ in
          try Tensor([1], shape: [1])
        }
      }
      #expect(throws: FileError.self) {
        try ONNXFile.create(graph, at: "\(folder)/c", named: "c", version: "1", limit: 10, allowsData: false) {
          try source.tensor($0)
        }
      }
    }
  }

  @Test("weights that are used twice stand in the file once")
  func sharing() throws {
    let (_, source) = try graph()
    var builder = GraphBuilder(name: "g", source: source)
    let first = try builder.weight("v")
    #expect(try builder.weight("v") == first)
    #expect(builder.integers([1, 2]) == builder.integers([1, 2]))
    #expect(builder.number(2) == builder.number(2))
    #expect(builder.graph.constants.count == 3)
    #expect(throws: TensorError.self) { try builder.weight("missing") }
  }
}
