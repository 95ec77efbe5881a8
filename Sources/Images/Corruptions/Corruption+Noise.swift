import PromptLensTensors

extension Corruption {
  func gaussianNoise(_ picture: FloatPicture, _ numbers: inout RandomStream) -> FloatPicture {
    let noise = numbers.normal(count: picture.values.count, deviation: constant([0.08, 0.12, 0.18, 0.26, 0.38]))
    var result = picture
    for index in noise.indices { result.values[index] += noise[index] }
    return result
  }

  func speckleNoise(_ picture: FloatPicture, _ numbers: inout RandomStream) -> FloatPicture {
    let noise = numbers.normal(count: picture.values.count, deviation: constant([0.15, 0.2, 0.35, 0.45, 0.6]))
    var result = picture
    for index in noise.indices { result.values[index] *= 1 + noise[index] }
    return result
  }

  /// Draws the number of photons of each value by inversion, from a table of each byte's distribution.
  func shotNoise(_ pixels: [UInt8], _ width: Int, _ height: Int, _ numbers: inout RandomStream) -> FloatPicture {
    let photons: Double = constant([60, 25, 12, 5, 3])
    var result = FloatPicture(width: width, height: height, channels: 3)
    for (index, byte) in pixels.enumerated() {
      let mean = Double(byte) / 255 * photons
      result.values[index] = Float(Double(numbers.poisson(mean: mean)) / photons)
    }
    return result.clipped
  }

  /// Replaces a share of the values by black and white in equal parts, each channel by itself.
  func impulseNoise(_ picture: FloatPicture, _ numbers: inout RandomStream) -> FloatPicture {
    let amount: Float = constant([0.03, 0.06, 0.09, 0.17, 0.27])
    return picture.mapped { value in
      guard numbers.uniform(in: 0...1) < amount else { return value }
      return numbers.nextWord() & 1 == 0 ? 0 : 1
    }
  }
}
