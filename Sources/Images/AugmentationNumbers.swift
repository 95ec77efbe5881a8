import PromptLensTensors

/// A source of random numbers for an augmentation, in torchvision's order of requests.
package protocol AugmentationNumbers {
  /// Returns a number drawn uniformly from a range, in f32 as PyTorch's `uniform_`.
  mutating func uniform(in range: ClosedRange<Float>) -> Float
  /// Returns an integer drawn uniformly from 0 to below `bound`.
  mutating func integer(below bound: Int) -> Int
}

extension RandomStream: AugmentationNumbers {}
