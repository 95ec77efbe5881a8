/// A pool that draws images of other classes, without repetition, as false positives of each class.
///
/// The pool contains all images except the kept ones. A class gets an image with the probability of its confusion with
/// that class.
struct FalsePositives {
  /// The error when no image is left for a class.
  struct Exhausted: Error { let label: Int }

  private let draw: LabeledDraw
  private let confusion: LabelConfusion
  /// Groups of images with the same weights: by class, or individual images if noise depends on images.
  private var groups: [[Int]]

  /// Creates a pool.
  ///
  /// - Parameters:
  ///   - draw: the images.
  ///   - confusion: the confusion of their classes.
  ///   - kept: indices of the draw whose images are kept.
  init(_ draw: LabeledDraw, confusion: LabelConfusion, kept: Set<Int>) {
    self.draw = draw
    self.confusion = confusion
    let standing = Set(kept.map { draw.rows[$0] })
    let pool = draw.paths.indices.filter { !standing.contains($0) }
    if case .instance = confusion {
      groups = pool.map { [$0] }
    } else {
      groups = [[Int]](repeating: [], count: draw.classCount)
      for image in pool { groups[draw.labels[image]].append(image) }
    }
  }

  /// Fills slots with false positives, class by class in turn.
  ///
  /// - Parameters:
  ///   - slots: the indices to fill for each class.
  ///   - seed: the seed of the choice.
  /// - Returns: the changes.
  /// - Throws: ``Exhausted``.
  mutating func draw(slots: [[Int]], seed: Int) throws(Exhausted) -> [LabelNoise.Change] {
    var filled: [(label: Int, offset: Int, image: Int)] = []
    for round in 0..<(slots.map(\.count).max() ?? 0) {
      for (label, offsets) in slots.enumerated() where round < offsets.count {
        let (first, second) = draw.noiseNumbers(.falsePositives, index: offsets[round], seed: seed)
        if let image = take(for: label, first, second) {
          filled.append((label, offsets[round], image))
          continue
        }
        // The images that are left belong to this class: an image that another class took serves here, and one of these
        // there.
        guard let index = filled.firstIndex(where: { weight($0.image, label) > 0 && canTake(for: $0.label) }),
          let other = take(for: filled[index].label, first, second)
        else { throw Exhausted(label: label) }
        filled.append((label, offsets[round], filled[index].image))
        filled[index].image = other
      }
    }
    return filled.map { slot in
      LabelNoise.Change(
        index: slot.offset, path: draw.paths[slot.image], from: draw.labels[slot.image], to: slot.label,
        replaces: draw.paths[draw.rows[slot.offset]])
    }
  }

  private func weight(_ image: Int, _ label: Int) -> Double {
    let own = draw.labels[image]
    return own == label ? 0 : confusion.weights(image: image, label: own, classCount: draw.classCount)[label]
  }

  private func weights(for label: Int) -> [Double] {
    groups.map { group in group.first.map { Double(group.count) * weight($0, label) } ?? 0 }
  }

  private func canTake(for label: Int) -> Bool { weights(for: label).contains { $0 > 0 } }

  /// Takes an image out of the pool: a group by its weight, and any image of it.
  private mutating func take(for label: Int, _ first: Double, _ second: Double) -> Int? {
    guard let group = weights(for: label).index(at: first) else { return nil }
    let offset = Int(second * Double(groups[group].count))
    groups[group].swapAt(offset, groups[group].count - 1)
    return groups[group].removeLast()
  }
}
