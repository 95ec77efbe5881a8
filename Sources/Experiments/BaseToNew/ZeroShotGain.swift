import PromptLensEvaluation
import PromptLensJSONDocuments

/// A method's gain over zero-shot CLIP on the same images, and McNemar's exact p of each of its runs.
package struct ZeroShotGain: Sendable, Equatable {
  /// The mean over runs minus zero-shot.
  package let difference: PairedDifference
  /// The exact p of each run.
  package let exactPs: [Double]

  /// Compares runs with zero-shot CLIP image by image.
  ///
  /// - Parameters:
  ///   - runs: the method's runs, at least one.
  ///   - zeroShot: zero-shot CLIP on the same images.
  /// - Throws: `EvaluationError` without images, or when the images differ.
  package init(_ runs: [DomainAccuracy], over zeroShot: DomainAccuracy) throws {
    let count = Double(max(runs.count, 1))
    difference = PairedDifference(
      try PairedBootstrap(
        differences: zeroShot.isCorrect.indices.map { image in
          Double(runs.count { $0.isCorrect[image] }) / count - (zeroShot.isCorrect[image] ? 1 : 0)
        }))
    exactPs = try runs.map { try McNemarTest(first: $0.isCorrect, second: zeroShot.isCorrect).exactP }
  }

  var json: JSON {
    var object = difference.members
    object["mcnemar_p"] = .array(exactPs.map { .number($0) })
    return .object(object)
  }

  init(_ node: JSONNode) throws {
    difference = try PairedDifference(node)
    exactPs = try node.array("mcnemar_p").map { try $0.number() }
  }
}
