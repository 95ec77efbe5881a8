import PromptLensCTIFF

/// The way in which a TIFF file's samples become pixels.
enum TIFFPixels {
  /// Samples that are taken as they are stored.
  case samples(TIFFLayout)
  /// Brightness and color differences of every pixel, as they are stored.
  case differences(TIFFLayout)
  /// Samples that libtiff converts to colors.
  case converted

  /// Chooses the conversion by the header's tags.
  ///
  /// - Throws: ``ImageError/unsupportedVariant(name:format:found:)`` for what Pillow does not read either, and for
  ///   samples that aren't unsigned integers.
  init(_ header: pl_tiff_header, name: String) throws(ImageError) {
    func unsupported(_ found: String) -> ImageError { .unsupportedVariant(name: name, format: .tiff, found: found) }
    let (bits, samples) = (Int(header.bits), Int(header.samples))
    let photometric = Int32(header.photometric)
    let compression = Int32(header.compression)
    guard TIFFIsCODECConfigured(header.compression) == 1, compression != COMPRESSION_OJPEG,
      compression != COMPRESSION_SGILOG, compression != COMPRESSION_SGILOG24
    else { throw unsupported("compression \(compression)") }
    let isByteGray = bits == 8 && photometric == PHOTOMETRIC_MINISBLACK && samples == 1
    guard
      header.sample_format == SAMPLEFORMAT_UINT || (isByteGray && header.sample_format == SAMPLEFORMAT_INT)
    else {
      throw unsupported(header.sample_format == SAMPLEFORMAT_IEEEFP ? "floating-point samples" : "signed samples")
    }
    guard [1, 2, 4, 8, 16].contains(bits), bits >= 8 || samples == 1, (1...8).contains(samples),
      header.extra_count <= 8, header.extra_count < samples
    else { throw unsupported("\(samples) samples of \(bits) bits") }

    let extras = withUnsafeBytes(of: header.extra) {
      Array($0.bindMemory(to: UInt16.self).prefix(Int(header.extra_count))).map { Int32($0) }
    }
    let alpha = extras.first
    func layout(_ mode: PixelMode, colors: Int, _ details: (inout TIFFLayout) -> Void = { _ in }) -> TIFFPixels {
      var layout = TIFFLayout(mode: mode, bits: bits, colors: colors)
      details(&layout)
      return .samples(layout)
    }
    switch (photometric, samples - extras.count) {
    case (PHOTOMETRIC_MINISWHITE, 1), (PHOTOMETRIC_MINISBLACK, 1):
      // White-is-zero of 16 bits stays as it is, in Pillow too.
      let inverts = photometric == PHOTOMETRIC_MINISWHITE && bits <= 8
      guard let alpha else {
        self = layout(bits == 1 ? .bilevel : bits == 16 ? .gray16 : .gray, colors: 1) { $0.inverts = inverts }
        return
      }
      guard bits == 8, !inverts, alpha != EXTRASAMPLE_ASSOCALPHA else {
        throw unsupported("gray of \(bits) bits with alpha of kind \(alpha)")
      }
      self = layout(alpha == EXTRASAMPLE_UNASSALPHA ? .grayAlpha : .gray, colors: 1)
    case (PHOTOMETRIC_RGB, 4) where extras.isEmpty:
      // Some writers forget to say that the fourth sample is alpha.
      self = layout(.rgba, colors: 3)
    case (PHOTOMETRIC_RGB, 3):
      guard let alpha, alpha != EXTRASAMPLE_UNSPECIFIED else {
        self = layout(.rgb, colors: 3)
        return
      }
      self = layout(.rgba, colors: 3) { $0.isPremultiplied = alpha == EXTRASAMPLE_ASSOCALPHA }
    case (PHOTOMETRIC_PALETTE, 1):
      guard bits <= 8, header.color_count > 0 else { throw unsupported("a palette of \(bits) bits") }
      let colors = withUnsafeBytes(of: header.colors) { Array($0.prefix(3 * Int(header.color_count))) }
      self = layout(.palette, colors: 1) { $0.palette = Palette(colors: colors, alpha: []) }
    case (PHOTOMETRIC_SEPARATED, 4): self = layout(.cmyk, colors: 4)
    case (PHOTOMETRIC_YCBCR, 1) where bits == 8: self = layout(.gray, colors: 1)
    case (PHOTOMETRIC_YCBCR, 3) where bits == 8:
      let isJoined = header.planar == PLANARCONFIG_CONTIG
      if compression == COMPRESSION_JPEG, isJoined {
        self = layout(.rgb, colors: 3)
      } else if compression == COMPRESSION_NONE, isJoined, header.shared_across == 1, header.shared_down == 1 {
        // Pillow leaves only compressed samples to libtiff, whose colors differ by a level.
        self = .differences(TIFFLayout(mode: .rgb, bits: bits, colors: 3))
      } else {
        self = .converted
      }
    default: throw unsupported("\(samples) samples of color space \(photometric)")
    }
  }
}

