import PromptLensTensors

extension Corruption {
  /// Blurs by a disk whose edge is softened.
  func defocusBlur(_ picture: FloatPicture) -> FloatPicture {
    let (radius, softness): (Int, Double) = constant([(3, 0.1), (4, 0.5), (6, 0.5), (8, 0.5), (10, 0.5)])
    let half = max(radius, 8)
    let side = 2 * half + 1
    var disk = FloatPicture(width: side, height: side, channels: 1)
    for y in -half...half {
      for x in -half...half where x * x + y * y <= radius * radius {
        disk.values[(y + half) * side + x + half] = 1
      }
    }
    let sum = disk.values.reduce(0, +)
    let taps = radius <= 8 ? 1 : 2
    let all = FloatPicture.gaussian(deviation: softness, truncate: Double(taps) / softness)
    let weights = all.count == 2 * taps + 1 ? all : [0, 1, 0]
    let kernel = disk.mapped { $0 / sum }.filteredColumns(weights, border: .mirror).filteredRows(
      weights, border: .mirror)
    return picture.filtered(kernel.values, side: side, border: .mirror)
  }

  /// Blurs, lets pixels take the values of neighbors, in order from the lower right, and blurs again.
  func glassBlur(_ picture: FloatPicture, _ numbers: inout RandomStream) -> FloatPicture {
    let (deviation, reach, rounds): (Double, Int, Int) =
      constant([(0.7, 1, 2), (0.9, 2, 1), (1, 2, 3), (1.1, 3, 2), (1.5, 4, 2)])
    let (width, height) = (picture.width, picture.height)
    var bytes = picture.blurred(deviation: deviation).bytes
    for _ in 0..<rounds {
      for row in stride(from: height - reach, to: reach, by: -1) {
        for column in stride(from: width - reach, to: reach, by: -1) {
          let dx = numbers.integer(below: 2 * reach) - reach
          let dy = numbers.integer(below: 2 * reach) - reach
          let from = ((row + dy) * width + column + dx) * 3
          // The published code means to swap the two pixels, and copies one.
          for channel in 0..<3 { bytes[(row * width + column) * 3 + channel] = bytes[from + channel] }
        }
      }
    }
    return FloatPicture(rgb: bytes, width: width, height: height).blurred(deviation: deviation)
  }

  /// Adds enlarged middles of the picture.
  func zoomBlur(_ picture: FloatPicture) -> FloatPicture {
    let (count, step): (Int, Double) = constant([(12, 0.01), (16, 0.01), (11, 0.02), (13, 0.02), (11, 0.03)])
    let (width, channels) = (picture.width, picture.channels)
    var sum = picture
    for index in 0..<count {
      let layer = picture.zoomed(by: 1 + Double(index) * step)
      for row in 0..<min(layer.height, picture.height) {
        for place in 0..<min(layer.width, width) * channels {
          sum.values[row * width * channels + place] += layer.values[row * layer.width * channels + place]
        }
      }
    }
    return sum.mapped { $0 / Float(count + 1) }
  }
}
