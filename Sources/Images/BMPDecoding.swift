/// Decodes a Windows bitmap to mode `1`, `L`, `P`, `RGB` or `RGBA`, as Pillow does.
///
/// A palette of black and white makes mode `1`, one of a ramp of grays `L`. The fourth byte of 32 bits is alpha only
/// where masks say so.
func decodeBMP(_ bytes: UnsafeRawBufferPointer, name: String) throws(ImageError) -> DecodedImage {
  let file = HeaderBytes(bytes)
  let header = try BMPHeader(file, name: name)
  let (width, height) = (header.width, header.height)
  try ImageDecoder.check(width: width, height: height, name: name, format: .bmp)
  if header.compression == .runs4 || header.compression == .runs8 {
    let indices = try runLengthIndices(header, file: file, name: name)
    return indexed(header, indices: indices)
  }
  // Rows are padded to whole words, the last one not by every writer.
  let rowBytes = (width * header.bits + 7) / 8
  let stride = (width * header.bits + 31) / 32 * 4
  guard header.offset <= bytes.count, (height - 1) * stride + rowBytes <= bytes.count - header.offset else {
    throw .truncated(name: name, format: .bmp)
  }
  func row(_ y: Int) -> UnsafeRawBufferPointer {
    let start = header.offset + (header.isTopDown ? y : height - 1 - y) * stride
    return UnsafeRawBufferPointer(rebasing: bytes[start..<start + rowBytes])
  }
  switch header.layout {
  case .indices:
    let mask = UInt8(truncatingIfNeeded: (1 << header.bits) - 1)
    let perByte = 8 / header.bits
    var indices: [UInt8] = []
    indices.reserveCapacity(width * height)
    for y in 0..<height {
      let row = row(y)
      for x in 0..<width { indices.append(row[x / perByte] >> UInt8(8 - header.bits * (x % perByte + 1)) & mask) }
    }
    return indexed(header, indices: indices)
  case .packed(let greenBits):
    let pixels = pixels(width, height, channels: 3) { output, y in
      let row = row(y)
      for x in 0..<width {
        let value = Int(row[2 * x]) | Int(row[2 * x + 1]) << 8
        let green = (value >> 5) & ((1 << greenBits) - 1)
        output[3 * x] = UInt8((value >> (5 + greenBits) & 31) * 255 / 31)
        output[3 * x + 1] = UInt8(green * 255 / ((1 << greenBits) - 1))
        output[3 * x + 2] = UInt8((value & 31) * 255 / 31)
      }
    }
    return DecodedImage(width: width, height: height, mode: .rgb, bytes: pixels)
  case .bytes(let count, let red, let green, let blue, let alpha):
    let channels = alpha == nil ? 3 : 4
    let pixels = pixels(width, height, channels: channels) { output, y in
      let row = row(y)
      for x in 0..<width {
        output[channels * x] = row[count * x + red]
        output[channels * x + 1] = row[count * x + green]
        output[channels * x + 2] = row[count * x + blue]
        if let alpha { output[channels * x + 3] = row[count * x + alpha] }
      }
    }
    return DecodedImage(width: width, height: height, mode: alpha == nil ? .rgb : .rgba, bytes: pixels)
  }
}

/// Fills a picture row by row.
private func pixels(
  _ width: Int, _ height: Int, channels: Int, row fill: (_ output: UnsafeMutablePointer<UInt8>, _ y: Int) -> Void
) -> [UInt8] {
  [UInt8](unsafeUninitializedCapacity: width * height * channels) { buffer, initialized in
    guard let base = buffer.baseAddress else { return }
    for y in 0..<height { fill(base + y * width * channels, y) }
    initialized = width * height * channels
  }
}

/// Returns the picture of indices in the mode that its palette makes.
private func indexed(_ header: BMPHeader, indices: [UInt8]) -> DecodedImage {
  let colors = header.colors
  let count = colors.count / 3
  func isGray(_ index: Int, _ value: Int) -> Bool { colors[3 * index..<3 * index + 3].allSatisfy { Int($0) == value } }
  let (width, height) = (header.width, header.height)
  if count == 2, isGray(0, 0), isGray(1, 255) {
    return DecodedImage(width: width, height: height, mode: .bilevel, bytes: indices.map { $0 == 0 ? 0 : 255 })
  }
  if count > 2, (0..<count).allSatisfy({ isGray($0, $0) }) {
    return DecodedImage(width: width, height: height, mode: .gray, bytes: indices)
  }
  return DecodedImage(
    width: width, height: height, mode: .palette, bytes: indices, palette: Palette(colors: colors, alpha: []))
}

/// Expands runs of indices.
///
/// A pair of bytes is a run's length and its index (two in turn with 4 bits). Length 0 begins an escape: end of the
/// row, end of the picture, a jump, or indices one by one, padded to a whole word. Pixels that a jump skips have
/// index 0. A picture whose runs end before its pixels is refused, as Pillow refuses it.
private func runLengthIndices(
  _ header: BMPHeader, file: HeaderBytes, name: String
) throws(ImageError) -> [UInt8] {
  let (width, total) = (header.width, header.width * header.height)
  let isHalfBytes = header.compression == .runs4
  var offset = header.offset
  var indices: [UInt8] = []
  var x = 0
  func skip(_ count: Int) { indices.append(contentsOf: repeatElement(0, count: min(count, total - indices.count))) }
  decoding: while indices.count < total {
    guard let length = file.byte(offset), let value = file.byte(offset + 1) else { break }
    offset += 2
    if length > 0 {
      let count = max(0, min(Int(length), width - x))
      for place in 0..<count {
        indices.append(isHalfBytes ? (place % 2 == 0 ? value >> 4 : value & 15) : value)
      }
      x += count
      continue
    }
    switch value {
    case 0:
      skip((width - indices.count % width) % width)
      x = 0
    case 1: break decoding
    case 2:
      guard let right = file.byte(offset), let up = file.byte(offset + 1) else { break decoding }
      offset += 2
      skip(Int(right) + Int(up) * width)
      x = indices.count % width
    default:
      let count = min(total - indices.count, Int(value))
      let byteCount = isHalfBytes ? (count + 1) / 2 : count
      for place in 0..<count {
        guard let byte = file.byte(offset + (isHalfBytes ? place / 2 : place)) else { break decoding }
        indices.append(isHalfBytes ? (place % 2 == 0 ? byte >> 4 : byte & 15) : byte)
      }
      offset += byteCount
      x += Int(value)
      offset += offset % 2
    }
  }
  guard indices.count >= total else { throw .truncated(name: name, format: .bmp) }
  var rows: [UInt8] = []
  rows.reserveCapacity(total)
  for y in 0..<header.height {
    let start = (header.isTopDown ? y : header.height - 1 - y) * width
    rows += indices[start..<start + width]
  }
  return rows
}
