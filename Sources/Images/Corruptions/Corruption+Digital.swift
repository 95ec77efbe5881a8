import PromptLensTensors

extension Corruption {
  /// Moves each value towards its channel's mean.
  func contrast(_ picture: FloatPicture) -> FloatPicture {
    let factor: Float = constant([0.4, 0.3, 0.2, 0.1, 0.05])
    var sums = [Double](repeating: 0, count: 3)
    for (index, value) in picture.values.enumerated() { sums[index % 3] += Double(value) }
    let means = sums.map { Float($0 / Double(picture.width * picture.height)) }
    var result = picture
    for index in result.values.indices {
      let mean = means[index % 3]
      result.values[index] = (result.values[index] - mean) * factor + mean
    }
    return result
  }

  /// Moves pixels by a smooth random field.
  func elasticTransform(_ picture: FloatPicture, _ numbers: inout RandomStream) -> FloatPicture {
    let strength: Double = 250 * constant([0.05, 0.065, 0.085, 0.1, 0.12])
    let (width, height) = (picture.width, picture.height)
    let reach = Float(Double(height) * 0.005)
    func field(_ numbers: inout RandomStream) -> FloatPicture {
      var field = FloatPicture(width: width, height: height, channels: 1)
      for index in field.values.indices { field.values[index] = numbers.uniform(in: -reach...reach) }
      let columns = FloatPicture.gaussian(deviation: Double(height) * 0.01, truncate: 3)
      let rows = FloatPicture.gaussian(deviation: Double(width) * 0.01, truncate: 3)
      return field.filteredColumns(columns, border: .reflect).filteredRows(rows, border: .reflect)
        .mapped { $0 * Float(strength) }
    }
    let (dx, dy) = (field(&numbers), field(&numbers))
    let border = FloatPicture.Border.reflect
    var result = picture
    for row in 0..<height {
      for column in 0..<width {
        let place = row * width + column
        let (x, y) = (Float(column) + dx.values[place], Float(row) + dy.values[place])
        let (left, top) = (x.rounded(.down), y.rounded(.down))
        let (shareX, shareY) = (x - left, y - top)
        let columns = [border.index(Int(left), of: width), border.index(Int(left) + 1, of: width)]
        let rows = [border.index(Int(top), of: height), border.index(Int(top) + 1, of: height)]
        for channel in 0..<3 {
          func value(_ row: Int, _ column: Int) -> Float {
            picture.values[(rows[row] * width + columns[column]) * 3 + channel]
          }
          let above = value(0, 0) * (1 - shareX) + value(0, 1) * shareX
          let below = value(1, 0) * (1 - shareX) + value(1, 1) * shareX
          result.values[place * 3 + channel] = above * (1 - shareY) + below * shareY
        }
      }
    }
    return result
  }

  /// Shrinks by means of the pixels that each new one covers, and enlarges to the nearest pixel.
  func pixelate(_ pixels: [UInt8], _ width: Int, _ height: Int) -> [UInt8] {
    let factor: Double = constant([0.6, 0.5, 0.4, 0.3, 0.25])
    let (columns, rows) = (max(Int(Double(width) * factor), 1), max(Int(Double(height) * factor), 1))
    let small = DecodedImage(width: width, height: height, mode: .rgb, bytes: pixels).resized(
      PartialResize(width: columns, height: rows, columns: 0..<columns, rows: 0..<rows), filter: .box)
    return small.resized(
      PartialResize(width: width, height: height, columns: 0..<width, rows: 0..<height), filter: .nearest
    ).bytes
  }
}

extension FloatPicture {
  /// Returns the picture with a function of hue, saturation and value, each 0 to 1.
  ///
  /// Source: Smith, "Color Gamut Transform Pairs" (1978).
  func withHSV(_ body: (Float, Float, Float) -> (Float, Float, Float)) -> FloatPicture {
    var result = self
    for place in stride(from: 0, to: values.count, by: 3) {
      let (red, green, blue) = (values[place], values[place + 1], values[place + 2])
      let largest = max(red, green, blue)
      let range = largest - min(red, green, blue)
      var hue: Float = 0
      if range > 0 {
        if largest == red {
          hue = (green - blue) / range
        } else if largest == green {
          hue = 2 + (blue - red) / range
        } else {
          hue = 4 + (red - green) / range
        }
        hue /= 6
        hue -= hue.rounded(.down)
      }
      let (newHue, saturation, value) = body(hue, largest > 0 ? range / largest : 0, largest)
      let sector = (newHue * 6).rounded(.down)
      let part = newHue * 6 - sector
      let (p, q, t) = (
        value * (1 - saturation), value * (1 - part * saturation), value * (1 - (1 - part) * saturation)
      )
      let color: (Float, Float, Float) =
        switch Int(sector) % 6 {
        case 0: (value, t, p)
        case 1: (q, value, p)
        case 2: (p, value, t)
        case 3: (p, q, value)
        case 4: (t, p, value)
        default: (value, p, q)
        }
      (result.values[place], result.values[place + 1], result.values[place + 2]) = color
    }
    return result
  }
}
