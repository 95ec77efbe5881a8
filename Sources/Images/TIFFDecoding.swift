import PromptLensCTIFF

/// Decodes the first page of a TIFF file, turned as its orientation tag says, to the mode that Pillow gives it.
///
/// Gray of 2 and 4 bits is scaled to 8, of 16 bits stays; color of 16 bits keeps its high bytes; alpha that was
/// multiplied in is divided out. Unlike other formats, Pillow turns TIFF pictures upright, so they are turned here.
func decodeTIFF(_ bytes: UnsafeRawBufferPointer, name: String) throws(ImageError) -> DecodedImage {
  // The reader keeps the file's address until it is closed.
  let file = UnsafeMutablePointer<pl_tiff_file>.allocate(capacity: 1)
  file.initialize(to: pl_tiff_file())
  defer { file.deallocate() }
  file.pointee.bytes = bytes.bindMemory(to: UInt8.self).baseAddress
  file.pointee.count = UInt64(bytes.count)
  var header = pl_tiff_header()
  let largest = Int64(8 * ImageDecoder.pixelLimit)
  guard let tiff = pl_tiff_open(file, largest, &header) else { throw tiffFailure(file.pointee, name: name) }
  defer { TIFFClose(tiff) }

  guard file.pointee.lacks_palette == 0 else {
    throw .corrupt(name: name, format: .tiff, reason: "its palette cannot be read")
  }
  try ImageDecoder.check(width: Int(header.width), height: Int(header.height), name: name, format: .tiff)
  let image: DecodedImage
  switch try TIFFPixels(header, name: name) {
  case .samples(let layout):
    let samples = try TIFFSamples(tiff, header: header, file: file, name: name)
    image = layout.image(of: samples)
  case .differences(let layout):
    let samples = try TIFFSamples(tiff, header: header, file: file, name: name)
    image = YCbCrConversion.colors(of: layout.image(of: samples))
  case .converted:
    image = try convertedTIFF(tiff, header: header, file: file, name: name)
  }
  return image.replacing(
    bytes: image.bytes, orientation: Orientation(rawValue: Int(header.orientation)) ?? .upright
  ).turnedUpright()
}

/// Decodes brightness and color differences that are not in JPEG, by libtiff's own conversion, as Pillow does with compressed
/// ones.
private func convertedTIFF(
  _ tiff: OpaquePointer, header: pl_tiff_header, file: UnsafeMutablePointer<pl_tiff_file>, name: String
) throws(ImageError) -> DecodedImage {
  let (width, height) = (Int(header.width), Int(header.height))
  var raster = [UInt32](repeating: 0, count: width * height)
  // The picture stays as it is stored: it is turned afterward.
  let status = TIFFReadRGBAImageOriented(
    tiff, header.width, header.height, &raster, Int32(header.orientation), 1)
  guard status == 1 else { throw tiffFailure(file.pointee, name: name) }
  let pixels = [UInt8](unsafeUninitializedCapacity: 3 * width * height) { output, initialized in
    for (index, color) in raster.enumerated() {
      for channel in 0..<3 { output[3 * index + channel] = UInt8(truncatingIfNeeded: color >> UInt32(8 * channel)) }
    }
    initialized = 3 * width * height
  }
  return DecodedImage(width: width, height: height, mode: .rgb, bytes: pixels)
}

/// Returns the error for libtiff's first message.
func tiffFailure(_ file: pl_tiff_file, name: String) -> ImageError {
  let message = withUnsafeBytes(of: file.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  let lower = message.lowercased()
  if ["read error", "can not read", "cannot read", "got 0 bytes", "not enough data", "expected"].contains(where: {
    lower.contains($0)
  }) {
    return .truncated(name: name, format: .tiff)
  }
  return .corrupt(name: name, format: .tiff, reason: message.isEmpty ? "its directory cannot be read" : message)
}
