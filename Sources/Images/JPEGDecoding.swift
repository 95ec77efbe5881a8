import PromptLensCTurboJPEG

/// Decodes a JPEG file with libjpeg-turbo's defaults, which are Pillow's: accurate integer DCT, fancy upsampling.
///
/// The library's warnings are treated as Pillow treats them: a file that ends before its picture does is refused;
/// anything else that the library can decode past is decoded and kept as ``DecodedImage/warning``.
func decodeJPEG(_ bytes: UnsafeRawBufferPointer, name: String) throws(ImageError) -> DecodedImage {
  let header = try JPEGHeader(HeaderBytes(bytes), name: name)
  try ImageDecoder.check(width: header.width, height: header.height, name: name, format: .jpeg)

  let (mode, pixelFormat): (PixelMode, TJPF) =
    switch header.components {
    case 1: (.gray, TJPF_GRAY)
    case 3: (.rgb, TJPF_RGB)
    default: (.cmyk, TJPF_CMYK)
    }
  guard let handle = tjInitDecompress() else {
    throw .corrupt(name: name, format: .jpeg, reason: "the decoder could not be started")
  }
  defer { tjDestroy(handle) }

  var status: Int32 = 0
  let size = header.width * header.height * mode.bytesPerPixel
  var pixels = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
    // Width and height are given, so the library never writes more; LIMITSCANS ends files made of endless scans.
    status = tjDecompress2(
      handle, bytes.bindMemory(to: UInt8.self).baseAddress, UInt(bytes.count), buffer.baseAddress,
      Int32(header.width), 0, Int32(header.height), pixelFormat.rawValue, TJFLAG_LIMITSCANS)
    initialized = size
  }
  var warning: String?
  if status != 0 {
    let message = String(cString: tjGetErrorStr2(handle))
    guard tjGetErrorCode(handle) == Int32(TJERR_WARNING.rawValue) else {
      throw .corrupt(name: name, format: .jpeg, reason: message)
    }
    guard JPEGHeader.hasEnd(HeaderBytes(bytes)) else { throw .truncated(name: name, format: .jpeg) }
    warning = message
  }
  // Adobe's programs store inks inverted, and nobody else stores CMYK in JPEG.
  if mode == .cmyk { for index in pixels.indices { pixels[index] = ~pixels[index] } }
  return DecodedImage(
    width: header.width, height: header.height, mode: mode, bytes: pixels, orientation: header.orientation,
    warning: warning)
}
