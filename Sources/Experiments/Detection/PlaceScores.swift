import PromptLensCLIP
import PromptLensEvaluation
import PromptLensTensors
import Synchronization

/// The local part of `KnownScore.globalLocal` of images, gathered while they are encoded: the largest probability of a
/// class, by a softmax of cosines at temperature 1, at any place of an image.
package final class PlaceScores: Sendable {
  private let classifier: CosineClassifier
  private let found = Mutex<[Int: Double]>([:])
  private let rows = Mutex<[Int]>([])

  /// Creates scores of no image.
  ///
  /// - Parameter text: the text features of the classes, `[classes, embedDimension]`.
  /// - Throws: `TensorError` when they aren't a matrix.
  package init(text: Tensor) throws { classifier = try CosineClassifier(weights: text) }

  /// The receiver of the features of places.
  package var receiver: ImageEncoder.PlaceReceiver {
    { images, features in
      let shape = features.shape.dimensions
      let size = shape[1] * shape[2]
      for (offset, image) in images.enumerated() {
        let places = features.withFloats { Array($0[offset * size..<(offset + 1) * size]) }
        let cosines = try self.classifier.cosines(with: Tensor(places, shape: [shape[1], shape[2]]))
        let scores = KnownScore.maximumConceptMatching.values(logits: cosines, scale: 1) ?? []
        self.found.withLock { $0[image] = scores.max() ?? 0 }
      }
    }
  }

  /// Keeps the images that could be read, in their order.
  package func keep(_ images: [Int]) { rows.withLock { $0 = images } }

  /// The score of each image that was kept.
  package var values: [Double] {
    let rows = rows.withLock { $0 }
    return found.withLock { found in rows.map { found[$0] ?? 0 } }
  }
}
