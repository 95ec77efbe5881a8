import Foundation
import PromptLensTensors

/// A scorer of one set of class features after another on the same labeled images.
///
/// Features are scaled to unit length and packed once, as the weights of a product with the class features.
package struct ImageScorer: Sendable {
  /// The label of each image.
  package let labels: [Int]
  /// The width of a feature.
  package let width: Int
  private let blocks: [LinearLayer]

  /// Images that one worker classifies at a time.
  private static let blockSize = 1024

  /// Packs features.
  ///
  /// - Parameters:
  ///   - features: `[images, width]`, of any lengths.
  ///   - labels: the label of each image.
  /// - Throws: `TensorError` if the numbers of features and labels differ, or are zero.
  package init(features: Tensor, labels: [Int]) throws {
    let dimensions = features.shape.dimensions
    guard dimensions.count == 2, dimensions[0] == labels.count, features.shape.count > 0 else {
      throw TensorError.shapeMismatch(
        operation: "images", name: "image features", expected: [labels.count, -1], found: dimensions)
    }
    let matrix = try features.unitRows()
    blocks = try stride(from: 0, to: labels.count, by: Self.blockSize).map { start in
      try LinearLayer(
        weight: matrix.rows(start..<min(start + Self.blockSize, labels.count)), name: "image features")
    }
    self.labels = labels
    width = dimensions[1]
  }

  /// Returns the share of images whose label has the largest cosine; see ``predictions(classFeatures:classes:)``.
  ///
  /// - Parameters:
  ///   - classFeatures: `[classes, width]`, of any lengths.
  ///   - classes: the number of classes.
  /// - Returns: A fraction, 0 to 1.
  /// - Throws: `TensorError` if oneDNN fails.
  package func accuracy(classFeatures: UnsafePointer<Float>, classes: Int) throws -> Double {
    let found = try predictions(classFeatures: classFeatures, classes: classes)
    return Double(zip(found, labels).count { $0 == $1 }) / Double(labels.count)
  }

  /// Returns whether each image is classified correctly, and its margin `s c_y − log Σ_{k≠y} exp(s c_k)` with c the
  /// cosines; with a single class it is 0.
  ///
  /// - Parameters:
  ///   - classFeatures: `[classes, width]`, of any lengths.
  ///   - classes: the number of classes.
  ///   - scale: s, the factor of cosines in logits.
  /// - Returns: The scores of the images.
  /// - Throws: `TensorError` if oneDNN fails.
  package func scores(
    classFeatures: UnsafePointer<Float>, classes: Int, scale: Float
  ) throws -> ContextScores {
    let unit = FloatBuffer(copying: classFeatures, count: classes * width)
    unit.normalizeRows(width: width)
    let found = try Parallel.map(blocks.count) { block -> ContextScores in
      let layer = blocks[block]
      let count = layer.outputs
      let cosines = FloatBuffer(uninitialized: classes * count)
      try layer.apply(unit.pointer, rows: classes, to: cosines.pointer)
      var correct = [Float](repeating: 0, count: count)
      var margins = [Float](repeating: 0, count: count)
      for image in 0..<count {
        let label = labels[block * Self.blockSize + image]
        guard label < classes else { continue }
        let own = cosines.pointer[label * count + image]
        var (largest, isFirst) = (-Float.infinity, true)
        for other in 0..<classes where other != label {
          let cosine = cosines.pointer[other * count + image]
          largest = max(largest, cosine)
          // Of equal cosines the first class's counts.
          if cosine > own || cosine == own && other < label { isFirst = false }
        }
        correct[image] = isFirst ? 1 : 0
        guard largest > -.infinity else { continue }
        var sum = Float(0)
        for other in 0..<classes where other != label {
          sum += exp(scale * (cosines.pointer[other * count + image] - largest))
        }
        margins[image] = scale * (own - largest) - log(sum)
      }
      return ContextScores(correct: correct, margins: margins)
    }
    return ContextScores(correct: found.flatMap(\.correct), margins: found.flatMap(\.margins))
  }

  /// Returns the class with the largest cosine for each image, the first of equal ones.
  ///
  /// - Parameters:
  ///   - classFeatures: `[classes, width]`, of any lengths.
  ///   - classes: the number of classes.
  /// - Returns: A class for each image.
  /// - Throws: `TensorError` if oneDNN fails.
  package func predictions(classFeatures: UnsafePointer<Float>, classes: Int) throws -> [Int] {
    let unit = FloatBuffer(copying: classFeatures, count: classes * width)
    unit.normalizeRows(width: width)
    let best = try Parallel.map(blocks.count) { block in
      let layer = blocks[block]
      let cosines = FloatBuffer(uninitialized: classes * layer.outputs)
      try layer.apply(unit.pointer, rows: classes, to: cosines.pointer)
      var best = [Int](repeating: 0, count: layer.outputs)
      for label in 1..<max(classes, 1) {
        let row = cosines.pointer + label * layer.outputs
        for image in 0..<layer.outputs where row[image] > cosines.pointer[image] {
          cosines.pointer[image] = row[image]
          best[image] = label
        }
      }
      return best
    }
    return best.flatMap { $0 }
  }
}
