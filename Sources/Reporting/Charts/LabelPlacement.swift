import Foundation

/// The placement of names beside points, where they cover neither a point nor another name; where there is no room beside
/// a point, a thin line leads to its name further away, and points without any room keep theirs for hover.
struct LabelPlacement {
  private struct Box {
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double

    func touches(_ other: Box) -> Bool {
      left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }

    func contains(_ x: Double, _ y: Double) -> Bool { x > left && x < right && y > top && y < bottom }
  }

  private let frame: Box
  private var clear: [Box] = []
  private var wanted: [(name: String, x: Double, y: Double)] = []

  init(area: PlotArea) { frame = Box(left: area.left, right: area.right, top: area.top, bottom: area.bottom) }

  mutating func add(_ name: String, x: Double, y: Double) {
    if !name.isEmpty { wanted.append((name, x, y)) }
  }

  /// Keeps names off a horizontal or vertical line.
  mutating func keepClear(x: (Double, Double), y: (Double, Double)) {
    clear.append(
      Box(left: min(x.0, x.1) - 1, right: max(x.0, x.1) + 1, top: min(y.0, y.1) - 1, bottom: max(y.0, y.1) + 1))
  }

  func draw(into markup: inout Markup) {
    var taken = clear + wanted.map { Box(left: $0.x - 4, right: $0.x + 4, top: $0.y - 4, bottom: $0.y + 4) }
    for label in wanted {
      let name = ChartText.fitted(label.name, limit: 110)
      let width = ChartText.width(name)
      // Right of the point, left, above, below, and at its corners.
      let offsets: [(Double, Double)] = [
        (6, 4), (-6 - width, 4), (-width / 2, -7), (-width / 2, 15), (5, -6), (5, 14), (-5 - width, -6),
      ]
      // Around the point, further and further away.
      let further = [20.0, 32, 46, 62].flatMap { distance in
        (0..<12).map { step -> (Double, Double) in
          let angle = Double(step) * .pi / 6
          let across = cos(angle) * distance
          return (across + (cos(angle) < -0.1 ? -width : cos(angle) > 0.1 ? 0 : -width / 2), sin(angle) * distance + 4)
        }
      }
      for (index, (across, down)) in (offsets + further).enumerated() {
        let (x, y) = (label.x + across, label.y + down)
        let box = Box(left: x, right: x + width, top: y - 9, bottom: y + 3)
        guard box.left >= frame.left, box.right <= frame.right, box.top >= frame.top, box.bottom <= frame.bottom,
          !taken.contains(where: box.touches)
        else { continue }
        if index >= offsets.count {
          let end = (x: min(max(label.x, box.left), box.right), y: min(max(label.y, box.top), box.bottom))
          // The line crosses no name and no other point.
          let (dx, dy) = (end.x - label.x, end.y - label.y)
          let isCrossing = (1...11).contains { step -> Bool in
            let share = Double(step) / 12
            let (x, y) = (label.x + share * dx, label.y + share * dy)
            guard abs(x - label.x) > 5 || abs(y - label.y) > 5 else { return false }
            return taken.contains { $0.contains(x, y) }
          }
          guard !isCrossing else { continue }
          markup.element(
            "line",
            [
              "class": "leader", "x1": label.x.coordinate, "x2": end.x.coordinate, "y1": label.y.coordinate,
              "y2": end.y.coordinate,
            ])
        }
        taken.append(box)
        markup.element("text", ["class": "muted name", "x": x.coordinate, "y": y.coordinate], text: name)
        break
      }
    }
  }
}
