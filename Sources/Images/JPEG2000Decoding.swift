import PromptLensCOpenJPEG

/// Decodes a JPEG 2000 codestream, or a JP2 file, to mode `L`, `LA`, `I;16`, `RGB`, `RGBA` or `CMYK`.
///
/// As Pillow has it: samples of more than 8 bits are rounded to 8, but for gray alone, which keeps 16 (12 bits are
/// shifted up); palettes are applied.
func decodeJPEG2000(_ bytes: UnsafeRawBufferPointer, name: String) throws(ImageError) -> DecodedImage {
  let sizes = try JPEG2000Header(HeaderBytes(bytes), name: name)
  guard (1...4).contains(sizes.components) else {
    throw .unsupportedVariant(name: name, format: .jpeg2000, found: "a picture of \(sizes.components) components")
  }
  // The reader keeps the file's address until it is closed.
  let file = UnsafeMutablePointer<pl_j2k_file>.allocate(capacity: 1)
  file.initialize(to: pl_j2k_file())
  defer { file.deallocate() }
  file.pointee.bytes = bytes.bindMemory(to: UInt8.self).baseAddress
  file.pointee.count = bytes.count
  func failure() -> ImageError {
    if file.pointee.truncated != 0 { return .truncated(name: name, format: .jpeg2000) }
    let message = withUnsafeBytes(of: file.pointee.message) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    return .corrupt(name: name, format: .jpeg2000, reason: message.isEmpty ? "its header cannot be decoded" : message)
  }
  var reader = pl_j2k_reader()
  defer { pl_j2k_close(&reader) }
  let isContainer = HeaderBytes(bytes).byte(0) == 0
  guard pl_j2k_open(file, isContainer ? 1 : 0, &reader) == 1, let image = reader.image else { throw failure() }
  let declared = image.pointee
  try ImageDecoder.check(
    width: Int(declared.x1) - Int(declared.x0), height: Int(declared.y1) - Int(declared.y0), name: name,
    format: .jpeg2000)
  guard pl_j2k_decode(&reader) == 1, let decoded = reader.image?.pointee, let components = decoded.comps else {
    throw failure()
  }
  return try image2000(of: UnsafeBufferPointer(start: components, count: Int(decoded.numcomps)), decoded, name: name)
}

private func image2000(
  of components: UnsafeBufferPointer<opj_image_comp_t>, _ image: opj_image_t, name: String
) throws(ImageError) -> DecodedImage {
  func unsupported(_ found: String) -> ImageError { .unsupportedVariant(name: name, format: .jpeg2000, found: found) }
  guard let first = components.first, components.count <= 4 else {
    throw unsupported("a picture of \(components.count) components")
  }
  let (width, height) = (Int(first.w), Int(first.h))
  try ImageDecoder.check(width: width, height: height, name: name, format: .jpeg2000)
  guard components.allSatisfy({ $0.dx == 1 && $0.dy == 1 && $0.w == first.w && $0.h == first.h && $0.data != nil })
  else { throw unsupported("a picture whose components have different sizes") }
  guard components.allSatisfy({ (1...31).contains($0.prec) }) else { throw unsupported("samples of no or many bits") }
  let mode: PixelMode
  switch (components.count, image.color_space) {
  case (_, OPJ_CLRSPC_SYCC), (_, OPJ_CLRSPC_EYCC): throw unsupported("a color space of brightness and differences")
  case (_, OPJ_CLRSPC_UNKNOWN): throw unsupported("an unknown color space")
  case (1, _): mode = first.prec > 8 ? .gray16 : .gray
  case (2, _): mode = .grayAlpha
  case (3, _): mode = .rgb
  case (_, OPJ_CLRSPC_CMYK): mode = .cmyk
  default: mode = .rgba
  }
  let samples = components.map { Samples2000($0, bits: mode == .gray16 ? 16 : 8) }
  let channels = mode.bytesPerPixel
  let pixels = [UInt8](unsafeUninitializedCapacity: width * height * channels) { output, initialized in
    for index in 0..<width * height {
      if mode == .gray16 {
        let value = samples[0][index]
        output[2 * index] = UInt8(truncatingIfNeeded: value)
        output[2 * index + 1] = UInt8(truncatingIfNeeded: value >> 8)
      } else {
        for channel in 0..<channels {
          output[channels * index + channel] = UInt8(truncatingIfNeeded: samples[channel][index])
        }
      }
    }
    initialized = width * height * channels
  }
  return DecodedImage(width: width, height: height, mode: mode, bytes: pixels)
}

/// A component's samples, shifted to 8 or 16 bits: up, or down after half of the last bit's weight is added.
private struct Samples2000 {
  private let data: UnsafeMutablePointer<Int32>?
  private let shift: Int
  private let offset: Int

  init(_ component: opj_image_comp_t, bits: Int) {
    data = component.data
    shift = bits - Int(component.prec)
    offset = (component.sgnd != 0 ? 1 << (Int(component.prec) - 1) : 0) + (shift < 0 ? 1 << (-shift - 1) : 0)
  }

  subscript(_ index: Int) -> Int {
    guard let data else { return 0 }
    let value = offset + Int(data[index])
    return shift < 0 ? value >> -shift : value << shift
  }
}
