import PromptLensKernels

/// The inputs of each output position of a resize, with their weights.
struct ResamplingWindows {
  private(set) var windows: [pl_resample_window] = []
  /// Fixed-point weights, `PL_RESAMPLE_BITS` fractional bits; a window says where its own begin.
  private(set) var taps: [Int32] = []
  /// The same weights before rounding, for samples of more than 8 bits.
  private(set) var exactTaps: [Double] = []
  /// The inputs that the windows touch.
  let inputs: Range<Int>

  /// Creates windows of a filter, widened when the image shrinks so that every input counts.
  ///
  /// The operations and their order are Pillow's (`Resample.c`, 13.0), all in double precision, so that the rounded
  /// weights are Pillow's too.
  ///
  /// - Parameters:
  ///   - inputSize: positions to read from.
  ///   - outputSize: positions that the whole input is resized to.
  ///   - outputs: those of them that are wanted, at least one.
  ///   - filter: any filter but ``ResampleFilter/nearest``, which has no windows.
  init(inputSize: Int, outputSize: Int, outputs: Range<Int>, filter: ResampleFilter) {
    let scale = Double(inputSize) / Double(outputSize)
    let filterScale = max(scale, 1)
    let support = filter.support * filterScale
    let step = 1 / filterScale
    var low = inputSize
    var high = 0
    for output in outputs {
      let center = (Double(output) + 0.5) * scale
      // Int() truncates: a negative start becomes 0 either way.
      let first = max(0, Int(center - support + 0.5))
      let last = min(inputSize, Int(center + support + 0.5))
      let weights = (first..<max(first, last)).map { filter.weight(at: (Double($0) - center + 0.5) * step) }
      let sum = weights.reduce(0, +)
      let normalized = sum == 0 ? weights : weights.map { $0 / sum }

      windows.append(
        pl_resample_window(first: Int32(first), count: Int32(normalized.count), taps: Int32(taps.count)))
      exactTaps += normalized
      taps += normalized.map(Self.fixedPoint)
      low = min(low, first)
      high = max(high, first + normalized.count)
    }
    inputs = min(low, high)..<high
  }

  /// Rounds half away from zero.
  private static func fixedPoint(_ weight: Double) -> Int32 {
    let scaled = weight * Double(1 << PL_RESAMPLE_BITS)
    return Int32(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
  }

  /// Returns the windows with their inputs counted from `origin`.
  func shifted(by origin: Int) -> [pl_resample_window] {
    windows.map { pl_resample_window(first: $0.first - Int32(origin), count: $0.count, taps: $0.taps) }
  }
}
