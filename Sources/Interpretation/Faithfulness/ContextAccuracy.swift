import PromptLensPrompts
import PromptLensCLIP
import PromptLensPromptLearning
import PromptLensTensors

/// The accuracy and the margins of contexts on cached image features, through the prefix tree.
///
/// Several contexts share one tree, each with rows of its own, until the tree is large enough to keep all cores at
/// work.
package final class ContextAccuracy: ContextMeasure {
  private let encoder: TextEncoder
  private let assembly: PromptAssembly
  private let images: ImageScorer
  /// The factor of cosines in logits.
  private let scale: Float
  /// The passes that were made before, by the number of contexts in them and the position that they leave out.
  private var passes: [Arrangement: PromptPass] = [:]

  private struct Arrangement: Hashable {
    let contexts: Int
    let omitted: Int?
  }

  /// The rows of a tree beyond which another context doesn't make it faster.
  private static let treeRows = 1024

  /// Creates a measure.
  ///
  /// - Parameters:
  ///   - encoder: the text tower.
  ///   - assembly: the prompts, and the shape of contexts.
  ///   - images: the images to classify.
  ///   - scale: the factor of cosines in logits, which margins depend on.
  /// - Throws: `TensorError` if images and tower have different widths.
  package init(encoder: TextEncoder, assembly: PromptAssembly, images: ImageScorer, scale: Float) throws {
    guard images.width == encoder.embedDimension else {
      throw TensorError.shapeMismatch(
        operation: "accuracy", name: "image features", expected: [images.labels.count, encoder.embedDimension],
        found: [images.labels.count, images.width])
    }
    self.encoder = encoder
    self.assembly = assembly
    self.images = images
    self.scale = scale
  }

  /// The floating-point operations of a pass over one context's prompts.
  package var operations: Double {
    get throws { Double(try pass(Arrangement(contexts: 1, omitted: nil)).cost.operations) }
  }

  /// Classifies the images with contexts.
  ///
  /// - Throws: `TensorError` if a context doesn't have the assembly's shape, or oneDNN fails.
  package func scores(
    _ count: Int, of context: (Int) -> ContextMatrix, _ receive: (Int, ContextScores) throws -> Void
  ) throws {
    let classes = assembly.classNames.count
    var index = 0
    _ = try features(count, of: context) {
      try receive(index, images.scores(classFeatures: $0, classes: classes, scale: scale))
      index += 1
    }
  }

  /// Returns the classes that contexts predict.
  ///
  /// - Parameter contexts: the contexts.
  /// - Returns: A class for each image, for each context.
  /// - Throws: `TensorError` if a context doesn't have the assembly's shape, or oneDNN fails.
  package func predictions(of contexts: [ContextMatrix]) throws -> [[Int]] {
    let classes = assembly.classNames.count
    return try features(contexts.count, of: { contexts[$0] }) {
      try images.predictions(classFeatures: $0, classes: classes)
    }
  }

  /// Returns the results of a closure for the class features, `[classes, embedDimension]`, of each context.
  private func features<Result>(
    _ count: Int, of context: (Int) -> ContextMatrix, _ body: (UnsafePointer<Float>) throws -> Result
  ) throws -> [Result] {
    let classes = assembly.classNames.count
    var result: [Result] = []
    while result.count < count {
      let batch = try nextBatch(from: result.count, to: count, of: context)
      let rows = FloatBuffer(uninitialized: batch.count * assembly.contextRows * encoder.width)
      for (index, context) in batch.enumerated() {
        let start = index * assembly.contextRows * encoder.width
        _ = UnsafeMutableBufferPointer(rebasing: rows.elements[start..<start + context.vectors.count])
          .update(fromContentsOf: context.vectors)
      }
      let pass = try pass(Arrangement(contexts: batch.count, omitted: batch.first?.omitted))
      let features = try pass.forward(context: UnsafeBufferPointer(rows.elements))
      for index in batch.indices {
        result.append(try body(features.pointer + index * classes * encoder.embedDimension))
      }
    }
    return result
  }

  /// Returns as many of the next contexts as go into one tree: they leave out the same position.
  private func nextBatch(
    from start: Int, to end: Int, of context: (Int) -> ContextMatrix
  ) throws -> [ContextMatrix] {
    var batch: [ContextMatrix] = []
    var next = start
    let limit = try contextsInTree()
    while next < end, batch.count < limit {
      let candidate = context(next)
      guard candidate.rows == assembly.contextRows, candidate.width == encoder.width else {
        throw TensorError.shapeMismatch(
          operation: "accuracy", name: "the context", expected: [assembly.contextRows, encoder.width],
          found: [candidate.rows, candidate.width])
      }
      if let first = batch.first, first.omitted != candidate.omitted { break }
      batch.append(candidate)
      next += 1
    }
    return batch
  }

  private func contextsInTree() throws -> Int {
    let rows = try pass(Arrangement(contexts: 1, omitted: nil)).cost.rows
    return max(1, Self.treeRows / max(rows, 1))
  }

  private func pass(_ arrangement: Arrangement) throws -> PromptPass {
    if let pass = passes[arrangement] { return pass }
    let (length, rows) = (assembly.contextLength, assembly.contextRows)
    let prompts = (0..<arrangement.contexts).flatMap { index in
      assembly.prompts.map { prompt in
        prompt.compactMap { element -> PromptElement? in
          guard case .context(let row) = element else { return element }
          return row % length == arrangement.omitted ? nil : .context(index * rows + row)
        }
      }
    }
    let pass = try PromptPass(encoder: encoder, tree: encoder.tree(prompts), tapeLimit: 0)
    passes[arrangement] = pass
    return pass
  }
}
