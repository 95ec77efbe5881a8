import PromptLensEvaluation
import PromptLensJSONDocuments

/// The difference of two accuracies on the same images, with its bootstrap interval, as documents hold it.
package struct PairedDifference: Sendable, Equatable {
  /// The first accuracy minus the second.
  package let difference: Double
  /// The 95 % interval over images.
  package let interval: ClosedRange<Double>
  /// The two-sided p of the bootstrap.
  package let p: Double

  /// Creates the difference that a bootstrap found.
  package init(_ bootstrap: PairedBootstrap) {
    difference = bootstrap.difference
    interval = bootstrap.interval
    p = bootstrap.p
  }

  /// The members `difference`, `low`, `high` and `p`.
  package var members: JSON.Object {
    var object = JSON.Object()
    object["difference"] = .number(difference)
    object["low"] = .number(interval.lowerBound)
    object["high"] = .number(interval.upperBound)
    object["p"] = .number(p)
    return object
  }

  /// Reads a difference from an object that has its members.
  ///
  /// - Throws: `JSONError` naming the member that is missing or of another kind.
  package init(_ node: JSONNode) throws(JSONError) {
    difference = try node.number("difference")
    let (low, high) = (try node.number("low"), try node.number("high"))
    guard low <= high else { throw try node.node("low").unexpected(expected: "at most high", found: "\(low)") }
    interval = low...high
    p = try node.share("p")
  }
}
