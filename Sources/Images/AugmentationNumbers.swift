import PromptLensTensors

/// The random numbers that an augmentation asks for, in the order in which torchvision asks.
package protocol AugmentationNumbers {
  /// Returns a number drawn uniformly from a range, in f32 as PyTorch's `uniform_`.
  mutating func uniform(in range: ClosedRange<Float>) -> Float
  /// Returns an integer drawn uniformly from 0 to below `bound`.
  mutating func integer(below bound: Int) -> Int
}

extension RandomStream: AugmentationNumbers {}
