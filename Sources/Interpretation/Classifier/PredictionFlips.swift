import PromptLensEvaluation

/// Which images another classifier takes for something else.
///
/// Of the images that exactly one of two classifiers gets right, some are gained and some lost; whether that is more than chance
/// is McNemar's test.
package struct PredictionFlips: Sendable, Equatable {
  /// Images that were wrong and are right.
  package let gained: [Int]
  /// Images that were right and are wrong.
  package let lost: [Int]
  /// Images that were wrong and are wrong in another way.
  package let otherwiseWrong: [Int]
  /// Images that are right both times.
  package let bothRight: Int
  /// The gained images against the lost ones.
  package let test: McNemarTest

  /// Compares predictions.
  ///
  /// - Parameters:
  ///   - before: for each image the predicted class.
  ///   - after: the same of the other classifier, as many.
  ///   - labels: the true classes, as many.
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

  /// The share of images that are predicted as labelled.
  package static func accuracy(_ predictions: [Int], labels: [Int]) -> Double {
    Double(zip(predictions, labels).count { $0 == $1 }) / Double(max(labels.count, 1))
  }
}
