extension DecodedImage {
  /// Returns the picture in mode `RGB`, with the bytes of Pillow's `convert("RGB")`.
  ///
  /// Alpha is dropped, not blended; 16-bit gray is clipped at 255, not scaled; CMYK is `(255 − k) − c·(255 − k)/255`,
  /// the quotient rounded to nearest.
  package func convertedToRGB() -> DecodedImage {
    mode == .rgb ? self : replacing(mode: .rgb, bytes: rgbBytes())
  }

  private func rgbBytes() -> [UInt8] {
    switch mode {
    case .rgb: bytes
    case .bilevel, .gray: mapPixels { pixel in (pixel[0], pixel[0], pixel[0]) }
    case .grayAlpha: mapPixels { pixel in (pixel[0], pixel[0], pixel[0]) }
    case .rgba: mapPixels { pixel in (pixel[0], pixel[1], pixel[2]) }
    case .gray16:
      mapPixels { pixel in
        let clipped = pixel[1] == 0 ? pixel[0] : 255
        return (clipped, clipped, clipped)
      }
    case .cmyk:
      mapPixels { pixel in
        let white = 255 - pixel[3]
        return (
          white - productOf255ths(pixel[0], white), white - productOf255ths(pixel[1], white),
          white - productOf255ths(pixel[2], white)
        )
      }
    case .palette:
      (palette?.colors ?? []).withUnsafeBufferPointer { colors in
        mapPixels { pixel in
          let start = 3 * Int(pixel[0])
          guard start + 2 < colors.count else { return (0, 0, 0) }
          return (colors[start], colors[start + 1], colors[start + 2])
        }
      }
    }
  }

  private func mapPixels(_ color: (UnsafePointer<UInt8>) -> (UInt8, UInt8, UInt8)) -> [UInt8] {
    let count = width * height
    let step = mode.bytesPerPixel
    return [UInt8](unsafeUninitializedCapacity: 3 * count) { output, initialized in
      bytes.withUnsafeBufferPointer { input in
        guard let base = input.baseAddress else { return }
        for index in 0..<count {
          (output[3 * index], output[3 * index + 1], output[3 * index + 2]) = color(base + index * step)
        }
      }
      initialized = 3 * count
    }
  }
}

/// Returns `a · b / 255`, rounded to nearest: the product of two fractions that are counted in 255ths.
@inline(__always)
func productOf255ths(_ a: UInt8, _ b: UInt8) -> UInt8 {
  let product = UInt32(a) * UInt32(b) + 128
  return UInt8(truncatingIfNeeded: ((product >> 8) + product) >> 8)
}
