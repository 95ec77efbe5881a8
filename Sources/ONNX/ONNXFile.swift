import Foundation
import PromptLensFiles
import PromptLensTensors

/// A writer of an ONNX file: the graph first, then one weight after another, so that one is in memory at a time.
///
/// A protocol buffer can't be larger than 2 GB. The weights of a larger model go to a second file beside the first.
package enum ONNXFile {
  /// The most bytes of a protocol buffer, with room for what surrounds the weights.
  package static let embeddedLimit = 2_000_000_000
  /// Weights in a file of their own begin at multiples of a page, so that runtimes can map them.
  private static let alignment = 4096
  /// Constants below this size stay in the graph.
  private static let smallest = 1024

  /// Writes a graph with its final name, for folders and files that `AtomicOutput` renames when they are complete.
  ///
  /// - Parameters:
  ///   - graph: the graph.
  ///   - temporary: the file to write; weights beside it go to the same name with `.data` behind it.
  ///   - path: the path to name in errors.
  ///   - version: the version of this program.
  ///   - limit: the most bytes of one file.
  ///   - allowsData: whether there may be a second file.
  ///   - tensor: reads a stored constant by its name; called once for each, in order.
  /// - Returns: the names of the written files.
  /// - Throws: `FileError` when a file cannot be written or would be too large; `TensorError` when a tensor differs from
  ///   its description; the errors of `tensor`.
  @discardableResult
  package static func create(
    _ graph: ONNXGraph, at temporary: String, named path: String, version: String, limit: Int = embeddedLimit,
    allowsData: Bool = true, tensor: (String) throws -> Tensor
  ) throws -> [String] {
    let file = URL(fileURLWithPath: temporary).lastPathComponent
    let frame = Frame(graph, version: version)
    let weights = graph.constants.reduce(0) { $0 + $1.byteCount }
    let isExternal = weights + frame.count > limit
    guard !isExternal || allowsData else {
      throw FileError.unwritable(
        path: path, reason: "it would have \(weights) bytes, and one ONNX file holds \(limit); give a folder")
    }
    guard isExternal else {
      try OutputFile.create(temporary, named: path) { output in
        try write(graph, frame, to: output, messages: graph.constants.map(\.embedded)) { constant in
          try elements(of: constant, tensor: tensor) { try output.write($0) }
        }
      }
      return [file]
    }
    let data = "\(file).data"
    var offset = 0
    let messages = graph.constants.map { constant -> ProtocolBuffer in
      guard constant.byteCount >= smallest else { return constant.embedded }
      let message = constant.external(data, offset: offset)
      offset += (constant.byteCount + alignment - 1) / alignment * alignment
      return message
    }
    try OutputFile.create(temporary, named: path) { output in
      try write(graph, frame, to: output, messages: messages) { constant in
        guard constant.byteCount < smallest else { return }
        try elements(of: constant, tensor: tensor) { try output.write($0) }
      }
    }
    try OutputFile.create("\(temporary).data", named: "\(path).data") { output in
      for constant in graph.constants where constant.byteCount >= smallest {
        try elements(of: constant, tensor: tensor) { try output.write($0) }
        let rest = (alignment - output.count % alignment) % alignment
        try output.write([UInt8](repeating: 0, count: rest))
      }
    }
    return [file, data]
  }

  /// The bytes around a graph's constants.
  private struct Frame {
    let model: (head: [UInt8], tail: [UInt8])
    let graph: (head: [UInt8], tail: [UInt8])

    init(_ graph: ONNXGraph, version: String) {
      model = (graph.modelHead(producer: "promptlens", version: version).bytes, graph.modelTail.bytes)
      self.graph = (graph.graphHead.bytes, graph.graphTail.bytes)
    }

    var count: Int { model.head.count + model.tail.count + graph.head.count + graph.tail.count }
  }

  /// Writes the model around its constants. Each message is followed by the elements that `elements` writes, of the size
  /// that the constant has unless they lie elsewhere.
  private static func write(
    _ graph: ONNXGraph, _ frame: Frame, to output: OutputFile, messages: [ProtocolBuffer],
    elements: (ONNXGraph.Constant) throws -> Void
  ) throws {
    var total = frame.graph.head.count + frame.graph.tail.count
    let parts = zip(graph.constants, messages).map { constant, message -> [UInt8] in
      let following = message == constant.embedded ? constant.byteCount : 0
      var field = ProtocolBuffer()
      field.open(ONNXGraph.constantField, byteCount: message.bytes.count + following)
      let bytes = field.bytes + message.bytes
      total += bytes.count + following
      return bytes
    }
    var opening = ProtocolBuffer()
    opening.open(ONNXGraph.graphField, byteCount: total)
    try output.write(frame.model.head + opening.bytes + frame.graph.head)
    for (constant, part) in zip(graph.constants, parts) {
      try output.write(part)
      try elements(constant)
    }
    try output.write(frame.graph.tail + frame.model.tail)
  }

  /// Passes on the elements of a constant.
  private static func elements(
    of constant: ONNXGraph.Constant, tensor: (String) throws -> Tensor,
    to write: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    switch constant.content {
    case .bytes(let bytes): try bytes.withUnsafeBytes { try write($0) }
    case .stored:
      let stored = try tensor(constant.name)
      guard stored.shape.dimensions == constant.shape, ONNXGraph.ElementType(stored.dtype) == constant.type else {
        throw TensorError.shapeMismatch(
          operation: "write", name: constant.name, expected: constant.shape, found: stored.shape.dimensions)
      }
      try stored.withBytes { try write($0) }
    }
  }
}
