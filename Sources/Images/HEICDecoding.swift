import PromptLensCHEIF

/// libheif's functions, loaded at first use; nil where the library is not installed.
private enum HEIFLibrary {
  static let functions: pl_heif_library? = {
    var library = pl_heif_library()
    return pl_heif_load(&library) == 1 ? library : nil
  }()
}

/// Decodes a HEIC file's primary picture to mode `RGB`, or `RGBA` when it has alpha.
///
/// As pillow-heif has it: the picture is turned as its container asks, and 10 and 12 bits become 8. Colors whose
/// differences are stored at half the size may differ from pillow-heif's by 1: libheif's arithmetic changed between
/// versions.
func decodeHEIC(_ bytes: UnsafeRawBufferPointer, name: String) throws(ImageError) -> DecodedImage {
  guard var library = HEIFLibrary.functions else {
    throw .missingLibrary(name: name, format: .heic, package: "libheif1")
  }
  var picture = pl_heif_picture()
  defer { pl_heif_close(&library, &picture) }
  func failure() -> ImageError {
    let message = withUnsafeBytes(of: picture.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    if message.lowercased().contains("end of file") { return .truncated(name: name, format: .heic) }
    return .corrupt(name: name, format: .heic, reason: message.isEmpty ? "it cannot be decoded" : message)
  }
  let largestSide = Int32(min(1 << 15, ImageDecoder.pixelLimit))
  guard pl_heif_open(&library, bytes.baseAddress, bytes.count, largestSide, &picture) == 1 else { throw failure() }
  try ImageDecoder.check(width: Int(picture.width), height: Int(picture.height), name: name, format: .heic)
  guard pl_heif_decode(&library, &picture) == 1, let source = picture.pixels else { throw failure() }
  let (width, height, channels) = (Int(picture.width), Int(picture.height), Int(picture.channels))
  try ImageDecoder.check(width: width, height: height, name: name, format: .heic)
  let rowBytes = width * channels
  let pixels = [UInt8](unsafeUninitializedCapacity: height * rowBytes) { output, initialized in
    guard let base = output.baseAddress else { return }
    for y in 0..<height { (base + y * rowBytes).update(from: source + y * Int(picture.stride), count: rowBytes) }
    initialized = height * rowBytes
  }
  return DecodedImage(width: width, height: height, mode: channels == 4 ? .rgba : .rgb, bytes: pixels)
}
