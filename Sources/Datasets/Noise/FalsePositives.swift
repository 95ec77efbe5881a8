/// Draws other classes' images from a pool, none twice, to stand in for images of each class.
///
/// The pool holds all images but those that keep their place. A class takes an image by how likely the image is to be
/// taken for that class.
struct FalsePositives {
  /// No image is left that could be taken for a class.
  struct Exhausted: Error { let label: Int }

  private let draw: LabelledDraw
  private let confusion: LabelConfusion
  /// Images of the pool that are drawn alike: by class, or one by one where noise depends on images.
  private var groups: [[Int]]

  /// A pool.
  ///
  /// - Parameters:
  ///   - draw: the images.
  ///   - confusion: what they are taken for.
  ///   - kept: places of the draw whose images stay.
  init(_ draw: LabelledDraw, confusion: LabelConfusion, kept: Set<Int>) {
    self.draw = draw
    self.confusion = confusion
    let standing = Set(kept.map { draw.rows[$0] })
    let pool = draw.paths.indices.filter { !standing.contains($0) }
    if case .instance = confusion {
      groups = pool.map { [$0] }
    } else {
      groups = [[Int]](repeating: [], count: draw.ways)
      for image in pool { groups[draw.labels[image]].append(image) }
    }
  }

  /// Fills places with false positives, class by class in turn.
  ///
  /// - Parameters:
  ///   - slots: for each class the places to fill.
  ///   - numbers: random numbers.
  /// - Returns: the changes.
  /// - Throws: ``Exhausted``.
  mutating func draw(slots: [[Int]], _ numbers: NoiseRandomNumbers) throws(Exhausted) -> [LabelNoise.Change] {
    var filled: [(label: Int, place: Int, image: Int)] = []
    for round in 0..<(slots.map(\.count).max() ?? 0) {
      for (label, places) in slots.enumerated() where round < places.count {
        let (first, second) = numbers.numbers(.falsePositives, places[round])
        if let image = take(for: label, first, second) {
          filled.append((label, places[round], image))
          continue
        }
        // What is left is this class's own: an image that another class took serves here, and one of these there.
        guard let index = filled.firstIndex(where: { weight($0.image, label) > 0 && canTake(for: $0.label) }),
          let other = take(for: filled[index].label, first, second)
        else { throw Exhausted(label: label) }
        filled.append((label, places[round], filled[index].image))
        filled[index].image = other
      }
    }
    return filled.map { slot in
      LabelNoise.Change(
        place: slot.place, path: draw.paths[slot.image], from: draw.labels[slot.image], to: slot.label,
        replaces: draw.paths[draw.rows[slot.place]])
    }
  }

  private func weight(_ image: Int, _ label: Int) -> Double {
    let own = draw.labels[image]
    return own == label ? 0 : confusion.weights(image: image, label: own, ways: draw.ways)[label]
  }

  private func weights(for label: Int) -> [Double] {
    groups.map { group in group.first.map { Double(group.count) * weight($0, label) } ?? 0 }
  }

  private func canTake(for label: Int) -> Bool { weights(for: label).contains { $0 > 0 } }

  /// Takes an image out of the pool: a group by its weight, and any image of it.
  private mutating func take(for label: Int, _ first: Double, _ second: Double) -> Int? {
    guard let group = weights(for: label).place(of: first) else { return nil }
    let place = Int(second * Double(groups[group].count))
    groups[group].swapAt(place, groups[group].count - 1)
    return groups[group].removeLast()
  }
}
