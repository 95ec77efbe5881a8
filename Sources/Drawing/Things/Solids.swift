extension Thing {
  static let solids = [
    Thing("ball") { v in [disc(0, 0, 0.8), oval(0.1 * v.first, 0, 0.22, 0.79, .accent)] },
    Thing("box") { v in
      let depth = 0.3 + 0.1 * v.first
      return [
        polygon(.light, (-0.75, -0.3), (-0.75 + depth, -0.75), (0.8, -0.75), (0.8 - depth, -0.3)),
        polygon(.dark, (0.8 - depth, -0.3), (0.8, -0.75), (0.8, 0.3), (0.8 - depth, 0.75)),
        polygon(.body, (-0.75, -0.3), (0.8 - depth, -0.3), (0.8 - depth, 0.75), (-0.75, 0.75)),
      ]
    },
    Thing("ring") { v in [hoop(0, 0, 0.62, 0.17 + 0.06 * v.first)] },
    Thing("cone") { v in
      [
        polygon(.body, (0, -0.85), (0.6 + 0.1 * v.first, 0.7), (-0.6 - 0.1 * v.first, 0.7)),
        oval(0, 0.7, 0.6 + 0.1 * v.first, 0.16),
      ]
    },
    Thing("coin") { _ in [disc(0, 0, 0.75), hoop(0, 0, 0.6, 0.05, .dark), block(0, 0, 0.1, 0.35, .dark)] },
  ]
}
