/// The formats that are decoded.
package enum ImageFormat: String, Sendable, Equatable, CaseIterable {
  /// ISO/IEC 10918: baseline and progressive, gray, color, CMYK.
  case jpeg = "JPEG"
  /// ISO/IEC 15948: every color type and bit depth.
  case png = "PNG"
  /// RFC 9649: lossy and lossless stills.
  case webp = "WebP"
  /// Compuserve's format of 1987 and 1989; the first picture of an animation.
  case gif = "GIF"
  /// Windows bitmaps of 1 to 32 bits, run-length encoded ones too.
  case bmp = "BMP"
  /// TIFF 6.0 and BigTIFF; the first page.
  case tiff = "TIFF"
  /// Netpbm's bitmaps, graymaps and pixmaps: P1 to P6.
  case netpbm = "PPM"
  /// ISO/IEC 15444-1: codestreams and JP2 files.
  case jpeg2000 = "JPEG 2000"
  /// AV1 pictures in ISO's container.
  case avif = "AVIF"
  /// HEVC pictures in ISO's container, as phones take them.
  case heic = "HEIC"

  /// The endings of such files' names, in lowercase.
  package var endings: [String] {
    switch self {
    case .jpeg: ["jpg", "jpeg", "jpe", "jfif"]
    case .png: ["png"]
    case .webp: ["webp"]
    case .gif: ["gif"]
    case .bmp: ["bmp"]
    case .tiff: ["tif", "tiff"]
    case .netpbm: ["ppm", "pgm", "pbm", "pnm"]
    case .jpeg2000: ["jp2", "j2k"]
    case .avif: ["avif", "heif"]
    case .heic: ["heic", "heif"]
    }
  }

  /// The endings of all formats: files with these are taken for images without opening them.
  package static let allEndings = Set(allCases.flatMap(\.endings))

  /// The indefinite article before the format's name.
  var article: String { self == .avif ? "an" : "a" }

  /// The formats as a phrase: `JPEG, PNG, … or HEIC`.
  static let phrase =
    allCases.dropLast().map(\.rawValue).joined(separator: ", ") + " or \(ImageFormat.heic.rawValue)"

  /// Recognizes a file by its first bytes; nil for a format that isn't decoded here.
  ///
  /// - Parameter bytes: the file, or its first 64 bytes or more.
  package init?(contents bytes: UnsafeRawBufferPointer) { self.init(header: HeaderBytes(bytes)) }

  init?(header: HeaderBytes) {
    if header.integer(0, size: 3) == 0xFFD8FF {
      self = .jpeg
    } else if header.integer(0, size: 4) == 0x8950_4E47 {
      self = .png
    } else if header.holds("RIFF"), header.holds("WEBP", at: 8) {
      self = .webp
    } else if header.holds("GIF87a") || header.holds("GIF89a") {
      self = .gif
    } else if header.holds("BM"), BMPHeader.mayBegin(header) {
      self = .bmp
    } else if header.holds("II*\0") || header.holds("MM\0*") || header.holds("II+\0") || header.holds("MM\0+") {
      self = .tiff
    } else if header.holds("P"), let kind = header.byte(1), (0x31...0x36).contains(kind), let next = header.byte(2),
      NetpbmHeader.isBlank(next) || next == UInt8(ascii: "#")
    {
      self = .netpbm
    } else if header.holds("\0\0\0\u{0C}jP  ") || header.integer(0, size: 4) == 0xFF4F_FF51 {
      self = .jpeg2000
    } else if let brand = Self.pictureBrand(of: header) {
      self = brand
    } else {
      return nil
    }
  }

  /// Reads the brands of ISO's container: the major one, and those that it is compatible with.
  private static func pictureBrand(of header: HeaderBytes) -> ImageFormat? {
    guard header.holds("ftyp", at: 4), let length = header.integer(0, size: 4) else { return nil }
    func holds(_ brands: [StaticString], at offset: Int) -> Bool { brands.contains { header.holds($0, at: offset) } }
    let hevc: [StaticString] = ["heic", "heix", "heim", "heis", "hevc", "hevx"]
    let av1: [StaticString] = ["avif", "avis"]
    // The major brand may name no codec (mif1); then a compatible one does.
    for offset in [8] + Array(stride(from: 16, to: min(length, header.count, 256), by: 4)) {
      if holds(av1, at: offset) { return .avif }
      if holds(hevc, at: offset) { return .heic }
    }
    return nil
  }
}
