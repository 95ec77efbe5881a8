import PromptLensCWebP

/// Decodes a still WebP file, lossy or lossless, to mode `RGB`, or `RGBA` when it declares alpha.
func decodeWebP(_ bytes: UnsafeRawBufferPointer, name: String) throws(ImageError) -> DecodedImage {
  let data = bytes.bindMemory(to: UInt8.self).baseAddress
  var features = WebPBitstreamFeatures()
  try check(WebPGetFeatures(data, bytes.count, &features), name: name)
  guard features.has_animation == 0 else {
    throw .unsupportedVariant(name: name, format: .webp, found: "an animation")
  }
  let (width, height) = (Int(features.width), Int(features.height))
  try ImageDecoder.check(width: width, height: height, name: name, format: .webp)

  let mode = features.has_alpha != 0 ? PixelMode.rgba : .rgb
  let size = width * height * mode.bytesPerPixel
  let stride = Int32(width * mode.bytesPerPixel)
  var sound = false
  let pixels = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
    let decode = mode == .rgba ? WebPDecodeRGBAInto : WebPDecodeRGBInto
    sound = decode(data, bytes.count, buffer.baseAddress, size, stride) != nil
    initialized = size
  }
  guard sound else {
    // The simple interface does not say why: a chunk that declares more than the file holds is a truncation.
    let declared = HeaderBytes(bytes).integer(4, size: 4, bigEndian: false) ?? 0
    if declared + 8 > bytes.count { throw .truncated(name: name, format: .webp) }
    throw .corrupt(name: name, format: .webp, reason: "its data cannot be decoded")
  }
  return DecodedImage(
    width: width, height: height, mode: mode, bytes: pixels, orientation: webPOrientation(HeaderBytes(bytes)))
}

private func check(_ status: VP8StatusCode, name: String) throws(ImageError) {
  switch status {
  case VP8_STATUS_OK: return
  case VP8_STATUS_NOT_ENOUGH_DATA, VP8_STATUS_SUSPENDED: throw .truncated(name: name, format: .webp)
  case VP8_STATUS_UNSUPPORTED_FEATURE:
    throw .unsupportedVariant(name: name, format: .webp, found: "a feature that libwebp does not know")
  default: throw .corrupt(name: name, format: .webp, reason: "its header cannot be decoded")
  }
}

/// Reads the orientation from the RIFF chunk `EXIF`.
private func webPOrientation(_ bytes: HeaderBytes) -> Orientation {
  var offset = 12
  while let length = bytes.integer(offset + 4, size: 4, bigEndian: false) {
    if bytes.holds("EXIF", at: offset) {
      // Some writers keep the prefix that the block has in JPEG.
      let start = bytes.holds("Exif\0\0", at: offset + 8) ? 6 : 0
      return Orientation(exif: bytes.part(from: offset + 8 + start, count: length - start))
    }
    // Chunks are padded to an even length.
    offset += 8 + length + length % 2
  }
  return .upright
}
