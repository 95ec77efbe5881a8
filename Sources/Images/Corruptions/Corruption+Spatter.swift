import PromptLensTensors

extension Corruption {
  /// Adds drops of water, or of mud at the two highest severities.
  func spatter(_ picture: FloatPicture, _ numbers: inout RandomStream) -> FloatPicture {
    let mean: Float = constant([0.65, 0.65, 0.65, 0.65, 0.67])
    let deviation: Double = constant([0.3, 0.3, 0.3, 0.3, 0.4])
    let threshold: Float = constant([0.69, 0.68, 0.68, 0.65, 0.65])
    let (width, height) = (picture.width, picture.height)
    let noise = numbers.normal(count: width * height, deviation: deviation).map { $0 + mean }
    let liquid = FloatPicture(width: width, height: height, channels: 1, values: noise)
      .blurred(deviation: constant([4, 3, 2, 1, 1])).mapped { $0 < threshold ? 0 : $0 }
    return severity < 4
      ? withWater(picture, liquid, amount: constant([0.6, 0.6, 0.5, 0, 0])) : withMud(picture, liquid, threshold)
  }

  private func withMud(_ picture: FloatPicture, _ liquid: FloatPicture, _ threshold: Float) -> FloatPicture {
    let cover = liquid.mapped { $0 > threshold ? 1 : 0 }.blurred(deviation: 1.5).mapped { $0 < 0.8 ? 0 : $0 }
    let brown: [Float] = [63.0 / 255, 42.0 / 255, 20.0 / 255]
    var result = picture
    for index in result.values.indices {
      let share = cover.values[index / 3]
      result.values[index] = result.values[index] * (1 - share) + brown[index % 3] * share
    }
    return result
  }

  private func withWater(_ picture: FloatPicture, _ liquid: FloatPicture, amount: Float) -> FloatPicture {
    let layer = GrayBytes(
      width: liquid.width, height: liquid.height, bytes: liquid.values.map { UInt8(min(max($0 * 255, 0), 255)) })
    // Far from the drops' edges everything is alike; lit from the upper left.
    let distances = layer.edges(low: 50, high: 150).distances().map { min($0, 20) }
    let smooth = FloatPicture(width: layer.width, height: layer.height, channels: 1, values: distances)
      .filtered([Float](repeating: 1.0 / 9, count: 9), side: 3, border: .mirror)
    let equalized = GrayBytes(
      width: layer.width, height: layer.height, bytes: smooth.values.map { UInt8(min(max($0, 0), 255)) }
    ).equalized()
    let lit = FloatPicture(
      width: layer.width, height: layer.height, channels: 1, values: equalized.bytes.map { Float($0) }
    ).filtered([-2, -1, 0, -1, 1, 1, 0, 1, 2], side: 3, border: .mirror).mapped {
      min(max($0.rounded(.toNearestOrEven), 0), 255)
    }.filtered([Float](repeating: 1.0 / 9, count: 9), side: 3, border: .mirror)
    let cover = zip(layer.bytes, lit.values).map { Float($0) * $1.rounded(.toNearestOrEven) }
    let largest = cover.max() ?? 0
    guard largest > 0 else { return picture }
    let color: [Float] = [175.0 / 255, 238.0 / 255, 238.0 / 255]
    var result = picture
    for index in result.values.indices {
      result.values[index] += cover[index / 3] / largest * amount * color[index % 3]
    }
    return result
  }
}

/// A gray picture of bytes, with the operations that drops are made of.
private struct GrayBytes {
  let width: Int
  let height: Int
  var bytes: [UInt8]

