import PromptLensTensors

extension RandomStream {
  /// A purpose for which a picture draws numbers; the numbers of one purpose don't depend on the others.
  enum PicturePurpose: Int {
    case scene
    case brush
    case caption
  }

  /// Returns the random numbers of a purpose for a picture, independent of all others.
  ///
  /// They are the numbers of a view, with the thing and its number as the image, and the style, the part and the
  /// purpose as the view.
  static func picture(_ key: PictureKey, _ purpose: PicturePurpose, seed: Int) -> RandomStream {
    view(
      (purpose.rawValue << 8 | key.style.index) << 8 | key.part, ofImage: key.thing << 40 | key.number, seed: seed)
  }

  /// Returns a number drawn uniformly between two.
  mutating func uniform(_ low: Float, _ high: Float) -> Float { uniform(in: low...high) }

  /// Returns whether an event of a probability happens.
  mutating func chance(_ probability: Float) -> Bool { uniform(0, 1) < probability }

  /// Returns one of some choices, of which there is at least one.
  mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[integer(below: choices.count)] }

  /// Returns one of some choices, each with a probability in proportion to its weight.
  mutating func pick<Choice>(_ choices: [(Choice, Float)]) -> Choice {
    var left = uniform(0, choices.reduce(0) { $0 + $1.1 })
    for (choice, weight) in choices.dropLast() {
      left -= weight
      if left < 0 { return choice }
    }
    return choices[choices.count - 1].0
  }
}

/// The identity of a picture among all pictures of a seed.
struct PictureKey: Hashable, Sendable {
  /// The thing's index among all things.
  let thing: Int
  let style: PictureStyle
  /// The part of the data that the picture belongs to; pictures of different parts have nothing in common.
  let part: Int
  let number: Int
}
