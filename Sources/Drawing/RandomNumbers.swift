import PromptLensImages

/// Random numbers of one purpose for one picture: no other picture's and no other purpose's are the same.
///
/// They are ``ViewRandomNumbers``, with the picture for the image and the purpose for the view.
struct RandomNumbers {
  /// A purpose of random numbers: however many one takes, the others stay as they are.
  enum Purpose: Int {
    case scene
    case brush
    case caption
  }

  private var numbers: ViewRandomNumbers

  init(seed: Int, picture: PictureKey, _ purpose: Purpose) {
    numbers = ViewRandomNumbers(
      seed: seed, image: picture.thing << 40 | picture.number,
      view: (purpose.rawValue << 8 | picture.style.index) << 8 | picture.part)
  }

  mutating func uniform(_ low: Float, _ high: Float) -> Float { numbers.uniform(in: low...high) }

  mutating func integer(below bound: Int) -> Int { numbers.integer(below: bound) }

  mutating func chance(_ probability: Float) -> Bool { uniform(0, 1) < probability }

  /// Returns one of some choices, which aren't empty.
  mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[integer(below: choices.count)] }

  /// Returns one of some choices by their weights.
  mutating func pick<Choice>(_ choices: [(Choice, Float)]) -> Choice {
    var left = uniform(0, choices.reduce(0) { $0 + $1.1 })
    for (choice, weight) in choices.dropLast() {
      left -= weight
      if left < 0 { return choice }
    }
    return choices[choices.count - 1].0
  }
}

/// Which picture of all that a seed gives.
struct PictureKey: Hashable, Sendable {
  /// The thing's index among all things.
  let thing: Int
  let style: PictureStyle
  /// Which part of the data it belongs to; pictures of different parts have nothing in common.
  let part: Int
  let number: Int
}
