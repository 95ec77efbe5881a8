import Foundation

/// The rectangle of a random resized crop, in pixels.
package struct RandomResizedCrop: Sendable, Equatable {
  /// The rectangle's first row.
  package let top: Int
  /// The rectangle's first column.
  package let left: Int
  /// The rectangle's rows.
  package let height: Int
  /// The rectangle's columns.
  package let width: Int

  /// The share of the area in a crop.
  package static let scale: ClosedRange<Float> = 0.08...1
  /// The ratio of width to height.
  package static let ratio: ClosedRange<Double> = (3.0 / 4.0)...(4.0 / 3.0)

  /// Draws a rectangle: an area and an aspect ratio, evenly on a logarithmic scale, until both sides fit, ten times at
  /// most; then the largest centered rectangle of a ratio in range.
  ///
  /// Numbers are rounded where torchvision rounds them: draws and the exponential in f32, sides in f64, halves to even.
  /// Source: torchvision 0.27, `RandomResizedCrop.get_params`.
  ///
  /// - Parameters:
  ///   - width: the picture's columns.
  ///   - height: the picture's rows.
  ///   - leastArea: the smallest share of the area.
  ///   - numbers: the draws.
  package init(
    width: Int, height: Int, leastArea: Float = Self.scale.lowerBound, numbers: inout some AugmentationNumbers
  ) {
    let area = Double(width * height)
    let logRatio = logf(Float(Self.ratio.lowerBound))...logf(Float(Self.ratio.upperBound))
    for _ in 0..<10 {
      let target = area * Double(numbers.uniform(in: leastArea...Self.scale.upperBound))
      let aspect = Double(expf(numbers.uniform(in: logRatio)))
      let cropWidth = Int((target * aspect).squareRoot().rounded(.toNearestOrEven))
      let cropHeight = Int((target / aspect).squareRoot().rounded(.toNearestOrEven))
      guard (1...width).contains(cropWidth), (1...height).contains(cropHeight) else { continue }
      top = numbers.integer(below: height - cropHeight + 1)
      left = numbers.integer(below: width - cropWidth + 1)
      self.height = cropHeight
      self.width = cropWidth
      return
    }
    let whole = Double(width) / Double(height)
    if whole < Self.ratio.lowerBound {
      self.width = width
      self.height = Int((Double(width) / Self.ratio.lowerBound).rounded(.toNearestOrEven))
    } else if whole > Self.ratio.upperBound {
      self.height = height
      self.width = Int((Double(height) * Self.ratio.upperBound).rounded(.toNearestOrEven))
    } else {
      self.width = width
      self.height = height
    }
    top = (height - self.height) / 2
    left = (width - self.width) / 2
  }
}
