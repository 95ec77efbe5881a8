import PromptLensEvaluation

/// The images whose predictions flip from one classifier to another.
///
/// Of the images that exactly one of the two classifies correctly, some are gained and some lost; McNemar's test says
/// whether the difference is more than chance.
package struct PredictionFlips: Sendable, Equatable {
  /// The images that the first classifies wrongly and the second correctly.
  package let gained: [Int]
  /// The images that the first classifies correctly and the second wrongly.
  package let lost: [Int]
  /// The images that both classify wrongly, as different classes.
  package let otherwiseWrong: [Int]
  /// The number of images that both classify correctly.
  package let bothRight: Int
  /// The test of the gained images against the lost ones.
  package let test: McNemarTest

  /// Compares predictions.
  ///
  /// - Parameters:
  ///   - before: the first classifier's prediction for each image.
  ///   - after: the second classifier's prediction for each image.
  ///   - labels: the label of each image.
  package init(before: [Int], after: [Int], labels: [Int]) {
    let images = labels.indices
    gained = images.filter { before[$0] != labels[$0] && after[$0] == labels[$0] }
    lost = images.filter { before[$0] == labels[$0] && after[$0] != labels[$0] }
    otherwiseWrong = images.filter {
      before[$0] != labels[$0] && after[$0] != labels[$0] && before[$0] != after[$0]
    }
    bothRight = images.count { before[$0] == labels[$0] && after[$0] == labels[$0] }
    test = McNemarTest(onlyFirst: lost.count, onlySecond: gained.count)
  }

  /// Returns the share of images whose prediction is their label.
  package static func accuracy(_ predictions: [Int], labels: [Int]) -> Double {
    Double(zip(predictions, labels).count { $0 == $1 }) / Double(max(labels.count, 1))
  }
}
