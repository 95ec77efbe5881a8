/// How much the demo does.
struct DemoSettings {
  /// Pictures of each class that shots are drawn from, and pictures of each class in each style to measure on.
  let trainPictures, testPictures: Int
  let shots: [Int]
  let contextLength: Int
  let epochs: Int
  let learningRate: Double
  /// Of everything that is random.
  let seed: Int

  /// The classes: plants, animals, vehicles and tools, of which the model was never told the names of hammer, leaf and
  /// snail.
  static let classes = [
    "apple", "balloon", "bird", "boat", "butterfly", "cactus", "car", "cat", "cloud", "fish", "flower", "fork",
    "hammer",
    "key", "kite", "ladder", "leaf", "mushroom", "rocket", "scissors", "snail", "spoon", "tree", "umbrella",
  ]

  /// Five plain wordings.
  static let templates = ["{}", "a {}.", "a photo of a {}.", "a picture of the {}.", "this is a {}."]

  /// Everything.
  static func full(seed: Int) -> DemoSettings {
    DemoSettings(
      trainPictures: 32, testPictures: 40, shots: [1, 2, 4, 8, 16], contextLength: 8, epochs: 60, learningRate: 0.02,
      seed: seed)
  }

  /// Fewer pictures, shots and epochs.
  static func quick(seed: Int) -> DemoSettings {
    DemoSettings(
      trainPictures: 16, testPictures: 20, shots: [1, 4, 16], contextLength: 4, epochs: 30, learningRate: 0.02,
      seed: seed)
  }
}
