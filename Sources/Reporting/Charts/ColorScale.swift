/// A scale of colors for the values of a heat map, the same in light and dark mode, and distinct by brightness.
struct ColorScale {
  /// The ends and the middle of the colors.
  enum Kind {
    /// Colors from low to high values.
    case sequential
    /// Colors from below to above a center, which is pale.
    case diverging
  }

  private let stops: [(red: Double, green: Double, blue: Double)]

  init(_ kind: Kind) {
    stops =
      switch kind {
      // Along the blue of Okabe and Ito, dark for much.
      case .sequential: [(240, 246, 250), (158, 202, 225), (0, 114, 178), (0, 40, 84)]
      // From their vermilion through near-white to their blue.
      case .diverging: [(150, 60, 0), (230, 140, 80), (247, 247, 247), (110, 170, 215), (0, 80, 140)]
      }
  }

  /// Returns the color at a position from 0 to 1, and an ink that is readable on it.
  func color(at share: Double) -> (fill: String, ink: String) {
    let position = min(max(share, 0), 1) * Double(stops.count - 1)
    let index = min(Int(position), stops.count - 2)
    let part = position - Double(index)
    let (from, to) = (stops[index], stops[index + 1])
    let red = from.red + part * (to.red - from.red)
    let green = from.green + part * (to.green - from.green)
    let blue = from.blue + part * (to.blue - from.blue)
    // Relative luminance as in television; below a half, white letters have more contrast.
    let dark = (0.299 * red + 0.587 * green + 0.114 * blue) / 255 < 0.5
    return ("rgb(\(Int(red.rounded())),\(Int(green.rounded())),\(Int(blue.rounded())))", dark ? "#ffffff" : "#111111")
  }
}
