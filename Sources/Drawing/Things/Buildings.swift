extension Thing {
  static let buildings = [
    Thing("house") { v in
      [
        block(0, 0.35, 0.62, 0.48), polygon(.accent, (-0.85, -0.1), (0, -0.85 + 0.1 * v.first), (0.85, -0.1)),
        block(0.05, 0.55, 0.14, 0.28, .dark), block(-0.36, 0.25, 0.13, 0.13, .light),
        block(0.4, 0.25, 0.13, 0.13, .light),
      ]
    },
    Thing("tent") { v in
      [
        polygon(.body, (0, -0.7 + 0.1 * v.first), (0.92, 0.7), (-0.92, 0.7)),
        polygon(.dark, (0, -0.25), (0.3, 0.7), (-0.3, 0.7)),
      ]
    },
    Thing("tower") { v in
      [
        block(0, 0.25, 0.36 + 0.06 * v.first, 0.65), block(0, -0.5, 0.5, 0.16),
        block(-0.4, -0.75, 0.11, 0.12), block(0, -0.75, 0.11, 0.12), block(0.4, -0.75, 0.11, 0.12),
        block(0, 0.68, 0.13, 0.22, .dark), block(0, 0, 0.07, 0.15, .dark),
      ]
    },
    Thing("windmill") { v in
      let sails = (0..<4).map { index in
        let direction = unitVector(turns: Float(index) / 4 + 0.125 + 0.08 * v.first)
        return bar(0, -0.25, to: 0.65 * direction.x, 0.65 * direction.y - 0.25, 0.09, .accent)
      }
      return [polygon(.body, (-0.2, -0.3), (0.2, -0.3), (0.42, 0.9), (-0.42, 0.9))] + sails
        + [disc(0, -0.25, 0.1, .dark)]
    },
    Thing("bridge") { v in
      [
        block(0, 0.2, 0.95, 0.42).without(oval(0, 0.7, 0.6, 0.62 + 0.06 * v.first)), block(0, -0.28, 0.95, 0.08, .dark),
      ]
    },
  ]
}
