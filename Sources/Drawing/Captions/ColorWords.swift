import PromptLensTensors

/// The names of four shades of a color.
struct ColorShades {
  let lighter, darker, warmer, colder: String

  private init(_ lighter: String, _ darker: String, _ warmer: String, _ colder: String) {
    (self.lighter, self.darker, self.warmer, self.colder) = (lighter, darker, warmer, colder)
  }

  /// The modifiers by the colors' names: lighter, darker, warmer, colder.
  static let all = [
    "red": ColorShades("scarlet", "crimson", "vermilion", "ruby"),
    "orange": ColorShades("apricot", "copper", "tangerine", "salmon"),
    "yellow": ColorShades("canary", "golden", "saffron", "lemon"),
    "green": ColorShades("emerald", "pine", "fern", "jade"),
    "turquoise": ColorShades("aqua", "teal", "seafoam", "cyan"),
    "blue": ColorShades("azure", "sapphire", "ultramarine", "cobalt"),
    "purple": ColorShades("amethyst", "aubergine", "plum", "violet"),
    "pink": ColorShades("bubblegum", "rose", "flamingo", "carnation"),
    "brown": ColorShades("caramel", "chocolate", "chestnut", "umber"),
    "grey": ColorShades("silver", "pewter", "taupe", "slate"),
    "black": ColorShades("charcoal", "jet", "ebony", "raven"),
    "white": ColorShades("snowy", "pearl", "ivory", "chalky"),
  ]
}

extension Scene.Figure {
  /// Returns the color's name, the name of the drawn shade, or the color's name with a modifier.
  func colorWords(_ numbers: inout RandomStream) -> String {
    let kind = numbers.uniform(0, 1)
    guard kind < 0.4, let shades = ColorShades.all[color.name] else { return color.name }
    let difference = body - color.rgb
    let warmth = difference.x - difference.z
    let brightness = 2 * luminance(difference)
    let isShade = kind < 0.28
    if abs(brightness) > abs(warmth) {
      if brightness > 0 {
        return isShade ? shades.lighter : "\(numbers.pick(["light", "bright", "pale", "vivid"])) \(color.name)"
      }
      return isShade ? shades.darker : "\(numbers.pick(["dark", "deep", "dusky", "muted"])) \(color.name)"
    }
    return isShade
      ? (warmth > 0 ? shades.warmer : shades.colder) : "\(warmth > 0 ? "warm" : "cool") \(color.name)"
  }
}
