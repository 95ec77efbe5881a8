import PromptLensCGIF

/// Decodes the first picture of a GIF file, on its canvas, to mode `P`, or `L` where the palette is a ramp of grays.
///
/// As Pillow has it: the canvas is as large as the picture needs, and where the picture does not cover it, it shows
/// the invisible index, or index 0; the background color of the file is not used.
func decodeGIF(_ bytes: UnsafeRawBufferPointer, name: String) throws(ImageError) -> DecodedImage {
  // The reader keeps the file's address until it is closed.
  let file = UnsafeMutablePointer<pl_gif_file>.allocate(capacity: 1)
  file.initialize(to: pl_gif_file())
  defer { file.deallocate() }
  file.pointee.bytes = bytes.bindMemory(to: UInt8.self).baseAddress
  file.pointee.count = bytes.count
  func failure(_ code: Int32) -> ImageError {
    if file.pointee.truncated != 0 { return .truncated(name: name, format: .gif) }
    let reason = GifErrorString(code).map { String(cString: $0) } ?? "it holds no picture"
    return .corrupt(name: name, format: .gif, reason: reason)
  }
  var header = pl_gif_header()
  var code: Int32 = 0
  guard let reader = pl_gif_open(file, &header, &code) else { throw failure(code) }
  defer { pl_gif_close(reader) }

  let (left, top) = (Int(header.left), Int(header.top))
  let (width, height) = (Int(header.width), Int(header.height))
  try ImageDecoder.check(width: width, height: height, name: name, format: .gif)
  let canvasWidth = max(Int(header.screen_width), left + width)
  let canvasHeight = max(Int(header.screen_height), top + height)
  try ImageDecoder.check(width: canvasWidth, height: canvasHeight, name: name, format: .gif)

  var pixels = [UInt8](
    repeating: UInt8(truncatingIfNeeded: max(header.transparent, 0)), count: canvasWidth * canvasHeight)
  var isSound = true
  pixels.withUnsafeMutableBufferPointer { canvas in
    guard let base = canvas.baseAddress else { return }
    for row in rowOrder(height, interlaced: header.interlaced != 0) where isSound {
      isSound = DGifGetLine(reader, base + (top + row) * canvasWidth + left, Int32(width)) == GIF_OK
    }
  }
  guard isSound else { throw failure(reader.pointee.Error) }

  let colors = withUnsafeBytes(of: header.colors) { Array($0.prefix(3 * Int(header.color_count))) }
  let isRamp = colors.indices.allSatisfy { Int(colors[$0]) == $0 / 3 }
  var alpha: [UInt8] = []
  if header.transparent >= 0 { alpha = [UInt8](repeating: 255, count: Int(header.transparent)) + [0] }
  return DecodedImage(
    width: canvasWidth, height: canvasHeight, mode: isRamp ? .gray : .palette, bytes: pixels,
    palette: isRamp ? nil : Palette(colors: colors, alpha: alpha))
}

/// Returns the order in which a picture's rows are stored: every eighth, those between, then every fourth and second.
private func rowOrder(_ height: Int, interlaced: Bool) -> [Int] {
  guard interlaced else { return Array(0..<height) }
  return [(0, 8), (4, 8), (2, 4), (1, 2)].flatMap { Array(stride(from: $0.0, to: height, by: $0.1)) }
}
