import Foundation

/// A filter that Pillow resizes with, by its lower-case name.
///
/// Each filter weighs the inputs around an output position by their distance, measured in outputs where the picture
/// shrinks and in inputs where it grows. Source: Pillow 13, `Resample.c`; the operations and their order are Pillow's,
/// so that the rounded weights are, too.
package enum ResampleFilter: String, Sendable, CaseIterable {
  /// The nearest input alone.
  case nearest
  /// The mean of the inputs that an output covers.
  case box
  /// A triangle.
  case bilinear
  /// A sinc under a Hamming window, of the triangle's width.
  case hamming
  /// Keys's cubic with a = −1/2; "Cubic convolution interpolation" (1981), equation 15.
  case bicubic
  /// A sinc under the central lobe of a wider sinc, three lobes to each side.
  case lanczos

  /// The distance beyond which inputs have no weight.
  var support: Double {
    switch self {
    case .nearest: 0
    case .box: 0.5
    case .bilinear, .hamming: 1
    case .bicubic: 2
    case .lanczos: 3
    }
  }

  /// Returns the weight of an input at a distance, before weights are scaled to a sum of 1.
  func weight(at distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .nearest: return x == 0 ? 1 : 0
    // One end counts and the other does not, so that two outputs never share an input.
    case .box: return distance > -0.5 && distance <= 0.5 ? 1 : 0
    case .bilinear: return x < 1 ? 1 - x : 0
    case .hamming:
      guard x > 0 else { return 1 }
      guard x < 1 else { return 0 }
      let angle = x * Double.pi
      // The two constants are single-precision in Pillow.
      return sin(angle) / angle * (Double(Float(0.54)) + Double(Float(0.46)) * cos(angle))
    case .bicubic:
      if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
      if x < 2 { return (((x - 5) * x + 8) * x - 4) * -0.5 }
      return 0
    case .lanczos:
      return distance >= -3 && distance < 3 ? Self.sinc(distance) * Self.sinc(distance / 3) : 0
    }
  }

  private static func sinc(_ x: Double) -> Double {
    guard x != 0 else { return 1 }
    let angle = x * Double.pi
    return sin(angle) / angle
  }
}
