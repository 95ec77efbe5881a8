extension Thing {
  static let tools = [
    Thing("ladder") { v in
      [
        bar(-0.35, -0.9, to: -0.45, 0.9, 0.07), bar(0.35, -0.9, to: 0.45, 0.9, 0.07),
        bar(-0.36, -0.6, to: 0.36, -0.6, 0.06), bar(-0.38, -0.2, to: 0.38, -0.2, 0.06),
        bar(-0.4, 0.2, to: 0.4, 0.2, 0.06), bar(-0.42, 0.6, to: 0.42, 0.6 + 0.03 * v.first, 0.06),
      ]
    },
    Thing("key") { v in
      [
        hoop(-0.5, 0, 0.27, 0.11), block(0.3, 0, 0.55, 0.09), block(0.75, 0.18, 0.08, 0.18 + 0.04 * v.first),
        block(0.48, 0.15, 0.07, 0.15),
      ]
    },
    Thing("hammer") { v in
      [block(0, 0.25, 0.1, 0.65, round: 0.05, .accent), block(0, -0.5, 0.6, 0.2 + 0.03 * v.first, round: 0.05)]
    },
    Thing("spoon") { v in [oval(0, -0.55, 0.28 + 0.04 * v.first, 0.38), bar(0, -0.2, to: 0, 0.88, 0.075)] },
    Thing("fork") { v in
      [
        bar(0, -0.1, to: 0, 0.88, 0.08), block(0, -0.2, 0.32, 0.12, round: 0.08),
        bar(-0.27, -0.2, to: -0.27, -0.85, 0.055),
        bar(0, -0.2, to: 0, -0.85, 0.055), bar(0.27, -0.2, to: 0.27, -0.85 + 0.03 * v.first, 0.055),
      ]
    },
    Thing("scissors") { v in
      [
        bar(-0.28, 0.35, to: 0.3 + 0.06 * v.first, -0.9, 0.07, .light), bar(0.28, 0.35, to: -0.3, -0.9, 0.07, .light),
        hoop(-0.36, 0.58, 0.22, 0.09), hoop(0.36, 0.58, 0.22, 0.09),
      ]
    },
    Thing("umbrella") { v in
      [
        bar(0, -0.2, to: 0, 0.68, 0.05, .dark), hoop(0.15, 0.7, 0.15, 0.05, .dark).without(block(0.15, 0.5, 0.3, 0.2)),
        disc(0, 0.05, 0.88).without(block(0, 0.52, 1, 0.48)), bar(0, -0.8, to: 0, -0.92 + 0.03 * v.first, 0.04, .dark),
      ]
    },
  ]
}
