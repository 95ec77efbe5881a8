/// The header of a Windows bitmap.
///
/// Source: Microsoft's `BITMAPFILEHEADER`, `BITMAPCOREHEADER` and `BITMAPINFOHEADER` to `BITMAPV5HEADER`; which
/// variants are read, and how, follows Pillow.
struct BMPHeader {
  /// The storage of a pixel.
  enum Layout: Equatable {
    /// An index into a palette, of 1, 4 or 8 bits.
    case indices
    /// Five bits for each color in two bytes, or six for green.
    case packed(greenBits: Int)
    /// Bytes of a pixel, and the places of red, green, blue, and alpha among them.
    case bytes(count: Int, red: Int, green: Int, blue: Int, alpha: Int?)
  }

  /// The order of bits in the header's field.
  enum Compression: Int {
    case none = 0
    case runs8 = 1
    case runs4 = 2
    case masks = 3
  }

  let width: Int
  let height: Int
  let isTopDown: Bool
  let bits: Int
  let compression: Compression
  let layout: Layout
  /// The offset of the pixels.
  let offset: Int
  /// Red, green and blue of the palette's entries that the file holds.
  let colors: [UInt8]

  private static let sizes: Set<Int> = [12, 40, 52, 56, 64, 108, 124]

  /// Returns a Boolean value that indicates whether a file that begins with `BM` goes on as a bitmap: a text may begin
  /// so, too.
  static func mayBegin(_ file: HeaderBytes) -> Bool {
    file.integer(14, size: 4, bigEndian: false).map { sizes.contains($0) } ?? true
  }

  /// Reads the headers and the palette.
  init(_ file: HeaderBytes, name: String) throws(ImageError) {
    func field(_ offset: Int, _ size: Int) throws(ImageError) -> Int {
      guard let value = file.integer(offset, size: size, bigEndian: false) else {
        throw .truncated(name: name, format: .bmp)
      }
      return value
    }
    func unsupported(_ found: String) -> ImageError { .unsupportedVariant(name: name, format: .bmp, found: found) }

    let size = try field(14, 4)
    guard Self.sizes.contains(size) else { throw unsupported("a header of \(size) bytes") }
    let isCore = size == 12
    width = try field(18, isCore ? 2 : 4)
    let storedHeight = try field(isCore ? 20 : 22, isCore ? 2 : 4)
    // A negative height stands for rows from top to bottom.
    isTopDown = !isCore && storedHeight >> 24 == 0xFF
    height = isTopDown ? (1 << 32) - storedHeight : storedHeight
    bits = try field(isCore ? 24 : 28, 2)
    let code = isCore ? 0 : try field(30, 4)
    guard let compression = Compression(rawValue: code) else { throw unsupported("compression \(code)") }
    self.compression = compression

    let palettePlace = 14 + size + (compression == .masks && size == 40 ? 12 : 0)
    switch (bits, compression) {
    case (1, .none), (4, .none), (8, .none), (4, .runs4), (8, .runs8): layout = .indices
    case (16, .none): layout = .packed(greenBits: 5)
    case (24, .none): layout = .bytes(count: 3, red: 2, green: 1, blue: 0, alpha: nil)
    case (32, .none): layout = .bytes(count: 4, red: 2, green: 1, blue: 0, alpha: nil)
    case (16, .masks), (24, .masks), (32, .masks):
      // Behind a header of 40 bytes stand three masks; in later ones they lie at the same place, a fourth from 56 on.
      var masks: [Int] = []
      for index in 0..<3 { masks.append(try field(54 + 4 * index, 4)) }
      masks.append(size >= 56 ? try field(66, 4) : 0)
      guard let layout = Self.layout(bits: bits, masks: masks) else {
        throw unsupported("colors under the masks \(masks.map { String($0, radix: 16) }.joined(separator: ", "))")
      }
      self.layout = layout
    case (1, _), (4, _), (8, _), (16, _), (24, _), (32, _): throw unsupported("compression \(code) of \(bits) bits")
    default: throw unsupported("a depth of \(bits) bits")
    }

    var offset = try field(10, 4)
    var colors: [UInt8] = []
    if layout == .indices {
      let entry = isCore ? 3 : 4
      let stated = isCore ? 0 : try field(46, 4)
      let count = stated == 0 ? 1 << bits : stated
      guard count <= 65536 else { throw unsupported("a palette of \(count) colors") }
      for index in 0..<min(count, 256) {
        // Blue, green, red.
        guard let blue = file.byte(palettePlace + entry * index),
          let green = file.byte(palettePlace + entry * index + 1), let red = file.byte(palettePlace + entry * index + 2)
        else { break }
        colors += [red, green, blue]
      }
      // Some writers let the pixels begin with the palette.
      if offset == 14 + size || offset == 0 { offset = palettePlace + entry * count }
    }
    self.offset = offset == 0 ? palettePlace : offset
    self.colors = colors
  }

  /// Returns the layout that masks of red, green, blue and alpha describe; nil for one that Pillow does not read.
  private static func layout(bits: Int, masks: [Int]) -> Layout? {
    switch (bits, masks[0], masks[1], masks[2], masks[3]) {
    case (16, 0xF800, 0x7E0, 0x1F, _): return .packed(greenBits: 6)
    case (16, 0x7C00, 0x3E0, 0x1F, _): return .packed(greenBits: 5)
    case (24, 0xFF0000, 0xFF00, 0xFF, _): return .bytes(count: 3, red: 2, green: 1, blue: 0, alpha: nil)
    case (32, 0xFF0000, 0xFF00, 0xFF, 0): return .bytes(count: 4, red: 2, green: 1, blue: 0, alpha: nil)
    case (32, 0xFF00_0000, 0xFF0000, 0xFF00, 0): return .bytes(count: 4, red: 3, green: 2, blue: 1, alpha: nil)
    case (32, 0xFF00_0000, 0xFF00, 0xFF, 0): return .bytes(count: 4, red: 3, green: 1, blue: 0, alpha: nil)
    case (32, 0xFF00_0000, 0xFF0000, 0xFF00, 0xFF): return .bytes(count: 4, red: 3, green: 2, blue: 1, alpha: 0)
    case (32, 0xFF, 0xFF00, 0xFF0000, 0xFF00_0000): return .bytes(count: 4, red: 0, green: 1, blue: 2, alpha: 3)
    case (32, 0xFF0000, 0xFF00, 0xFF, 0xFF00_0000): return .bytes(count: 4, red: 2, green: 1, blue: 0, alpha: 3)
    case (32, 0xFF00_0000, 0xFF00, 0xFF, 0xFF0000): return .bytes(count: 4, red: 3, green: 1, blue: 0, alpha: 2)
    case (32, 0, 0, 0, 0): return .bytes(count: 4, red: 2, green: 1, blue: 0, alpha: 3)
    default: return nil
    }
  }
}
