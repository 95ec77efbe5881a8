/// A point of a picture or of a thing: x to the right, y downward.
typealias Point = SIMD2<Float>

/// An outline by its signed distance: negative inside, in the units of its points.
///
/// Distances use only sums, products, quotients and square roots, which IEEE 754 rounds identically on every machine.
/// Source: the usual signed distance functions, as in Quilez, "2D distance functions".
enum Shape: Sendable {
  case disc(center: Point, radius: Float)
  /// An ellipse; near its border the distance is exact to first order.
  case oval(center: Point, radii: Point)
  case block(center: Point, half: Point, rounding: Float)
  case bar(from: Point, to: Point, radius: Float)
  case hoop(center: Point, radius: Float, halfWidth: Float)
  /// A closed chain of corners that does not cross itself.
  case polygon([Point])

  /// Returns the distance of a point.
  func distance(_ point: Point) -> Float {
    switch self {
    case .disc(let center, let radius): return length(point - center) - radius
    case .oval(let center, let radii):
      let scaled = (point - center) / radii
      let slope = length(scaled / radii)
      let reach = length(scaled)
      return slope > 0 ? reach * (reach - 1) / slope : -min(radii.x, radii.y)
    case .block(let center, let half, let rounding):
      let offset = absolute(point - center) - half + rounding
      let outside = length(Point(max(offset.x, 0), max(offset.y, 0)))
      return outside + min(max(offset.x, offset.y), 0) - rounding
    case .bar(let from, let to, let radius):
      return distanceToSegment(point, from, to).squareRoot() - radius
    case .hoop(let center, let radius, let halfWidth): return abs(length(point - center) - radius) - halfWidth
    case .polygon(let corners): return polygonDistance(point, corners)
    }
  }
}

func length(_ vector: Point) -> Float { (vector.x * vector.x + vector.y * vector.y).squareRoot() }

private func absolute(_ vector: Point) -> Point { Point(abs(vector.x), abs(vector.y)) }

/// Returns the squared distance to a segment.
private func distanceToSegment(_ point: Point, _ from: Point, _ to: Point) -> Float {
  let along = to - from
  let offset = point - from
  let square = along.x * along.x + along.y * along.y
  let share = square > 0 ? min(max((offset.x * along.x + offset.y * along.y) / square, 0), 1) : 0
  let rest = offset - along * share
  return rest.x * rest.x + rest.y * rest.y
}

/// Returns the distance to the nearest edge, negative where a ray to the right crosses an odd number of them.
private func polygonDistance(_ point: Point, _ corners: [Point]) -> Float {
  corners.withUnsafeBufferPointer { corners in
    var nearest = Float.greatestFiniteMagnitude
    var isInside = false
    var previous = corners.count - 1
    for index in 0..<corners.count {
      let (from, to) = (corners[previous], corners[index])
      nearest = min(nearest, distanceToSegment(point, from, to))
      if (from.y > point.y) != (to.y > point.y),
        point.x < (to.x - from.x) * (point.y - from.y) / (to.y - from.y) + from.x
      {
        isInside.toggle()
      }
      previous = index
    }
    return isInside ? -nearest.squareRoot() : nearest.squareRoot()
  }
}
