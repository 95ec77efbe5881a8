import Foundation
import PromptLensTensors

extension Corruption {
  /// Adds a cloud that is rougher at lower decay of its steps.
  func fog(_ picture: FloatPicture, _ numbers: inout RandomStream) -> FloatPicture {
    let (strength, decay): (Float, Double) = constant([(1.5, 2), (2, 2), (2.5, 1.7), (2.5, 1.5), (3, 1.4)])
    var side = 1
    while side < max(picture.width, picture.height) { side *= 2 }
    let cloud = Self.plasma(side: side, decay: decay, &numbers)
    let largest = picture.values.max() ?? 0
    var result = picture
    for row in 0..<picture.height {
      for column in 0..<picture.width {
        let added = strength * cloud[row * side + column]
        for index in 0..<3 { result.values[(row * picture.width + column) * 3 + index] += added }
      }
    }
    return result.mapped { $0 * largest / (largest + strength) }
  }

  /// Returns a height map between 0 and 1 by midpoint displacement on a torus.
  ///
  /// Source: Fournier, Fussell and Carpenter, "Computer Rendering of Stochastic Models" (1982).
  ///
  /// - Parameters:
  ///   - side: columns and rows, a power of two.
  ///   - decay: what the displacements' scale is divided by from step to step.
  ///   - numbers: the random numbers.
  /// - Returns: `[side, side]`.
  static func plasma(side: Int, decay: Double, _ numbers: inout RandomStream) -> [Float] {
    var map = [Double](repeating: 0, count: side * side)
    func place(_ row: Int, _ column: Int) -> Int { (row & (side - 1)) * side + (column & (side - 1)) }
    var (step, wibble) = (side, 100.0)
    while step >= 2 {
      let half = step / 2
      func displaced(_ sum: Double) -> Double { sum / 4 + wibble * numbers.number(-wibble, wibble) }
      for row in stride(from: 0, to: side, by: step) {
        for column in stride(from: 0, to: side, by: step) {
          map[place(row + half, column + half)] = displaced(
            map[place(row, column)] + map[place(row + step, column)] + map[place(row, column + step)]
              + map[place(row + step, column + step)])
        }
      }
      for row in stride(from: 0, to: side, by: step) {
        for column in stride(from: 0, to: side, by: step) {
          map[place(row, column + half)] = displaced(
            map[place(row + half, column + half)] + map[place(row - half, column + half)] + map[place(row, column)]
              + map[place(row, column + step)])
        }
      }
      for row in stride(from: 0, to: side, by: step) {
        for column in stride(from: 0, to: side, by: step) {
          map[place(row + half, column)] = displaced(
            map[place(row + half, column + half)] + map[place(row + half, column - half)] + map[place(row, column)]
              + map[place(row + step, column)])
        }
      }
      step = half
      wibble /= decay
    }
    let (low, high) = (map.min() ?? 0, map.max() ?? 1)
    return map.map { Float(($0 - low) / max(high - low, .leastNormalMagnitude)) }
  }

  /// Brightens the picture and adds flakes that fall in a slanted direction, and those turned by half a turn.
  func snow(_ picture: FloatPicture, _ numbers: inout RandomStream) -> FloatPicture {
    struct Constants {
      let mean, deviation, zoom: Double
      let threshold: Float
      let radius: Int
      let blur: Double
      let kept: Float
    }
    let c = constant([
      Constants(mean: 0.1, deviation: 0.3, zoom: 3, threshold: 0.5, radius: 10, blur: 4, kept: 0.8),
      Constants(mean: 0.2, deviation: 0.3, zoom: 2, threshold: 0.5, radius: 12, blur: 4, kept: 0.7),
      Constants(mean: 0.55, deviation: 0.3, zoom: 4, threshold: 0.9, radius: 12, blur: 8, kept: 0.7),
      Constants(mean: 0.55, deviation: 0.3, zoom: 4.5, threshold: 0.85, radius: 12, blur: 8, kept: 0.65),
      Constants(mean: 0.55, deviation: 0.3, zoom: 2.5, threshold: 0.85, radius: 12, blur: 12, kept: 0.55),
    ])
    let (width, height) = (picture.width, picture.height)
    let noise = numbers.normal(count: width * height, deviation: c.deviation).map { $0 + Float(c.mean) }
    let flakes = FloatPicture(width: width, height: height, channels: 1, values: noise).zoomed(by: c.zoom)
      .mapped { $0 < c.threshold ? 0 : min(max($0, 0), 1) }
      .motionBlurred(radius: c.radius, deviation: c.blur, angle: numbers.number(-135, -45))
      .mapped { (min(max($0, 0), 1) * 255).rounded(.toNearestOrEven) / 255 }.cropped(width: width, height: height)
    var result = picture
    for place in 0..<width * height {
      let (red, green, blue) = (picture.values[3 * place], picture.values[3 * place + 1], picture.values[3 * place + 2])
      let gray = 0.299 * red + 0.587 * green + 0.114 * blue
      let row = place / width
      let column = place % width
      let isThere = row < flakes.height && column < flakes.width
      let snow =
        isThere
        ? flakes.values[row * flakes.width + column]
          + flakes.values[(flakes.height - 1 - row) * flakes.width + flakes.width - 1 - column] : 0
      for channel in 0..<3 {
        let value = picture.values[3 * place + channel]
        result.values[3 * place + channel] = c.kept * value + (1 - c.kept) * max(value, gray * 1.5 + 0.5) + snow
      }
    }
    return result
  }

