/// Names of four shades of a colour.
struct ColourShades {
  let lighter, darker, warmer, colder: String

  private init(_ lighter: String, _ darker: String, _ warmer: String, _ colder: String) {
    (self.lighter, self.darker, self.warmer, self.colder) = (lighter, darker, warmer, colder)
  }

  /// By the colours' names: lighter, darker, warmer, colder.
  static let all = [
    "red": ColourShades("scarlet", "crimson", "vermilion", "ruby"),
    "orange": ColourShades("apricot", "copper", "tangerine", "salmon"),
    "yellow": ColourShades("canary", "golden", "saffron", "lemon"),
    "green": ColourShades("emerald", "pine", "fern", "jade"),
    "turquoise": ColourShades("aqua", "teal", "seafoam", "cyan"),
    "blue": ColourShades("azure", "sapphire", "ultramarine", "cobalt"),
    "purple": ColourShades("amethyst", "aubergine", "plum", "violet"),
    "pink": ColourShades("bubblegum", "rose", "flamingo", "carnation"),
    "brown": ColourShades("caramel", "chocolate", "chestnut", "umber"),
    "grey": ColourShades("silver", "pewter", "taupe", "slate"),
    "black": ColourShades("charcoal", "jet", "ebony", "raven"),
    "white": ColourShades("snowy", "pearl", "ivory", "chalky"),
  ]
}

extension Scene.Figure {
  /// The colour's name, or that of the shade that was drawn, or the colour with how it differs from others of its name.
  func colourWords(_ numbers: inout RandomNumbers) -> String {
    let kind = numbers.uniform(0, 1)
    guard kind < 0.4, let shades = ColourShades.all[colour.name] else { return colour.name }
    let difference = body - colour.rgb
    let warmth = difference.x - difference.z
    let brightness = 2 * luminance(difference)
    let isShade = kind < 0.28
    if abs(brightness) > abs(warmth) {
      if brightness > 0 {
        return isShade ? shades.lighter : "\(numbers.pick(["light", "bright", "pale", "vivid"])) \(colour.name)"
      }
      return isShade ? shades.darker : "\(numbers.pick(["dark", "deep", "dusky", "muted"])) \(colour.name)"
    }
    return isShade
      ? (warmth > 0 ? shades.warmer : shades.colder) : "\(warmth > 0 ? "warm" : "cool") \(colour.name)"
  }
}
