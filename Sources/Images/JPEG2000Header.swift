/// The sizes that a JPEG 2000 file declares, looked at before OpenJPEG sets memory aside for them.
///
/// Source: ISO/IEC 15444-1, annexes A.5.1 (marker segment SIZ) and I.4 (boxes).
struct JPEG2000Header {
  let width: Int
  let height: Int
  let components: Int

  /// The most tiles: OpenJPEG takes some 10 kB for each, empty ones too. A picture of the largest size has fewer in
  /// tiles of 128 by 128 pixels.
  private static let tileLimit = 1 << 14

  init(_ file: HeaderBytes, name: String) throws(ImageError) {
    let start = try Self.codestream(in: file, name: name)
    // Behind two markers: length, capabilities, then eight sizes and offsets, and the number of components.
    func size(_ index: Int) throws(ImageError) -> Int {
      guard let value = file.integer(start + 8 + 4 * index, size: 4) else {
        throw .truncated(name: name, format: .jpeg2000)
      }
      return value
    }
    guard file.integer(start, size: 4) == 0xFF4F_FF51, let components = file.integer(start + 40, size: 2) else {
      throw .corrupt(name: name, format: .jpeg2000, reason: "its codestream does not begin with sizes")
    }
    let (right, bottom, left, top) = (try size(0), try size(1), try size(2), try size(3))
    let (tileWidth, tileHeight, tileLeft, tileTop) = (try size(4), try size(5), try size(6), try size(7))
    width = right - left
    height = bottom - top
    self.components = components
    try ImageDecoder.check(width: width, height: height, name: name, format: .jpeg2000)
    guard tileWidth > 0, tileHeight > 0, tileLeft <= left, tileTop <= top else {
      throw .corrupt(name: name, format: .jpeg2000, reason: "its tiles are \(tileWidth) x \(tileHeight)")
    }
    let columns = (right - tileLeft + tileWidth - 1) / tileWidth
    let rows = (bottom - tileTop + tileHeight - 1) / tileHeight
    guard columns <= Self.tileLimit / max(rows, 1) else {
      throw .unsupportedVariant(name: name, format: .jpeg2000, found: "a picture of \(columns) x \(rows) tiles")
    }
  }

  /// Returns the offset of the codestream: 0, or behind the boxes of a JP2 file.
  private static func codestream(in file: HeaderBytes, name: String) throws(ImageError) -> Int {
    guard file.byte(0) == 0 else { return 0 }
    var offset = 0
    while let length = file.integer(offset, size: 4) {
      // A length of 1 stands for one of eight bytes behind the type, 0 for the rest of the file.
      let isLong = length == 1
      if file.holds("jp2c", at: offset + 4) { return offset + (isLong ? 16 : 8) }
      let whole =
        isLong ? (file.integer(offset + 8, size: 4) == 0 ? file.integer(offset + 12, size: 4) ?? 0 : 0) : length
      guard whole >= 8 else { break }
      offset += whole
    }
    throw .truncated(name: name, format: .jpeg2000)
  }
}