  /// Mixes the picture with a drawn window of frost.
  func frost(_ picture: FloatPicture, _ numbers: inout RandomStream) -> FloatPicture {
    let (kept, added): (Float, Float) = constant([(1, 0.4), (0.8, 0.6), (0.7, 0.7), (0.65, 0.7), (0.6, 0.75)])
    let ice = Self.ice(width: picture.width, height: picture.height, &numbers)
    var result = picture
    for index in result.values.indices {
      result.values[index] = kept * result.values[index] + added * ice.values[index]
    }
    return result
  }

  /// A window of frost: the mean gray level of red, green and blue, and the standard deviation that each size of crystals adds.
  private struct Window {
    let level: [Float]
    let spreads: [Float]
  }

  /// The sizes of crystals in pixels; ridges stand where the larger ones meet.
  private static let iceSizes = [128, 64, 32, 16, 8, 4, 2, 1]
  private static let smallestRidge = 8
  /// The mean of ridges is 0.
  private static let ridge: Float = 0.52

  /// Windows with the levels and the spectra of the five photographs of frost that ImageNet-C mixes in, in gray levels of 255.
  private static let windows = [
    Window(level: [77, 148, 164.5], spreads: [28, 0, 8.5, 6.3, 0, 0, 11.3, 3.9]),
    Window(level: [199.6, 204, 213.5], spreads: [27.9, 0, 8.9, 8.1, 0, 18, 5.5, 6.2]),
    Window(level: [197.6, 201.9, 211.2], spreads: [28.4, 0, 9.7, 8.2, 0, 18.8, 5.8, 6.4]),
    Window(level: [144.8, 159.4, 172.3], spreads: [31.2, 0, 5.7, 9.9, 0, 18.9, 21.8, 8.3]),
    Window(level: [100.1, 111.5, 123.5], spreads: [33.3, 0, 35.4, 16.6, 2.5, 33.6, 0, 13.6]),
  ]

  /// Draws ice crystals of several sizes, like one of the windows; no picture is used.
  static func ice(width: Int, height: Int, _ numbers: inout RandomStream) -> FloatPicture {
    let window = windows[min(Int(numbers.number(0, Double(windows.count))), windows.count - 1)]
    let change = Float(numbers.number(-13, 13))
    var sum = [Float](repeating: 0, count: width * height)
    for (size, spread) in zip(iceSizes, window.spreads) where spread > 0 {
      let (columns, rows) = (width / size + 2, height / size + 2)
      let grid = numbers.normal(count: columns * rows, deviation: 1)
      let isRidge = size >= smallestRidge
      for row in 0..<height {
        let (top, shareY) = (row / size, Float(row % size) / Float(size))
        for column in 0..<width {
          let (left, shareX) = (column / size, Float(column % size) / Float(size))
          let above = grid[top * columns + left] * (1 - shareX) + grid[top * columns + left + 1] * shareX
          let below = grid[(top + 1) * columns + left] * (1 - shareX) + grid[(top + 1) * columns + left + 1] * shareX
          let value = above * (1 - shareY) + below * shareY
          sum[row * width + column] += spread * (isRidge ? ridge - abs(value) : value)
        }
      }
    }
    var picture = FloatPicture(width: width, height: height, channels: 3)
    for (place, value) in sum.enumerated() {
      for channel in 0..<3 {
        picture.values[3 * place + channel] = min(max((window.level[channel] + change + value) / 255, 0), 1)
      }
    }
    return picture
  }
}
