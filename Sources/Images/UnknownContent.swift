/// The description of a file that isn't a decodable image.
enum UnknownContent {
  /// Returns a clause that names the content by its first bytes: "found a web page".
  static func description(of header: HeaderBytes) -> String {
    if header.count == 0 { return "the file is empty" }
    if header.holds("8BPS") { return "found a Photoshop file" }
    if header.holds("%PDF") { return "found a PDF file" }
    if header.holds("P7\n") { return "found a PAM image" }
    if header.holds("Pf\n") || header.holds("PF\n") { return "found a PFM image of floating-point numbers" }
    if header.holds("\0\0\0\u{0C}JXL ") || header.integer(0, size: 2) == 0xFF0A { return "found a JPEG XL image" }
    if header.holds("\0\0\u{01}\0") { return "found a Windows icon" }
    if header.holds("ftyp", at: 4) { return "found a video, or a picture of a codec that is not known" }
    if header.holds("PK\u{03}\u{04}") { return "found a ZIP archive" }
    if header.integer(0, size: 2) == 0x1F8B { return "found a gzip archive" }
    if header.holds("version https://git-lfs") {
      return "found a Git LFS pointer in place of the file (git lfs pull fetches it)"
    }
    let text = lowercasedStart(of: header)
    if text.hasPrefix("<svg") || text.hasPrefix("<?xml") { return "found an SVG or XML file" }
    if text.hasPrefix("<!doctype html") || text.hasPrefix("<html") { return "found a web page" }
    return "found no image format that is known"
  }

  /// Returns the first characters in lowercase, without blanks and a byte-order mark before them.
  private static func lowercasedStart(of header: HeaderBytes) -> String {
    let bytes = (0..<64).compactMap { header.byte($0) }
    let unmarked = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    return String(decoding: unmarked.drop { NetpbmHeader.isBlank($0) }, as: UTF8.self).lowercased()
  }
}
