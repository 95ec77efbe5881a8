extension Thing {
  static let nature = [
    Thing("tree") { v in
      [
        block(0, 0.6, 0.1, 0.32, .dark), disc(0, -0.35, 0.5), disc(-0.36, 0.02, 0.32 + 0.04 * v.first),
        disc(0.36, 0.02, 0.32 + 0.04 * v.second),
      ]
    },
    Thing("flower") { v in
      let petals = (0..<5).map { index in
        let direction = unitVector(turns: Float(index) / 5 + 0.05 * v.first)
        return disc(0.38 * direction.x, 0.38 * direction.y - 0.3, 0.28)
      }
      return [bar(0, 0, to: 0.1 * v.second, 0.9, 0.05, .dark), oval(0.25, 0.55, 0.22, 0.1, .dark)] + petals
        + [disc(0, -0.3, 0.2, .accent)]
    },
    Thing("mushroom") { v in
      [
        block(0, 0.4, 0.2 + 0.04 * v.first, 0.42, round: 0.1, .light),
        disc(0, 0.05, 0.8).without(block(0, 0.6, 1, 0.55)),
        disc(-0.3, -0.3, 0.12, .light), disc(0.25, -0.4, 0.1, .light), disc(0.45, -0.12, 0.09, .light),
      ]
    },
    Thing("cactus") { v in
      [
        block(0, 0.05, 0.2, 0.8, round: 0.18), bar(-0.55, -0.2 + 0.1 * v.first, to: -0.55, 0.2, 0.13),
        bar(-0.55, 0.2, to: 0, 0.2, 0.13), bar(0.55, -0.4 + 0.1 * v.second, to: 0.55, 0, 0.13),
        bar(0.55, 0, to: 0, 0, 0.13),
      ]
    },
    Thing("leaf") { v in
      [
        disc(0.45, 0, 0.8).without(disc(0, 0, 0)).intersected(center: -0.45, radius: 0.8),
        bar(0, -0.55, to: 0.05 * v.first, 0.92, 0.04, .dark),
        bar(0, 0.1, to: 0.22, -0.12, 0.025, .dark), bar(0, 0.3, to: -0.22, 0.08, 0.025, .dark),
      ]
    },
    Thing("apple") { v in
      [
        disc(-0.25, 0.15, 0.52), disc(0.25, 0.15, 0.52), oval(0, 0.35, 0.5, 0.45),
        bar(0, -0.25, to: 0.08 * v.first, -0.65, 0.05, .dark), oval(0.27, -0.6, 0.22, 0.1, .accent),
      ]
    },
    Thing("cloud") { v in
      [
        block(0, 0.3, 0.7, 0.2, round: 0.18), disc(-0.45, 0.1, 0.36), disc(0.45, 0.12, 0.34 + 0.04 * v.first),
        disc(0, -0.15, 0.45),
      ]
    },
  ]
}

extension Component {
  /// Returns a lens: the intersection of a disc with another one of the same radius, by its corners.
  fileprivate func intersected(center: Float, radius: Float) -> Component {
    guard case .disc(let own, _) = shape else { return self }
    // The right border belongs to the left disc, and the left border to the right disc.
    let steps = 12
    func border(_ middle: Float, _ sign: Float) -> [Point] {
      (0...steps).map { step in
        let y = (Float(step) / Float(steps) * 2 - 1) * (radius * radius - own.x * own.x).squareRoot()
        return Point(middle + sign * (radius * radius - y * y).squareRoot(), y)
      }
    }
    return Component(shape: .polygon(border(center, 1) + border(own.x, -1).reversed()), tone: tone)
  }
}