/// The layout of samples that become pixels.
struct TIFFLayout {
  let mode: PixelMode
  /// Bits of a sample: 1, 2, 4, 8 or 16.
  let bits: Int
  /// Samples of a pixel that are colors; alpha is the next one.
  let colors: Int
  /// A Boolean value that indicates whether 0 is white.
  var inverts = false
  /// A Boolean value that indicates whether colors are multiplied by alpha.
  var isPremultiplied = false
  var palette: Palette?

  init(mode: PixelMode, bits: Int, colors: Int) {
    self.mode = mode
    self.bits = bits
    self.colors = colors
  }

  /// Returns the picture.
  func image(of samples: TIFFSamples) -> DecodedImage {
    let (width, height) = (samples.width, samples.height)
    let channels = mode.bytesPerPixel
    var pixels = [UInt8](unsafeUninitializedCapacity: width * height * channels) { output, initialized in
      samples.bytes.withUnsafeBufferPointer { input in
        for y in 0..<height {
          fill(output, row: y, width: width, from: input, rowBytes: samples.rowBytes, samples.count)
        }
      }
      initialized = width * height * channels
    }
    if inverts { for index in pixels.indices { pixels[index] = ~pixels[index] } }
    if isPremultiplied { divideByAlpha(&pixels) }
    return DecodedImage(width: width, height: height, mode: mode, bytes: pixels, palette: palette)
  }

  private func fill(
    _ output: UnsafeMutableBufferPointer<UInt8>, row y: Int, width: Int, from input: UnsafeBufferPointer<UInt8>,
    rowBytes: Int, _ sampleCount: Int
  ) {
    let start = y * rowBytes
    switch bits {
    case 1, 2, 4:
      let perByte = 8 / bits
      let mask = UInt8((1 << bits) - 1)
      let scale: UInt8 = mode == .palette ? 1 : 255 / mask
      for x in 0..<width {
        output[y * width + x] = (input[start + x / perByte] >> UInt8(8 - bits * (x % perByte + 1)) & mask) * scale
      }
    case 16:
      // libtiff gives numbers in the machine's order: the low byte first.
      if mode == .gray16 {
        for x in 0..<2 * width { output[2 * y * width + x] = input[start + x / 2 * 2 * sampleCount + x % 2] }
      } else {
        takeBytes(output, row: y, width: width, from: input, start: start + 1, step: 2, sampleCount)
      }
    default: takeBytes(output, row: y, width: width, from: input, start: start, step: 1, sampleCount)
    }
  }

  private func takeBytes(
    _ output: UnsafeMutableBufferPointer<UInt8>, row y: Int, width: Int, from input: UnsafeBufferPointer<UInt8>,
    start: Int, step: Int, _ sampleCount: Int
  ) {
    let channels = mode.bytesPerPixel
    for x in 0..<width {
      for channel in 0..<channels {
        output[(y * width + x) * channels + channel] = input[start + (x * sampleCount + channel) * step]
      }
    }
  }

  /// Divides colors by alpha, as Pillow reads `RGBa`; invisible pixels become black.
  private func divideByAlpha(_ pixels: inout [UInt8]) {
    for pixel in stride(from: 0, to: pixels.count, by: 4) {
      let alpha = Int(pixels[pixel + 3])
      for channel in pixel..<pixel + 3 {
        pixels[channel] = alpha == 0 ? 0 : UInt8(min(255, Int(pixels[channel]) * 255 / alpha))
      }
    }
  }
}
