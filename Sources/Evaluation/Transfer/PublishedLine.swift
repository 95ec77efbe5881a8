/// A line through published models on logit axes, `logit(target) = slope · logit(source) + intercept`, from ImageNet to one
/// of its variants.
///
/// The accuracies that the lines are fitted to stand in public tables; only the lines are kept. Sources: open_clip,
/// `docs/openclip_results.csv`; Taori et al., "Measuring Robustness to Natural Distribution Shifts in Image Classification"
/// (2020), the results of imagenet-testbed.
package struct PublishedLine: Sendable, Equatable {
  /// A set of models.
  package enum Models: String, Sendable, CaseIterable {
    /// CLIPs of open_clip's table.
    case openCLIP = "open_clip"
    /// Models of ImageNet in imagenet-testbed's table.
    case testbed = "imagenet-testbed"
  }

  /// The models.
  package let models: Models
  /// The key of the target among known data sets.
  package let target: String
  /// Whether accuracies on ImageNet are among the target's classes alone, not among all 1000.
  package let usesSharedClasses: Bool
  /// The slope.
  package let slope: Double
  /// The height at a source accuracy of one half.
  package let intercept: Double
  /// R².
  package let determination: Double
  /// The number of models.
  package let count: Int

  /// The key of the source among known data sets.
  package static let source = "imagenet"
  /// The month in which the tables were read.
  package static let date = "2026-11"

  /// Returns the target accuracy that the line predicts.
  ///
  /// - Parameters:
  ///   - source: the accuracy on the source.
  ///   - images: the number of its images.
  /// - Returns: an accuracy between 0 and 1.
  package func expectedTarget(atSource source: Double, of images: Int) -> Double {
    LogitLinearFit.accuracy(ofLogit: slope * LogitLinearFit.logit(source, of: images) + intercept)
  }

  /// All lines.
  package static let all: [PublishedLine] = [
    openCLIP("imagenetv2", 0.958306, -0.303915, 0.999294),
    openCLIP("imagenet-sketch", 1.074670, -0.669807, 0.968871),
    openCLIP("imagenet-a", 1.099454, -1.056111, 0.852871), openCLIP("imagenet-r", 1.173557, 0.602570, 0.945144),
    openCLIP("objectnet", 0.873276, -0.380831, 0.947178),
    testbed("imagenetv2", 0.933670, -0.496080, 0.999356, 335),
    testbed("imagenet-sketch", 1.036454, -2.265016, 0.970428, 335),
    testbed("imagenet-a", 0.553613, -3.868135, 0.559603, 334, usesSharedClasses: true),
    testbed("imagenet-r", 0.682580, -2.082704, 0.948472, 329, usesSharedClasses: true),
    testbed("objectnet", 0.900654, -1.845169, 0.980213, 335, usesSharedClasses: true),
  ]

  private static func openCLIP(
    _ target: String, _ slope: Double, _ intercept: Double, _ determination: Double
  ) -> PublishedLine {
    PublishedLine(
      models: .openCLIP, target: target, usesSharedClasses: false, slope: slope, intercept: intercept,
      determination: determination, count: 121)
  }

  private static func testbed(
    _ target: String, _ slope: Double, _ intercept: Double, _ determination: Double, _ count: Int,
    usesSharedClasses: Bool = false
  ) -> PublishedLine {
    PublishedLine(
      models: .testbed, target: target, usesSharedClasses: usesSharedClasses, slope: slope, intercept: intercept,
      determination: determination, count: count)
  }
}