  /// Returns white edges on black.
  ///
  /// Source: Canny, "A Computational Approach to Edge Detection" (1986), with sums of absolute derivatives.
  func edges(low: Int, high: Int) -> GrayBytes {
    func value(_ row: Int, _ column: Int) -> Int {
      Int(bytes[min(max(row, 0), height - 1) * width + min(max(column, 0), width - 1)])
    }
    var horizontal = [Int](repeating: 0, count: bytes.count)
    var vertical = horizontal
    for row in 0..<height {
      for column in 0..<width {
        let place = row * width + column
        horizontal[place] =
          value(row - 1, column + 1) + 2 * value(row, column + 1) + value(row + 1, column + 1)
          - value(row - 1, column - 1) - 2 * value(row, column - 1) - value(row + 1, column - 1)
        vertical[place] =
          value(row + 1, column - 1) + 2 * value(row + 1, column) + value(row + 1, column + 1)
          - value(row - 1, column - 1) - 2 * value(row - 1, column) - value(row - 1, column + 1)
      }
    }
    let strength = zip(horizontal, vertical).map { abs($0) + abs($1) }
    func at(_ row: Int, _ column: Int) -> Int {
      (0..<height).contains(row) && (0..<width).contains(column) ? strength[row * width + column] : 0
    }
    var result = GrayBytes(width: width, height: height, bytes: [UInt8](repeating: 0, count: bytes.count))
    var isCandidate = [Bool](repeating: false, count: bytes.count)
    var open: [Int] = []
    for row in 0..<height {
      for column in 0..<width {
        let place = row * width + column
        let found = strength[place]
        guard found > low else { continue }
        let (x, y) = (Double(abs(horizontal[place])), Double(abs(vertical[place])))
        let isRidge: Bool
        if y < x * 0.41421356237309503 {
          isRidge = found > at(row, column - 1) && found >= at(row, column + 1)
        } else if y > x * 2.414213562373095 {
          isRidge = found > at(row - 1, column) && found >= at(row + 1, column)
        } else {
          let side = (horizontal[place] < 0) != (vertical[place] < 0) ? -1 : 1
          isRidge = found > at(row - 1, column - side) && found > at(row + 1, column + side)
        }
        guard isRidge else { continue }
        isCandidate[place] = true
        guard found > high else { continue }
        result.bytes[place] = 255
        open.append(place)
      }
    }
    while let place = open.popLast() {
      for y in -1...1 {
        for x in -1...1 {
          let (row, column) = (place / width + y, place % width + x)
          guard (0..<height).contains(row), (0..<width).contains(column) else { continue }
          let next = row * width + column
          guard isCandidate[next], result.bytes[next] == 0 else { continue }
          result.bytes[next] = 255
          open.append(next)
        }
      }
    }
    return result
  }

  /// Returns the distance of each pixel to the nearest white one, by steps of length 1, 1.4 and 2.1969.
  ///
  /// Source: Borgefors, "Distance Transformations in Digital Images" (1986).
  func distances() -> [Float] {
    let steps: [(y: Int, x: Int, length: Float)] = [
      (-1, -1, 1.4), (-1, 0, 1), (-1, 1, 1.4), (0, -1, 1), (-2, -1, 2.1969), (-2, 1, 2.1969), (-1, -2, 2.1969),
      (-1, 2, 2.1969),
    ]
    var result = bytes.map { $0 == 255 ? 0 : Float(1e9) }
    func relax(_ row: Int, _ column: Int, _ sign: Int) {
      let place = row * width + column
      for step in steps {
        let (y, x) = (row + sign * step.y, column + sign * step.x)
        guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
        result[place] = min(result[place], result[y * width + x] + step.length)
      }
    }
    for row in 0..<height { for column in 0..<width { relax(row, column, 1) } }
    for row in (0..<height).reversed() { for column in (0..<width).reversed() { relax(row, column, -1) } }
    return result
  }

  /// Returns the picture with bytes spread evenly, so that the share of pixels at most as bright is the brightness.
  func equalized() -> GrayBytes {
    var counts = [Int](repeating: 0, count: 256)
    for byte in bytes { counts[Int(byte)] += 1 }
    guard let first = counts.firstIndex(where: { $0 > 0 }), counts[first] < bytes.count else { return self }
    let scale = 255 / Float(bytes.count - counts[first])
    var sum = 0
    var table = [UInt8](repeating: 0, count: 256)
    for value in first + 1..<256 {
      sum += counts[value]
      table[value] = UInt8(min((Float(sum) * scale).rounded(.toNearestOrEven), 255))
    }
    return GrayBytes(width: width, height: height, bytes: bytes.map { table[Int($0)] })
  }
}
