import PromptLensCAVIF

/// libavif's functions, loaded at first use; nil where the library is not installed.
private enum AVIFLibrary {
  static let functions: pl_avif_library? = {
    var library = pl_avif_library()
    return pl_avif_load(&library) == 1 ? library : nil
  }()
}

/// Decodes an AVIF file, or the first picture of a sequence, to mode `L`, `RGB` or `RGBA`.
///
/// Rotation and mirroring are not applied but kept as ``DecodedImage/orientation``; 10 and 12 bits become 8.
func decodeAVIF(_ bytes: UnsafeRawBufferPointer, name: String) throws(ImageError) -> DecodedImage {
  guard var library = AVIFLibrary.functions else {
    throw .missingLibrary(name: name, format: .avif, package: String(cString: pl_avif_package()))
  }
  func failure(_ header: pl_avif_header) -> ImageError {
    if header.truncated != 0 { return .truncated(name: name, format: .avif) }
    let reason = header.message.map { String(cString: $0) } ?? "it cannot be decoded"
    return .corrupt(name: name, format: .avif, reason: reason)
  }
  var header = pl_avif_header()
  let limit = UInt32(clamping: ImageDecoder.pixelLimit)
  guard
    let decoder = pl_avif_open(&library, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, limit, &header)
  else { throw failure(header) }
  defer { library.destroy(decoder) }
  let (width, height) = (Int(header.width), Int(header.height))
  try ImageDecoder.check(width: width, height: height, name: name, format: .avif)

  let channels = header.alpha != 0 ? 4 : 3
  var isSound = false
  var pixels = [UInt8](unsafeUninitializedCapacity: width * height * channels) { output, initialized in
    isSound = pl_avif_decode(&library, decoder, &header, output.baseAddress) == 1
    initialized = width * height * channels
  }
  guard isSound else { throw failure(header) }
  var mode = header.alpha != 0 ? PixelMode.rgba : .rgb
  if header.gray != 0, header.alpha == 0 {
    mode = .gray
    pixels = stride(from: 0, to: pixels.count, by: channels).map { pixels[$0] }
  }
  return DecodedImage(
    width: width, height: height, mode: mode, bytes: pixels,
    orientation: Orientation(rawValue: Int(header.orientation)) ?? .upright)
}
