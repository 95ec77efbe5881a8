extension EvaluationTransform {
  /// Returns the picture whose normalized pixels are given, as far as bytes can hold it.
  ///
  /// - Parameter pixels: `[3, height, width]`.
  /// - Returns: red, green and blue bytes, `[height, width, 3]`.
  package func bytes(of pixels: [Float]) -> [UInt8] {
    let count = inputSize.count
    var bytes = [UInt8](repeating: 0, count: 3 * count)
    for channel in 0..<3 {
      let (mean, deviation) = (preprocessing.mean[channel], preprocessing.standardDeviation[channel])
      for index in 0..<count {
        let value = Double(pixels[channel * count + index] * deviation + mean) / preprocessing.rescaleFactor
        bytes[3 * index + channel] = UInt8(min(max(value.rounded(), 0), 255))
      }
    }
    return bytes
  }
}
