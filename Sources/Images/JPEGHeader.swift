/// The contents of a JPEG file before its first scan.
struct JPEGHeader {
  let width: Int
  let height: Int
  /// 1 gray, 3 color, 4 CMYK or YCCK.
  let components: Int
  let orientation: Orientation

  /// Walks the marker segments up to the frame header.
  ///
  /// Source: ITU-T T.81, annex B; for the EXIF block CIPA DC-008, section 4.7.2.
  init(_ bytes: HeaderBytes, name: String) throws(ImageError) {
    var orientation = Orientation.upright
    var offset = 2
    while true {
      let (marker, start) = try Self.nextMarker(bytes, from: offset, name: name)
      switch marker {
      case 0x01, 0xD0...0xD7:
        // Markers that stand alone.
        offset = start
        continue
      case 0xD9, 0xDA:
        throw .corrupt(name: name, format: .jpeg, reason: "no frame header stands before the picture")
      default: break
      }
      guard let length = bytes.integer(start, size: 2) else { throw .truncated(name: name, format: .jpeg) }
      guard length >= 2 else { throw .corrupt(name: name, format: .jpeg, reason: "a segment of \(length) bytes") }
      if marker == 0xE1, bytes.holds("Exif\0\0", at: start + 2), orientation == .upright {
        orientation = Orientation(exif: bytes.part(from: start + 8, count: length - 8))
      }
      // SOF0 to SOF15, less DHT, JPG and DAC, which stand between them.
      if (0xC0...0xCF).contains(marker), ![0xC4, 0xC8, 0xCC].contains(marker) {
        self = try JPEGHeader(frame: bytes.part(from: start), orientation: orientation, name: name)
        return
      }
      offset = start + length
    }
  }

  private init(frame: HeaderBytes, orientation: Orientation, name: String) throws(ImageError) {
    guard let precision = frame.byte(2), let height = frame.integer(3, size: 2), let width = frame.integer(5, size: 2),
      let components = frame.byte(7)
    else { throw .truncated(name: name, format: .jpeg) }
    guard precision == 8 else {
      throw .unsupportedVariant(name: name, format: .jpeg, found: "a precision of \(precision) bits")
    }
    guard [1, 3, 4].contains(components) else {
      throw .unsupportedVariant(name: name, format: .jpeg, found: "a picture of \(components) components")
    }
    self.width = width
    self.height = height
    self.components = Int(components)
    self.orientation = orientation
  }

  /// Returns the next marker's code and the offset behind it; other bytes are skipped, as every decoder does.
  private static func nextMarker(
    _ bytes: HeaderBytes, from offset: Int, name: String
  ) throws(ImageError) -> (marker: UInt8, end: Int) {
    var offset = offset
    while let byte = bytes.byte(offset), let code = bytes.byte(offset + 1) {
      if byte == 0xFF, code != 0x00, code != 0xFF { return (code, offset + 2) }
      offset += 1
    }
    throw .truncated(name: name, format: .jpeg)
  }

  /// Returns a Boolean value that indicates whether there is an end-of-image marker where a decoder reads one: after a
  /// scan, not inside a segment.
  static func hasEnd(_ bytes: HeaderBytes) -> Bool {
    var offset = 2
    while let byte = bytes.byte(offset), let code = bytes.byte(offset + 1) {
      switch (byte, code) {
      case (0xFF, 0xD9): return true
      case (0xFF, 0x02...0xCF), (0xFF, 0xDA...0xFE):
        guard let length = bytes.integer(offset + 2, size: 2) else { return false }
        offset += 2 + max(length, 2)
      case (0xFF, 0x00), (0xFF, 0x01), (0xFF, 0xD0...0xD8): offset += 2
      default: offset += 1
      }
    }
    return false
  }
}
