import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensTensors
import PromptLensTokenization
import Synchronization

/// A classifier with an image-conditioned context, which compares each image with its own prompts.
///
/// See `CoCoOp`. It has no class weights: each image takes a pass over all prompts.
package final class ConditionalClassifier: @unchecked Sendable {
  // Unchecked: the lock gives the pass, which holds the states of one image's prompts, to one thread at a time.
  private let lock = Mutex(())
  /// The number of classes.
  package let classCount: Int
  /// The position of the class name.
  package let classPosition: ClassPosition
  private let network: MetaNetwork
  private let parameters: [Float]
  private let context: [Float]
  private let pass: PromptPass

  /// Prepares the prompts of classes.
  ///
  /// - Parameters:
  ///   - context: the context, with its network.
  ///   - source: the file that it comes from, for errors.
  ///   - classNames: the classes; underscores are read as spaces.
  ///   - classPosition: the position of the class name; by default the context's.
  ///   - encoder: the text tower.
  ///   - tokenizer: CLIP's.
  ///   - contextLimit: the positions that the text tower has.
  /// - Throws: ``PromptError`` when the context or its network do not fit the tower or the prompts are too long.
  package convenience init(
    _ context: LearnedContext, source: String, classNames: [String], classPosition: ClassPosition? = nil,
    encoder: TextEncoder, tokenizer: any Tokenizer, contextLimit: Int
  ) throws {
    _ = try Self.network(of: context, source: source, encoder: encoder)
    let position = try context.classPosition(orGiven: classPosition, source: source)
    let assembly = try PromptAssembly(
      classNames: classNames, tokenizer: tokenizer, contextLength: context.length, classPosition: position,
      contextLimit: contextLimit)
    try self.init(context, source: source, prompts: assembly.prompts, classPosition: position, encoder: encoder)
  }

  /// Prepares given prompts.
  ///
  /// - Parameters:
  ///   - context: the context, with its network.
  ///   - source: the file that it comes from, for errors.
  ///   - prompts: a prompt around the context for each class.
  ///   - classPosition: the position of the class name in them.
  ///   - encoder: the text tower.
  /// - Throws: ``PromptError`` when the context or its network do not fit the tower, `CLIPError` when a prompt doesn't.
  package init(
    _ context: LearnedContext, source: String, prompts: [[PromptElement]], classPosition: ClassPosition,
    encoder: TextEncoder
  ) throws {
    (network, parameters) = try Self.network(of: context, source: source, encoder: encoder)
    self.classPosition = classPosition
    self.context = context.vectors.floats()
    classCount = prompts.count
    pass = try PromptPass(encoder: encoder, tree: encoder.tree(prompts), tapeLimit: 0)
  }

  /// Reads the network of a context that fits the text tower.
  private static func network(
    of context: LearnedContext, source: String, encoder: TextEncoder
  ) throws -> (network: MetaNetwork, parameters: [Float]) {
    guard context.width == encoder.width, context.classCount == nil else {
      throw PromptError.foreignContext(
        source: source,
        reason: "an image-conditioned context is one for all classes, of vectors of \(encoder.width) numbers")
    }
    return try MetaNetwork.parameters(
      of: context.metaNetwork, inputs: encoder.embedDimension, outputs: encoder.width,
      source: source)
  }

  /// Returns the logits of images.
  ///
  /// - Parameters:
  ///   - features: image features, `[images, width]`; their lengths do not matter.
  ///   - scale: `exp(logit_scale)`.
  ///   - finished: called after each image.
  /// - Returns: `[images, classes]`.
  /// - Throws: `TensorError` when the widths differ.
  package func logits(for features: Tensor, scale: Float, finished: () -> Void = {}) throws -> Tensor {
    let rows = try unitRows(features)
    let count = features.shape.dimensions[0]
    var logits: [Float] = []
    logits.reserveCapacity(count * classCount)
    for image in 0..<count {
      let row = rows[image * network.inputs..<(image + 1) * network.inputs]
      let shift = network.forward(row, parameters[...]).shift
      let shifted = context.enumerated().map { $1 + shift[$0 % network.outputs] }
      let encoded = try lock.withLock { _ in
        try shifted.withUnsafeBufferPointer { try pass.forward(context: $0) }
      }
      let text = UnitRows(encoded, width: network.inputs).rows.floats
      let unit = Array(row)
      for classIndex in 0..<classCount {
        let along = unit.indices.reduce(0.0) { $0 + Double(unit[$1]) * Double(text[classIndex * unit.count + $1]) }
        logits.append(Float(Double(scale) * along))
      }
      finished()
    }
    return try Tensor(logits, shape: [count, classCount], name: "logits")
  }

  /// Computes π, the vector that each image adds to every vector of the context.
  ///
  /// - Parameter features: image features, `[images, width]`; their lengths do not matter.
  /// - Returns: `[images, context width]`.
  /// - Throws: `TensorError` when the widths differ.
  package func shifts(for features: Tensor) throws -> Tensor {
    let rows = try unitRows(features)
    let count = features.shape.dimensions[0]
    let shifts = (0..<count).flatMap { image in
      network.forward(rows[image * network.inputs..<(image + 1) * network.inputs], parameters[...]).shift
    }
    return try Tensor(shifts, shape: [count, network.outputs], name: "shifts")
  }

  /// Returns the features at unit length.
  private func unitRows(_ features: Tensor) throws(TensorError) -> [Float] {
    let shape = features.shape.dimensions
    guard shape.count == 2, shape[1] == network.inputs else {
      throw TensorError.shapeMismatch(
        operation: "classifier", name: "image features", expected: [-1, network.inputs], found: shape)
    }
    return try features.unitRows().floats()
  }
}
