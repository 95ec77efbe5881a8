/// A color's red, green and blue from 0 to 1.
typealias RGB = SIMD3<Float>

/// A color with a name.
struct Color: Sendable {
  let name: String
  let rgb: RGB

  static let all = [
    Color(name: "red", rgb: RGB(0.82, 0.14, 0.12)), Color(name: "orange", rgb: RGB(0.95, 0.52, 0.08)),
    Color(name: "yellow", rgb: RGB(0.95, 0.85, 0.15)), Color(name: "green", rgb: RGB(0.15, 0.6, 0.2)),
    Color(name: "turquoise", rgb: RGB(0.15, 0.7, 0.7)), Color(name: "blue", rgb: RGB(0.12, 0.3, 0.82)),
    Color(name: "purple", rgb: RGB(0.5, 0.18, 0.65)), Color(name: "pink", rgb: RGB(0.95, 0.5, 0.65)),
    Color(name: "brown", rgb: RGB(0.45, 0.27, 0.12)), Color(name: "grey", rgb: RGB(0.5, 0.5, 0.52)),
    Color(name: "black", rgb: RGB(0.1, 0.1, 0.11)), Color(name: "white", rgb: RGB(0.93, 0.93, 0.91)),
  ]
}

func luminance(_ color: RGB) -> Float { 0.299 * color.x + 0.587 * color.y + 0.114 * color.z }

/// Returns a mixture of two colors, in which `share` is the second's weight.
func mix(_ first: RGB, _ second: RGB, _ share: Float) -> RGB { first + (second - first) * share }
