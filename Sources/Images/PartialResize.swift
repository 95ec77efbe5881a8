/// The resizing of a whole picture to a size of which only a rectangle is needed.
struct PartialResize {
  /// The whole picture's size afterward.
  let width: Int
  let height: Int
  /// The wanted columns and rows of it.
  let columns: Range<Int>
  let rows: Range<Int>
}

extension DecodedImage {
  /// Resizes the picture in its own mode and cuts a rectangle from the result, with the bytes of Pillow's
  /// `resize((width, height), filter).crop(…)`; pixels outside the rectangle are never computed.
  ///
  /// Black-and-white and palette pictures are resized to the nearest pixel, since their values cannot be mixed; alpha
  /// is multiplied in before and divided out afterward, unless the nearest pixel is asked for.
  func resized(_ resize: PartialResize, filter: ResampleFilter) -> DecodedImage {
    let unchanged = resize.width == width && resize.height == height
    let step = mode.bytesPerPixel
    let result: [UInt8]
    if unchanged {
      // Pillow leaves a picture of the right size alone, alpha too.
      result = PictureRegion(
        columns: 0..<width, rows: 0..<height, bytesPerPixel: step, bytes: bytes
      ).cropped(columns: resize.columns, rows: resize.rows)
    } else if filter == .nearest || mode == .bilevel || mode == .palette {
      result = nearest(resize)
    } else if mode == .grayAlpha || mode == .rgba {
      result = unpremultiplied(
        filtered(premultiplied(bytes, bytesPerPixel: step), resize, filter), bytesPerPixel: step)
    } else {
      result = filtered(bytes, resize, filter)
    }
    return replacing(width: resize.columns.count, height: resize.rows.count, bytes: result)
  }
}

// MARK: - Nearest

extension DecodedImage {
  private func nearest(_ resize: PartialResize) -> [UInt8] {
    let columns = Self.nearest(inputSize: width, outputSize: resize.width, outputs: resize.columns)
    let rows = Self.nearest(inputSize: height, outputSize: resize.height, outputs: resize.rows)
    let step = mode.bytesPerPixel
    var result: [UInt8] = []
    result.reserveCapacity(rows.count * columns.count * step)
    for row in rows {
      for column in columns {
        let start = (row * width + column) * step
        for index in start..<start + step { result.append(bytes[index]) }
      }
    }
    return result
  }

  /// Returns the input of each output position. Pillow steps along by adding, so rounding errors add up, and they do
  /// here, except in rows so long that Pillow couldn't hold them: there a jump keeps a hostile picture from costing
  /// minutes.
  private static func nearest(inputSize: Int, outputSize: Int, outputs: Range<Int>) -> [Int] {
    let scale = Double(inputSize) / Double(outputSize)
    var position = scale * 0.5
    if outputs.lowerBound < 1 << 24 {
      for _ in 0..<outputs.lowerBound { position += scale }
    } else {
      position += scale * Double(outputs.lowerBound)
    }
    return outputs.map { _ in
      defer { position += scale }
      return min(Int(position), inputSize - 1)
    }
  }
}

// MARK: - Weighted sums

extension DecodedImage {
  /// Resizes one direction after the other and rounds to whole samples between; a direction that keeps its size is left
  /// out.
  private func filtered(_ input: [UInt8], _ resize: PartialResize, _ filter: ResampleFilter) -> [UInt8] {
    let horizontal = ResamplingWindows(
      inputSize: width, outputSize: resize.width, outputs: resize.columns, filter: filter)
    let vertical = ResamplingWindows(
      inputSize: height, outputSize: resize.height, outputs: resize.rows, filter: filter)
    let changesWidth = resize.width != width
    let changesHeight = resize.height != height
    let arithmetic = mode == .gray16 ? SampleArithmetic.double : .fixedPoint(channels: mode.bytesPerPixel)

    var region = PictureRegion(
      columns: 0..<width, rows: 0..<height, bytesPerPixel: mode.bytesPerPixel, bytes: input)
    if verticalFirst(resize) {
      if changesHeight {
        let columns = changesWidth ? horizontal.inputs : resize.columns
        region = region.resampledAlongY(vertical, columns: columns, rows: resize.rows, arithmetic)
      }
      if changesWidth {
        region = region.resampledAlongX(horizontal, columns: resize.columns, rows: resize.rows, arithmetic)
      }
    } else {
      if changesWidth {
        let rows = changesHeight ? vertical.inputs : resize.rows
        region = region.resampledAlongX(horizontal, columns: resize.columns, rows: rows, arithmetic)
      }
      if changesHeight {
        region = region.resampledAlongY(vertical, columns: resize.columns, rows: resize.rows, arithmetic)
      }
    }
    return region.cropped(columns: resize.columns, rows: resize.rows)
  }

  /// Returns a Boolean value that indicates whether rows are combined before columns: since version 13 Pillow does so
  /// when it saves work by a wide margin. The order shows, by 1 in a byte here and there, because sums are rounded
  /// between.
  private func verticalFirst(_ resize: PartialResize) -> Bool {
    resize.height < height && height - resize.height > 2 * (width - resize.width)
  }
}
