import PromptLensCTurboJPEG

/// Compresses a picture as JPEG and decodes it again, with Pillow's defaults: colors at half the resolution.
///
/// - Throws: ``ImageError/corrupt(name:format:reason:)`` when the encoder fails.
func compressJPEG(_ pixels: [UInt8], width: Int, height: Int, quality: Int) throws(ImageError) -> [UInt8] {
  let name = "a picture in memory"
  guard let handle = tjInitCompress() else {
    throw .corrupt(name: name, format: .jpeg, reason: "the encoder could not be started")
  }
  defer { tjDestroy(handle) }
  var file: UnsafeMutablePointer<UInt8>?
  var size: UInt = 0
  let status = pixels.withUnsafeBufferPointer { pixels in
    tjCompress2(
      handle, pixels.baseAddress, Int32(width), 0, Int32(height), Int32(TJPF_RGB.rawValue), &file, &size,
      Int32(TJSAMP_420.rawValue), Int32(quality), TJFLAG_ACCURATEDCT)
  }
  defer { tjFree(file) }
  guard status == 0, let file else {
    throw .corrupt(name: name, format: .jpeg, reason: String(cString: tjGetErrorStr2(handle)))
  }
  return try decodeJPEG(UnsafeRawBufferPointer(start: file, count: Int(size)), name: name).bytes
}
