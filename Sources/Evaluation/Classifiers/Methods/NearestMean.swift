import PromptLensTensors

/// A classifier by the nearest mean direction of the classes' training images, without text features or settings.
///
/// `t_k = mean of f̂ over the class's images`, scaled to length one, and `z = s f̂ · t_k`. Source: Snell et al.,
/// "Prototypical Networks for Few-shot Learning" (2017), with cosines.
package struct NearestMean: ClassifierMethod {
  /// The name, `nearest-mean`.
  package let name = "nearest-mean"

  /// Creates the method, which doesn't have settings.
  package init() {}

  /// Computes the means; see ``ClassifierMethod/fit(_:)``.
  package func fit(_ task: FewShotTask) throws -> FittedClassifier {
    let sums = try Self.sums(of: task)
    return FittedClassifier(try LinearClassifier.cosine(text: sums.tensor(), scale: task.scale))
  }

  /// Returns the sum of each class's unit image features, `[classes, width]`.
  static func sums(of task: FewShotTask) throws -> Matrix {
    let width = task.train.width
    let features = try task.train.view().unitRows().floats()
    let sums = Matrix(rows: task.classCount, columns: width)
    for (row, label) in task.train.labels.enumerated() {
      let to = sums.buffer.pointer + label * width
      for index in 0..<width { to[index] += features[row * width + index] }
    }
    return sums
  }
}
