import PromptLensKernels

/// A rectangle of a picture while it is resized: packed pixels, and their offset in the whole.
struct PictureRegion {
  let columns: Range<Int>
  let rows: Range<Int>
  let bytesPerPixel: Int
  /// `[rows.count, columns.count, bytesPerPixel]`.
  let bytes: [UInt8]

  /// The bytes of one row.
  var stride: Int { columns.count * bytesPerPixel }

  /// Returns the offset of a pixel's first byte.
  func offset(column: Int, row: Int) -> Int {
    (row - rows.lowerBound) * stride + (column - columns.lowerBound) * bytesPerPixel
  }

  /// Returns a part of the rectangle.
  func cropped(columns wanted: Range<Int>, rows wantedRows: Range<Int>) -> [UInt8] {
    if wanted == columns, wantedRows == rows { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(wanted.count * wantedRows.count * bytesPerPixel)
    for row in wantedRows {
      let start = offset(column: wanted.lowerBound, row: row)
      result += bytes[start..<start + wanted.count * bytesPerPixel]
    }
    return result
  }
}

/// The arithmetic of weighted sums of samples, Pillow's for each kind.
enum SampleArithmetic {
  /// Bytes, with weights of 22 fractional bits.
  case fixedPoint(channels: Int)
  /// 16-bit numbers in two bytes, the low one first, with weights in double precision.
  case double
}

extension PictureRegion {
  /// Combines columns.
  ///
  /// - Parameters:
  ///   - windows: one for each of `columns`, over columns of this region.
  ///   - columns: the columns that result.
  ///   - rows: the rows to do, all in this region.
  ///   - arithmetic: the arithmetic of sums.
  /// - Returns: the rectangle of `columns` and `rows`.
  func resampledAlongX(
    _ windows: ResamplingWindows, columns: Range<Int>, rows: Range<Int>, _ arithmetic: SampleArithmetic
  ) -> PictureRegion {
    let result: [UInt8]
    switch arithmetic {
    case .fixedPoint(let channels):
      let shifted = windows.shifted(by: self.columns.lowerBound)
      let scratch = pl_resample_scratch(shifted, shifted.count, channels)
      let start = offset(column: self.columns.lowerBound, row: rows.lowerBound)
      result = filled(columns.count * channels * rows.count) { source, target in
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: scratch) { scratch in
          pl_resample_rows(
            source + start, stride, rows.count, channels, shifted, windows.taps, shifted.count, target,
            columns.count * channels, scratch.baseAddress)
        }
      }
    case .double:
      result = rows.flatMap { row in windows.sums { column in sample16(column: column, row: row) } }
        .flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    }
    return PictureRegion(columns: columns, rows: rows, bytesPerPixel: bytesPerPixel, bytes: result)
  }

  /// Combines rows; as ``resampledAlongX(_:columns:rows:_:)``, with `windows` over rows.
  func resampledAlongY(
    _ windows: ResamplingWindows, columns: Range<Int>, rows: Range<Int>, _ arithmetic: SampleArithmetic
  ) -> PictureRegion {
    let result: [UInt8]
    switch arithmetic {
    case .fixedPoint(let channels):
      let shifted = windows.shifted(by: self.rows.lowerBound)
      let samples = columns.count * channels
      let start = offset(column: columns.lowerBound, row: self.rows.lowerBound)
      result = filled(samples * rows.count) { source, target in
        pl_resample_columns(
          source + start, stride, shifted, windows.taps, shifted.count, samples, target, samples)
      }
    case .double:
      var values = [UInt8](repeating: 0, count: 2 * columns.count * rows.count)
      for (column, index) in zip(columns, 0...) {
        let sums = windows.sums { row in sample16(column: column, row: row) }
        for (row, value) in sums.enumerated() {
          values[2 * (row * columns.count + index)] = UInt8(truncatingIfNeeded: value)
          values[2 * (row * columns.count + index) + 1] = UInt8(value >> 8)
        }
      }
      result = values
    }
    return PictureRegion(columns: columns, rows: rows, bytesPerPixel: bytesPerPixel, bytes: result)
  }

  /// Returns new bytes, written by `body` from this region's.
  private func filled(
    _ count: Int, _ body: (_ source: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>) -> Void
  ) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
      bytes.withUnsafeBufferPointer { input in
        if let source = input.baseAddress, let target = output.baseAddress { body(source, target) }
      }
      initialized = count
    }
  }

  private func sample16(column: Int, row: Int) -> UInt16 {
    let start = offset(column: column, row: row)
    return UInt16(bytes[start]) | UInt16(bytes[start + 1]) << 8
  }
}

extension ResamplingWindows {
  /// Returns one row or column of 16-bit sums.
  ///
  /// Pillow clips the two bytes of a sum separately, so 65,536 becomes 0xFF00; a negative sum becomes 0.
  fileprivate func sums(_ sample: (Int) -> UInt16) -> [UInt16] {
    windows.map { window in
      var sum = 0.0
      for tap in 0..<Int(window.count) {
        sum += Double(sample(Int(window.first) + tap)) * exactTaps[Int(window.taps) + tap]
      }
      let rounded = Int(sum >= 0 ? (sum + 0.5).rounded(.down) : -(0.5 - sum).rounded(.down))
      let low = min(max(rounded % 256, 0), 255)
      let high = min(max(rounded >> 8, 0), 255)
      return UInt16(high << 8 | low)
    }
  }
}
