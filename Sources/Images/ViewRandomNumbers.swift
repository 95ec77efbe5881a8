import PromptLensTensors

/// The random numbers that an augmentation asks for, in the order in which torchvision asks.
package protocol AugmentationNumbers {
  /// Returns a number drawn evenly from a range, in f32 as PyTorch's `uniform_`.
  mutating func uniform(in range: ClosedRange<Float>) -> Float
  /// Returns a whole number drawn evenly from 0 to below `bound`.
  mutating func integer(below bound: Int) -> Int
}

/// Random numbers that depend on nothing but a seed, an image and a view: whichever thread asks for whichever view
/// first, each view is the same.
///
/// They are `Philox`'s, with the seed as its key and the image and the view in its counter.
package struct ViewRandomNumbers: AugmentationNumbers, Sendable {
  private let key: SIMD2<UInt32>
  private let image: UInt64
  private let view: UInt32
  private var block: UInt32 = 0
  private var left: [UInt32] = []

  /// Creates the numbers of one view.
  ///
  /// - Parameters:
  ///   - seed: the seed of the whole augmentation.
  /// - image: the image's index in its split.
  /// - view: the view's index among the image's.
  package init(seed: Int, image: Int, view: Int) {
    let seed = UInt64(bitPattern: Int64(seed))
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.image = UInt64(bitPattern: Int64(image))
    self.view = UInt32(truncatingIfNeeded: view)
  }

  /// Returns the next 32 bits.
  mutating func next() -> UInt32 {
    if left.isEmpty {
      let counter = SIMD4(block, view, UInt32(truncatingIfNeeded: image), UInt32(truncatingIfNeeded: image >> 32))
      let numbers = Philox.block(counter: counter, key: key)
      left = [numbers.w, numbers.z, numbers.y, numbers.x]
      block &+= 1
    }
    return left.removeLast()
  }

  /// Returns 24 random bits, as many as the fraction of a f32 holds, scaled to the range.
  package mutating func uniform(in range: ClosedRange<Float>) -> Float {
    let fraction = Float(next() >> 8) / Float(1 << 24)
    return fraction * (range.upperBound - range.lowerBound) + range.lowerBound
  }

  /// Returns the high half of 64 random bits times `bound`: even to one part in 2^64 / bound.
  package mutating func integer(below bound: Int) -> Int {
    let bits = UInt64(next()) << 32 | UInt64(next())
    return Int(bits.multipliedFullWidth(by: UInt64(max(bound, 1))).high)
  }
}
