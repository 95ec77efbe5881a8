import PromptLensCLIP
import PromptLensEvaluation
import PromptLensTensors

/// The part of the logits that each head and each MLP writes directly to the end token.
///
/// With fᵧ the feature of class y's prompt and its terms t (`FeatureTerms`), a class's cosine with an image u is
/// `Σₜ u · t / |f|`: with lengths as they are, every term adds to it. The attribution of a term is its part of the mean
/// over images of `s (c_y − mean_{k≠y} c_k)`, the logit of the label less the mean of the others'. The effect of a term
/// through later layers is left out.
///
/// Source: Elhage et al., "A Mathematical Framework for Transformer Circuits" (2021); nostalgebraist's lens is the sum
/// of the first terms.
package struct DirectLogitAttribution: Sendable, Equatable {
  /// The terms, in the tower's order.
  package let terms: [FeatureTerm]
  /// The part of each term.
  package let parts: [ImageBootstrap.Estimate]
  /// The logit of the label less the mean of the others', from the tower's own features.
  package let total: Double
  /// The largest difference between a feature and the sum of its terms, relative to the feature's length.
  package let largestError: Double
  /// The output of each term, `[classes][embedDimension]`, by the index of the term.
  package let outputs: [[[Float]]]

  /// Attributes the logits of images.
  ///
  /// - Parameters:
  ///   - encoder: the text tower.
  ///   - prompts: the classes' prompts.
  ///   - context: the context matrix.
  ///   - images: the images' features, unit rows.
  ///   - labels: the labels of the images.
  ///   - scale: s, the factor of cosines in logits.
  ///   - seed: the seed of the images' draws.
  /// - Throws: The tower's errors.
  package init(
    encoder: TextEncoder, prompts: [[PromptElement]], context: [Float], images: UnitRows, labels: [Int], scale: Float,
    seed: UInt64
  ) throws {
    let found = try encoder.terms(ofAll: prompts, context: context)
    let pass = try PromptPass(encoder: encoder, tree: encoder.tree(prompts), tapeLimit: 0)
    let features = try context.withUnsafeBufferPointer { try pass.forward(context: $0) }.floats
    let width = encoder.embedDimension
    let terms = found.first?.terms ?? []
    var largestError = 0.0
    let lengths = found.indices.map { label in
      let feature = features[label * width..<(label + 1) * width]
      return feature.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
    for (label, own) in found.enumerated() {
      let feature = features[label * width..<(label + 1) * width].map(Double.init)
      var sum = [Double](repeating: 0, count: width)
      for term in terms.indices { for index in 0..<width { sum[index] += Double(own.values[term * width + index]) } }
      let rest = sum.subtracting(feature)
      largestError = max(largestError, rest.dot(rest).squareRoot() / max(lengths[label], .leastNormalMagnitude))
    }
    let outputs = terms.indices.map { term in
      found.map { Array($0.values[term * width..<(term + 1) * width]) }
    }
    let unit = images.rows.floats
    let columns = try Parallel.map(outputs.count) { term in
      LogitDifference(outputs[term], lengths: lengths, width: width).values(
        images: unit, labels: labels, scale: scale)
    }
    parts = try ImageBootstrap(images: labels.count, resamples: 1000, seed: seed).estimates(columns)
    let whole = LogitDifference(
      lengths.indices.map { Array(features[$0 * width..<($0 + 1) * width]) }, lengths: lengths, width: width
    ).values(images: unit, labels: labels, scale: scale)
    total = whole.reduce(0) { $0 + Double($1) } / Double(max(whole.count, 1))
    self.terms = terms
    self.outputs = outputs
    self.largestError = largestError
  }
}

/// The logit of the label less the mean of the others', of one term of every class.
private struct LogitDifference {
  /// The term of each class over the class feature's length.
  private let rows: [[Double]]
  private let sum: [Double]

  init(_ rows: [[Float]], lengths: [Double], width: Int) {
    let scaled = zip(rows, lengths).map { row, length in
      row.map { length > 0 ? Double($0) / length : 0 }
    }
    self.rows = scaled
    sum = scaled.reduce([Double](repeating: 0, count: width)) { zip($0, $1).map(+) }
  }

  func values(images: [Float], labels: [Int], scale: Float) -> [Float] {
    let width = sum.count
    let others = Double(max(rows.count - 1, 1))
    return labels.enumerated().map { image, label in
      var (own, all) = (0.0, 0.0)
      for index in 0..<width {
        let value = Double(images[image * width + index])
        own += value * rows[label][index]
        all += value * sum[index]
      }
      return rows.count > 1 ? scale * Float(own - (all - own) / others) : 0
    }
  }
}
