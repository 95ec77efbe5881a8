import Foundation
import PromptLensTensors

/// A corruption of pictures at a severity.
package struct Corruption: Sendable, Hashable, CustomStringConvertible {
  /// The kind.
  package let kind: CorruptionKind
  /// The severity, 1 to 5.
  package let severity: Int

  /// The severities.
  package static let severities = 1...5

  /// Creates a corruption; nil for a severity out of range.
  package init?(_ kind: CorruptionKind, severity: Int) {
    guard Self.severities.contains(severity) else { return nil }
    self.kind = kind
    self.severity = severity
  }

  /// `pixelate:3`.
  package var description: String { "\(kind.rawValue):\(severity)" }

  /// Returns one of five constants.
  func constant<Value>(_ values: [Value]) -> Value { values[severity - 1] }

  /// Corrupts a picture.
  ///
  /// - Parameters:
  ///   - pixels: RGB bytes, `[height, width, 3]`.
  ///   - width: columns.
  ///   - height: rows.
  ///   - numbers: the random numbers, which deterministic kinds don't use.
  /// - Returns: RGB bytes of the same size.
  /// - Throws: ``ImageError`` when the bytes don't fit the size, or the picture cannot be compressed.
  package func applied(
    to pixels: [UInt8], width: Int, height: Int, numbers: inout RandomStream
  ) throws(ImageError) -> [UInt8] {
    guard width > 0, height > 0, pixels.count == 3 * width * height else {
      throw .bufferSize(expected: 3 * width * height, found: pixels.count)
    }
    let picture = FloatPicture(rgb: pixels, width: width, height: height)
    switch kind {
    case .gaussianNoise: return gaussianNoise(picture, &numbers).bytes
    case .shotNoise: return shotNoise(pixels, width, height, &numbers).bytes
    case .impulseNoise: return impulseNoise(picture, &numbers).bytes
    case .speckleNoise: return speckleNoise(picture, &numbers).bytes
    case .gaussianBlur: return picture.blurred(deviation: constant([1, 2, 3, 4, 6])).bytes
    case .defocusBlur: return defocusBlur(picture).bytes
    case .glassBlur: return glassBlur(picture, &numbers).bytes
    case .motionBlur:
      let (radius, deviation) = constant([(10, 3.0), (15, 5), (15, 8), (15, 12), (20, 15)])
      return picture.motionBlurred(radius: radius, deviation: deviation, angle: numbers.number(-45, 45)).bytes
    case .zoomBlur: return zoomBlur(picture).bytes
    case .snow: return snow(picture, &numbers).bytes
    case .frost: return frost(picture, &numbers).bytes
    case .fog: return fog(picture, &numbers).bytes
    case .spatter: return spatter(picture, &numbers).bytes
    case .brightness:
      let added: Float = constant([0.1, 0.2, 0.3, 0.4, 0.5])
      return picture.withHSV { hue, saturation, value in (hue, saturation, min(max(value + added, 0), 1)) }.bytes
    case .saturate:
      let (factor, added): (Float, Float) = constant([(0.3, 0), (0.1, 0), (2, 0), (5, 0.1), (20, 0.2)])
      return picture.withHSV { hue, saturation, value in
        (hue, min(max(saturation * factor + added, 0), 1), value)
      }.bytes
    case .contrast: return contrast(picture).bytes
    case .elasticTransform: return elasticTransform(picture, &numbers).bytes
    case .pixelate: return pixelate(pixels, width, height)
    case .jpegCompression:
      return try compressJPEG(pixels, width: width, height: height, quality: constant([25, 18, 15, 10, 7]))
    }
  }
}

extension RandomStream {
  /// Returns a number drawn uniformly between two.
  mutating func number(_ low: Double, _ high: Double) -> Double { low + (high - low) * openUnit() }
}
