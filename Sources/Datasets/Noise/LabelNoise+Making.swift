import Foundation

extension LabelNoise {
  /// Generates noise for a draw.
  ///
  /// The changes depend only on the seed and the images' indices, so the noise of a higher rate includes that of a
  /// lower one.
  ///
  /// - Parameters:
  ///   - specification: the kind and the amount of noise.
  ///   - draw: the images; test images are an error.
  ///   - confusion: the classes that images are taken for; its kind is the specification's.
  ///   - seed: the seed.
  /// - Throws: ``DatasetError/badNoise(text:reason:)`` when there isn't another class, or when there are not enough
  ///   images for the false positives.
  package init(
    _ specification: NoiseSpecification, on draw: LabeledDraw, confusion: LabelConfusion, seed: Int
  ) throws(DatasetError) {
    try Self.check(specification, on: draw)
    let order = Self.order(draw, confusion, seed: seed)
    let changes: [Change]
    switch specification.amount {
    case .rate(let rate):
      changes = order.enumerated().flatMap { label, indices in
        indices.prefix(Int((rate * Double(indices.count)).rounded())).map { index in
          let weights = confusion.weights(image: draw.rows[index], label: label, classCount: draw.classCount)
          let number = draw.noiseNumbers(.images, index: index, seed: seed).second
          let given = weights.index(at: number) ?? (label + 1) % draw.classCount
          return Change(index: index, path: draw.paths[draw.rows[index]], from: label, to: given)
        }
      }
    case .falsePositives(let count):
      var exchange = FalsePositives(draw, confusion: confusion, kept: Set(order.flatMap { $0.dropFirst(count) }))
      do {
        changes = try exchange.draw(slots: order.map { Array($0.prefix(count)) }, seed: seed)
      } catch {
        throw DatasetError.badNoise(
          text: "\(specification)",
          reason:
            "no image is left for a false positive of \(draw.classNames[error.label]); ask for fewer, or give "
            + "more training images than shots")
      }
    }
    self.init(draw, origin: "\(specification)", seed: seed, changes: changes)
  }

  /// Checks that a noise is possible for the numbers of images and classes, before anything else is known of the
  /// images.
  ///
  /// - Parameters:
  ///   - specification: the kind and the amount of noise.
  ///   - draw: the images.
  /// - Throws: ``DatasetError/badNoise(text:reason:)`` for test images, a single class, or a class of fewer images than
  ///   false positives.
  package static func check(_ specification: NoiseSpecification, on draw: LabeledDraw) throws(DatasetError) {
    func bad(_ reason: String) -> DatasetError { .badNoise(text: "\(specification)", reason: reason) }
    guard draw.split != .test else { throw bad("test images keep their labels") }
    guard draw.classCount > 1 else {
      throw bad("there is only one class, \(draw.classNames.first ?? ""), and wrong labels need another")
    }
    guard case .falsePositives(let count) = specification.amount else { return }
    var images = [Int](repeating: 0, count: draw.classCount)
    for label in draw.drawnLabels { images[label] += 1 }
    for (label, images) in images.enumerated() where images < count && images > 0 {
      throw bad("the class \(draw.classNames[label]) has \(images) images, fewer than \(count) false positives")
    }
  }

  /// Returns the indices of each class's images in the order in which they are changed: at random, those of weight w
  /// before others of weight v in w / (w + v) of the cases. Source: Efraimidis and Spirakis, "Weighted random sampling
  /// with a reservoir" (2006): by descending u^(1/w).
  private static func order(
    _ draw: LabeledDraw, _ confusion: LabelConfusion, seed: Int
  ) -> [[Int]] {
    var groups = [[(key: Double, index: Int)]](repeating: [], count: draw.classCount)
    for (index, row) in draw.rows.enumerated() {
      let label = draw.labels[row]
      let weight = confusion.proneness(image: row, label: label)
      groups[label].append((log(draw.noiseNumbers(.images, index: index, seed: seed).first) / weight, index))
    }
    return groups.map { $0.sorted { ($1.key, $0.index) < ($0.key, $1.index) }.map(\.index) }
  }
}
