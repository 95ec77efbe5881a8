import Foundation

/// A picture of numbers, black at 0 and white at 1, with one or three channels.
struct FloatPicture {
  let width: Int
  let height: Int
  let channels: Int
  /// `[height, width, channels]`.
  var values: [Float]

  init(width: Int, height: Int, channels: Int, values: [Float]) {
    self.width = width
    self.height = height
    self.channels = channels
    self.values = values
  }

  /// Creates a picture of one value.
  init(width: Int, height: Int, channels: Int, repeating value: Float = 0) {
    self.init(
      width: width, height: height, channels: channels,
      values: [Float](repeating: value, count: width * height * channels))
  }

  /// Creates a picture of RGB bytes.
  init(rgb bytes: [UInt8], width: Int, height: Int) {
    self.init(width: width, height: height, channels: 3, values: bytes.map { Float($0) / 255 })
  }

  /// The values as bytes, limited to 0 to 255 and cut off after the point, as NumPy converts them.
  var bytes: [UInt8] {
    // A value that is a byte's stays one.
    values.map { UInt8(min(max($0 * 255 + 1e-4, 0), 255)) }
  }

  /// Returns the picture with each value limited to 0 to 1.
  var clipped: FloatPicture { mapped { min(max($0, 0), 1) } }

  /// Returns the picture with a function of each value.
  func mapped(_ body: (Float) -> Float) -> FloatPicture {
    FloatPicture(width: width, height: height, channels: channels, values: values.map(body))
  }

  /// Returns the upper left part.
  func cropped(width newWidth: Int, height newHeight: Int) -> FloatPicture {
    guard newWidth < width || newHeight < height else { return self }
    let (columns, rows) = (min(newWidth, width), min(newHeight, height))
    var result = FloatPicture(width: columns, height: rows, channels: channels)
    for row in 0..<rows {
      let start = row * width * channels
      result.values.replaceSubrange(
        row * columns * channels..<(row + 1) * columns * channels, with: values[start..<start + columns * channels])
    }
    return result
  }
}

// MARK: - Filters

extension FloatPicture {
  /// The values beyond a picture's border.
  enum Border {
    /// The border's own value.
    case nearest
    /// Mirrored with the border's value twice: d c b a | a b c d.
    case reflect
    /// Mirrored with the border's value once: d c b | a b c d.
    case mirror

    func index(_ index: Int, of count: Int) -> Int {
      guard count > 1 else { return 0 }
      switch self {
      case .nearest: return min(max(index, 0), count - 1)
      case .reflect:
        let period = 2 * count
        let place = ((index % period) + period) % period
        return place < count ? place : period - 1 - place
      case .mirror:
        let period = 2 * count - 2
        let place = ((index % period) + period) % period
        return place < count ? place : period - place
      }
    }
  }

  /// Returns the weights of a Gaussian, which sum to 1.
  static func gaussian(deviation: Double, truncate: Double) -> [Float] {
    let radius = Int(truncate * deviation + 0.5)
    let weights = (-radius...radius).map { exp(-0.5 * Double($0 * $0) / (deviation * deviation)) }
    let sum = weights.reduce(0, +)
    return weights.map { Float($0 / sum) }
  }

  /// Returns the picture blurred by a Gaussian, as scikit-image's `gaussian` does.
  func blurred(deviation: Double, truncate: Double = 4, border: Border = .nearest) -> FloatPicture {
    let weights = Self.gaussian(deviation: deviation, truncate: truncate)
    return filteredColumns(weights, border: border).filteredRows(weights, border: border)
  }

  /// Returns weighted sums along y.
  func filteredColumns(_ weights: [Float], border: Border) -> FloatPicture {
    let radius = weights.count / 2
    let count = width * channels
    var result = FloatPicture(width: width, height: height, channels: channels)
    values.withUnsafeBufferPointer { input in
      result.values.withUnsafeMutableBufferPointer { output in
        for row in 0..<height {
          let target = row * count
          for (tap, weight) in weights.enumerated() {
            let source = border.index(row + tap - radius, of: height) * count
            for index in 0..<count { output[target + index] += weight * input[source + index] }
          }
        }
      }
    }
    return result
  }

  /// Returns weighted sums along x.
  func filteredRows(_ weights: [Float], border: Border) -> FloatPicture {
    let radius = weights.count / 2
    let (padded, channels) = (width + 2 * radius, channels)
    let places = (0..<padded).map { border.index($0 - radius, of: width) }
    var result = FloatPicture(width: width, height: height, channels: channels)
    var line = [Float](repeating: 0, count: padded * channels)
    for row in 0..<height {
      for (place, source) in places.enumerated() {
        for channel in 0..<channels {
          line[place * channels + channel] = values[(row * width + source) * channels + channel]
        }
      }
      line.withUnsafeBufferPointer { line in
        result.values.withUnsafeMutableBufferPointer { output in
          let target = row * width * channels
          for (tap, weight) in weights.enumerated() {
            for index in 0..<width * channels { output[target + index] += weight * line[tap * channels + index] }
          }
        }
      }
    }
    return result
  }

