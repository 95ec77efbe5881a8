/// The header of a Netpbm file.
///
/// Source: Netpbm's pbm(5), pgm(5), ppm(5).
struct NetpbmHeader {
  /// The digit behind the `P`: 1 to 3 with samples in decimal, 4 to 6 in bytes.
  let kind: Int
  let width: Int
  let height: Int
  /// The value of full brightness; 1 for bitmaps.
  let largest: Int
  /// The offset of the samples.
  let offset: Int

  /// A Boolean value that indicates whether each sample is one bit, 1 for black.
  var isBitmap: Bool { kind == 1 || kind == 4 }
  /// A Boolean value that indicates whether samples are written in decimal.
  var isPlain: Bool { kind <= 3 }
  /// The samples of a pixel.
  var channels: Int { kind == 3 || kind == 6 ? 3 : 1 }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  init(_ file: HeaderBytes, name: String) throws(ImageError) {
    kind = Int(file.byte(1) ?? 0) - 0x30
    var offset = 2
    func number(_ what: String) throws(ImageError) -> Int {
      var digits = 0
      var value = 0
      while let byte = file.byte(offset) {
        offset += 1
        if byte == UInt8(ascii: "#") {
          while let other = file.byte(offset), other != 0x0A, other != 0x0D { offset += 1 }
          offset += 1
        } else if Self.isBlank(byte) {
          if digits > 0 { return value }
        } else {
          guard (0x30...0x39).contains(byte), digits < 10 else {
            throw .corrupt(name: name, format: .netpbm, reason: "its \(what) is not a number of at most ten digits")
          }
          value = 10 * value + Int(byte) - 0x30
          digits += 1
        }
      }
      throw .truncated(name: name, format: .netpbm)
    }
    width = try number("width")
    height = try number("height")
    largest = kind == 1 || kind == 4 ? 1 : try number("largest value")
    guard (1...65535).contains(largest) else {
      throw .corrupt(name: name, format: .netpbm, reason: "its largest value is \(largest), expected 1 to 65535")
    }
    self.offset = offset
  }
}
