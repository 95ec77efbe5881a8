/// Decodes a Netpbm file, P1 to P6, to mode `1`, `L`, `I;16` or `RGB`.
///
/// As Pillow has it: samples are scaled to 255 and rounded to even; gray with more than 256 levels is scaled to 65,535
/// and keeps 16 bits; color always gets 8.
func decodeNetpbm(_ bytes: UnsafeRawBufferPointer, name: String) throws(ImageError) -> DecodedImage {
  let header = try NetpbmHeader(HeaderBytes(bytes), name: name)
  let (width, height) = (header.width, header.height)
  try ImageDecoder.check(width: width, height: height, name: name, format: .netpbm)
  let data = UnsafeRawBufferPointer(rebasing: bytes[min(header.offset, bytes.count)...])
  if header.isBitmap {
    let bits =
      header.isPlain
      ? try plainBits(data, count: width * height, name: name)
      : try packedBits(data, width: width, height: height, name: name)
    return DecodedImage(width: width, height: height, mode: .bilevel, bytes: bits)
  }
  let count = width * height * header.channels
  let isDeep = header.channels == 1 && header.largest > 255
  let scale = SampleScale(from: header.largest, to: isDeep ? 65535 : 255, samples: count)
  var pixels: [UInt8] = []
  func append(_ sample: Int) {
    let value = scale[sample]
    pixels.append(UInt8(truncatingIfNeeded: value))
    if isDeep { pixels.append(UInt8(truncatingIfNeeded: value >> 8)) }
  }
  if header.isPlain {
    var reader = PlainNumbers(data)
    // No more is set aside than the file can hold: a digit and a blank for each sample.
    pixels.reserveCapacity(min(count, data.count) * (isDeep ? 2 : 1))
    for _ in 0..<count {
      guard let sample = try reader.next(name: name) else { throw .truncated(name: name, format: .netpbm) }
      guard sample <= header.largest else {
        throw .corrupt(
          name: name, format: .netpbm, reason: "a sample is \(sample), more than its largest value \(header.largest)")
      }
      append(sample)
    }
  } else {
    let width = header.largest > 255 ? 2 : 1
    guard data.count / width >= count else { throw .truncated(name: name, format: .netpbm) }
    pixels.reserveCapacity(count * (isDeep ? 2 : 1))
    for index in 0..<count {
      append(width == 1 ? Int(data[index]) : Int(data[2 * index]) << 8 | Int(data[2 * index + 1]))
    }
  }
  return DecodedImage(
    width: width, height: height, mode: isDeep ? .gray16 : header.channels == 3 ? .rgb : .gray, bytes: pixels)
}

/// Samples scaled to another largest value, at most that, rounded to even.
private struct SampleScale {
  private let largest: Int
  private let target: Int
  /// The scaled values; empty where a picture has fewer samples than there are values.
  private let table: [Int]

  init(from largest: Int, to target: Int, samples: Int) {
    self.largest = largest
    self.target = target
    table = samples < largest ? [] : (0...largest).map { Self.scaled($0, from: largest, to: target) }
  }

  private static func scaled(_ sample: Int, from largest: Int, to target: Int) -> Int {
    Int((Double(sample) / Double(largest) * Double(target)).rounded(.toNearestOrEven))
  }

  subscript(_ sample: Int) -> Int {
    let sample = min(sample, largest)
    return table.isEmpty ? Self.scaled(sample, from: largest, to: target) : table[sample]
  }
}

/// Decimal numbers between blanks; a comment lasts from `#` to the end of its line.
private struct PlainNumbers {
  private let bytes: UnsafeRawBufferPointer
  private var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Returns the next byte that is neither blank nor comment.
  mutating func nextByte() -> UInt8? {
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "#") {
        while offset < bytes.count, bytes[offset] != 0x0A, bytes[offset] != 0x0D { offset += 1 }
      } else if !NetpbmHeader.isBlank(byte) {
        return byte
      }
    }
    return nil
  }

  /// Returns the next number, nil at the end.
  mutating func next(name: String) throws(ImageError) -> Int? {
    guard var byte = nextByte() else { return nil }
    var value = 0
    for _ in 0..<10 {
      guard (0x30...0x39).contains(byte) else {
        throw .corrupt(name: name, format: .netpbm, reason: "a sample is not a number")
      }
      value = 10 * value + Int(byte) - 0x30
      guard offset < bytes.count, !NetpbmHeader.isBlank(bytes[offset]), bytes[offset] != UInt8(ascii: "#") else {
        return value
      }
      byte = bytes[offset]
      offset += 1
    }
    throw .corrupt(name: name, format: .netpbm, reason: "a sample has more than ten digits")
  }
}

private func plainBits(_ data: UnsafeRawBufferPointer, count: Int, name: String) throws(ImageError) -> [UInt8] {
  var reader = PlainNumbers(data)
  var bits: [UInt8] = []
  bits.reserveCapacity(min(count, data.count))
  while bits.count < count {
    guard let byte = reader.nextByte() else { throw .truncated(name: name, format: .netpbm) }
    guard byte == UInt8(ascii: "0") || byte == UInt8(ascii: "1") else {
      throw .corrupt(name: name, format: .netpbm, reason: "a sample is neither 0 nor 1")
    }
    bits.append(byte == UInt8(ascii: "1") ? 0 : 255)
  }
  return bits
}

private func packedBits(
  _ data: UnsafeRawBufferPointer, width: Int, height: Int, name: String
) throws(ImageError) -> [UInt8] {
  let rowBytes = (width + 7) / 8
  guard data.count / rowBytes >= height else { throw .truncated(name: name, format: .netpbm) }
  var bits: [UInt8] = []
  bits.reserveCapacity(width * height)
  for y in 0..<height {
    for x in 0..<width { bits.append(data[y * rowBytes + x / 8] >> UInt8(7 - x % 8) & 1 == 1 ? 0 : 255) }
  }
  return bits
}