  /// Returns weighted sums over a square around each pixel.
  ///
  /// - Parameters:
  ///   - kernel: `[side, side]`, with an odd side.
  ///   - side: its columns and rows.
  ///   - border: the values beyond the border.
  /// - Returns: the sums; the kernel isn't mirrored.
  func filtered(_ kernel: [Float], side: Int, border: Border) -> FloatPicture {
    let radius = side / 2
    let count = width * channels
    let paddedWidth = (width + 2 * radius) * channels
    // A bordered copy, so that the inner loop is over whole rows.
    var padded = [Float](repeating: 0, count: paddedWidth * (height + 2 * radius))
    let columns = (0..<width + 2 * radius).map { border.index($0 - radius, of: width) }
    for row in 0..<height + 2 * radius {
      let source = border.index(row - radius, of: height) * count
      for (place, column) in columns.enumerated() {
        for channel in 0..<channels {
          padded[row * paddedWidth + place * channels + channel] = values[source + column * channels + channel]
        }
      }
    }
    var result = FloatPicture(width: width, height: height, channels: channels)
    padded.withUnsafeBufferPointer { padded in
      result.values.withUnsafeMutableBufferPointer { output in
        for row in 0..<height {
          for y in 0..<side {
            for x in 0..<side {
              let weight = kernel[y * side + x]
              guard weight != 0 else { continue }
              let source = (row + y) * paddedWidth + x * channels
              for index in 0..<count { output[row * count + index] += weight * padded[source + index] }
            }
          }
        }
      }
    }
    return result
  }
}

// MARK: - Moving

extension FloatPicture {
  /// Returns the middle of the picture enlarged, linearly between pixels whose outermost ones stay at the border, as
  /// SciPy's `zoom` of order 1 does.
  ///
  /// - Parameter factor: the enlargement, at least 1.
  /// - Returns: the middle, of about the picture's size.
  func zoomed(by factor: Double) -> FloatPicture {
    let rows = Int((Double(height) / factor).rounded(.up))
    let columns = Int((Double(width) / factor).rounded(.up))
    let (top, left) = ((height - rows) / 2, (width - columns) / 2)
    // NumPy rounds half to even.
    let newHeight = Int((Double(rows) * factor).rounded(.toNearestOrEven))
    let newWidth = Int((Double(columns) * factor).rounded(.toNearestOrEven))
    let x = Self.positions(columns, newWidth)
    var result = FloatPicture(width: newWidth, height: newHeight, channels: channels)
    for (row, y) in Self.positions(rows, newHeight).enumerated() {
      let upper = (top + y.first) * width
      let lower = (top + y.second) * width
      for column in 0..<newWidth {
        let place = x[column]
        for channel in 0..<channels {
          func value(_ line: Int, _ at: Int) -> Float { values[(line + left + at) * channels + channel] }
          let above = value(upper, place.first) * (1 - place.share) + value(upper, place.second) * place.share
          let below = value(lower, place.first) * (1 - place.share) + value(lower, place.second) * place.share
          result.values[(row * newWidth + column) * channels + channel] = above * (1 - y.share) + below * y.share
        }
      }
    }
    return result
  }

  private static func positions(_ count: Int, _ newCount: Int) -> [(first: Int, second: Int, share: Float)] {
    let step = newCount > 1 ? Double(count - 1) / Double(newCount - 1) : 0
    return (0..<newCount).map { index in
      let place = Double(index) * step
      let first = min(Int(place), count - 1)
      return (first, min(first + 1, count - 1), Float(place - Double(first)))
    }
  }

  /// Returns the picture blurred along a line in one direction from each pixel.
  ///
  /// - Parameters:
  ///   - radius: half of the line's length.
  ///   - deviation: the deviation of the weights, which fall from the line's start.
  ///   - angle: the line's direction in degrees.
  /// - Returns: the sum of shifted pictures, whose borders are repeated.
  func motionBlurred(radius: Int, deviation: Double, angle: Double) -> FloatPicture {
    let length = 2 * radius + 1
    let weights = (0..<length).map { exp(-Double($0 * $0) / (2 * deviation * deviation)) }
    let sum = weights.reduce(0, +)
    let (down, right) = (sin(angle * .pi / 180), cos(angle * .pi / 180))
    var result = FloatPicture(width: width, height: height, channels: channels)
    values.withUnsafeBufferPointer { input in
      result.values.withUnsafeMutableBufferPointer { output in
        for step in 0..<length {
          let dy = -Int((Double(step) * down - 0.5).rounded(.up))
          let dx = -Int((Double(step) * right - 0.5).rounded(.up))
          guard abs(dy) < height, abs(dx) < width else { break }
          let weight = Float(weights[step] / sum)
          for row in 0..<height {
            let source = Border.nearest.index(row - dy, of: height) * width
            for column in 0..<width {
              let from = (source + Border.nearest.index(column - dx, of: width)) * channels
              let to = (row * width + column) * channels
              for channel in 0..<channels { output[to + channel] += weight * input[from + channel] }
            }
          }
        }
      }
    }
    return result
  }
}
