/// A kind of corruption of pictures, under the name that ImageNet-C gives it.
///
/// Sources: Hendrycks and Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and Perturbations"
/// (2019), for the kinds; the package `imagecorruptions` for their constants at 224 pixels.
package enum CorruptionKind: String, Sendable, CaseIterable {
  case gaussianNoise = "gaussian_noise"
  case shotNoise = "shot_noise"
  case impulseNoise = "impulse_noise"
  case defocusBlur = "defocus_blur"
  case glassBlur = "glass_blur"
  case motionBlur = "motion_blur"
  case zoomBlur = "zoom_blur"
  case snow
  case frost
  case fog
  case brightness
  case contrast
  case elasticTransform = "elastic_transform"
  case pixelate
  case jpegCompression = "jpeg_compression"
  // The four extra kinds.
  case speckleNoise = "speckle_noise"
  case gaussianBlur = "gaussian_blur"
  case spatter
  case saturate

  /// The fifteen kinds that the mean corruption error is over.
  package static let common = allCases.filter { $0.alexNetError != nil }

  /// The number that the random numbers of a kind depend on: a new kind takes the next one, so that the pictures of the
  /// others stay the same.
  var number: UInt32 {
    switch self {
    case .gaussianNoise: 0
    case .shotNoise: 1
    case .impulseNoise: 2
    case .defocusBlur: 3
    case .glassBlur: 4
    case .motionBlur: 5
    case .zoomBlur: 6
    case .snow: 7
    case .frost: 8
    case .fog: 9
    case .brightness: 10
    case .contrast: 11
    case .elasticTransform: 12
    case .pixelate: 13
    case .jpegCompression: 14
    case .speckleNoise: 15
    case .gaussianBlur: 16
    case .spatter: 17
    case .saturate: 18
    }
  }

  /// Returns the kind of a name; the last word may be left out where that is clear: `elastic`, `jpeg`, `fog`.
  package init?(name: String) {
    let plain = name.lowercased().replacing("-", with: "_").replacing(" ", with: "_")
    if let kind = Self(rawValue: plain) {
      self = kind
      return
    }
    let found = Self.allCases.filter { $0.rawValue.hasPrefix("\(plain)_") }
    guard found.count == 1, let only = found.first else { return nil }
    self = only
  }

  /// The error of AlexNet at each severity, in percent, which the mean corruption error is relative to; nil for the extra
  /// kinds. Source: the published code of Hendrycks et al., "AugMix" (2020), for the means of ImageNet-C's paper.
  package var alexNetError: Double? {
    switch self {
    case .gaussianNoise: 88.6428
    case .shotNoise: 89.4468
    case .impulseNoise: 92.2640
    case .defocusBlur: 81.9880
    case .glassBlur: 82.6268
    case .motionBlur: 78.5948
    case .zoomBlur: 79.8360
    case .snow: 86.6816
    case .frost: 82.6572
    case .fog: 81.9324
    case .brightness: 56.4592
    case .contrast: 85.3204
    case .elasticTransform: 64.6056
    case .pixelate: 71.7840
    case .jpegCompression: 60.6500
    case .speckleNoise, .gaussianBlur, .spatter, .saturate: nil
    }
  }

  /// The error of AlexNet on clean images of ImageNet, in percent.
  package static let alexNetCleanError = 43.48
}
