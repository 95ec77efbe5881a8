import Foundation

/// An estimate of a command's work, from a few images and one pass over the prompts, without writing anything. It
/// includes work that is already done.
package struct WorkEstimate: Sendable, Equatable {
  /// The runs of learning.
  package var runs = 0
  /// The views of images that are encoded.
  package var views = 0
  /// The steps of all runs.
  package var steps = 0
  /// The seconds of encoding and learning.
  package var seconds = 0.0
  /// The bytes of memory at the most.
  package var memory = 0
  /// The bytes of the written files.
  package var disk = 0

  /// Creates an estimate of nothing.
  package init() {}

  /// Returns the work of both, one after the other.
  package static func + (left: WorkEstimate, right: WorkEstimate) -> WorkEstimate {
    var sum = left
    sum.runs += right.runs
    sum.views += right.views
    sum.steps += right.steps
    sum.seconds += right.seconds
    sum.memory = max(left.memory, right.memory)
    sum.disk += right.disk
    return sum
  }

  /// Returns the work of several equal ones, one after the other.
  package func times(_ count: Int) -> WorkEstimate {
    var product = self
    product.runs *= count
    product.views *= count
    product.steps *= count
    product.seconds *= Double(count)
    product.disk *= count
    return product
  }

  /// The most memory that this process has had; 0 where the system doesn't say.
  static var peakMemory: Int {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return 0 }
    return kilobytes * 1024
  }
}
