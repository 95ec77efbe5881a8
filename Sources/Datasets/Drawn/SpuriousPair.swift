import PromptLensDrawing
import PromptLensFeatures

/// Two backgrounds that go with things in training pictures and not in test pictures, as water and land go with birds in
/// Waterbirds.
///
/// Things take turns: the first, third, … mostly have the first background in training pictures, the others the second. In
/// validation and test pictures both backgrounds are equally frequent.
package struct SpuriousPair: Sendable, Equatable {
  /// The two backgrounds.
  package let backgrounds: [Background]
  /// The share of a thing's training pictures with its own background.
  package let share: Double

  /// Creates a pair.
  ///
  /// - Parameter share: the share of a thing's training pictures with its own background, 0.5 to 1.
  package init(share: Double) {
    backgrounds = [.beach, .meadow]
    self.share = share
  }

  /// Returns the background of a picture: the first pictures of each thing have its own.
  ///
  /// - Parameters:
  ///   - thing: the thing's index among those that are drawn.
  ///   - split: the picture's split.
  ///   - number: its number among the thing's pictures of the split.
  ///   - count: how many those are.
  /// - Returns: one of ``backgrounds``.
  func background(of thing: Int, split: Split, number: Int, of count: Int) -> Background {
    let own = split == .train ? Int((share * Double(count)).rounded()) : (count + 1) / 2
    return backgrounds[(number < own ? thing : thing + 1) % 2]
  }
}
