extension Thing {
  static let signs = [
    Thing("star") { v in [star(0, 0.05, points: 5, outer: 0.9, inner: 0.4 + 0.06 * v.first)] },
    Thing("arrow") { v in
      let half = 0.16 + 0.05 * v.first
      return [
        polygon(
          .body, (-0.85, -half), (0.15, -half), (0.15, -0.5), (0.9, 0), (0.15, 0.5), (0.15, half), (-0.85, half))
      ]
    },
    Thing("heart") { _ in
      [
        polygon(.body, (-0.76, 0), (0.76, 0), (0, 0.85)), disc(-0.4, -0.2, 0.44), disc(0.4, -0.2, 0.44),
        block(0, -0.02, 0.3, 0.16),
      ]
    },
    Thing("cross") { v in
      let half = 0.2 + 0.06 * v.first
      return [block(0, 0, half, 0.85), block(0, 0, 0.85, half)]
    },
    Thing("moon") { v in
      [disc(0, 0, 0.82).without(disc(0.38 + 0.05 * v.first, -0.1, 0.68))]
    },
    Thing("flag") { v in
      [
        bar(-0.6, -0.85, to: -0.6, 0.9, 0.06, .dark),
        polygon(.body, (-0.55, -0.8), (0.75, -0.7 + 0.1 * v.first), (0.7, 0.1 + 0.1 * v.first), (-0.55, 0.05)),
      ]
    },
  ]
}
