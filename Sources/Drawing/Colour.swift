/// Red, green and blue from 0 to 1.
typealias RGB = SIMD3<Float>

/// A colour with a name.
struct Colour: Sendable {
  let name: String
  let rgb: RGB

  static let all = [
    Colour(name: "red", rgb: RGB(0.82, 0.14, 0.12)), Colour(name: "orange", rgb: RGB(0.95, 0.52, 0.08)),
    Colour(name: "yellow", rgb: RGB(0.95, 0.85, 0.15)), Colour(name: "green", rgb: RGB(0.15, 0.6, 0.2)),
    Colour(name: "turquoise", rgb: RGB(0.15, 0.7, 0.7)), Colour(name: "blue", rgb: RGB(0.12, 0.3, 0.82)),
    Colour(name: "purple", rgb: RGB(0.5, 0.18, 0.65)), Colour(name: "pink", rgb: RGB(0.95, 0.5, 0.65)),
    Colour(name: "brown", rgb: RGB(0.45, 0.27, 0.12)), Colour(name: "grey", rgb: RGB(0.5, 0.5, 0.52)),
    Colour(name: "black", rgb: RGB(0.1, 0.1, 0.11)), Colour(name: "white", rgb: RGB(0.93, 0.93, 0.91)),
  ]
}

func luminance(_ colour: RGB) -> Float { 0.299 * colour.x + 0.587 * colour.y + 0.114 * colour.z }

/// The mean of two colours, `share` of it the second's.
func mix(_ first: RGB, _ second: RGB, _ share: Float) -> RGB { first + (second - first) * share }
