import Foundation

/// A limit on open files, `ulimit -n`, in which commands cannot run.
struct OpenFileLimit: Error, CustomStringConvertible {
  /// The least that commands run in: standard streams, a model, a data set, an output, and what the dispatch library opens,
  /// which ends the process by a trap where it can't.
  static let least = 16

  /// The limit.
  let limit: UInt64

  var description: String {
    "this process may open \(limit) files (ulimit -n), expected at least \(Self.least); raise the limit"
  }

  /// Checks the process's limit.
  ///
  /// - Throws: ``OpenFileLimit``.
  static func check() throws(OpenFileLimit) {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < least else { return }
    throw OpenFileLimit(limit: UInt64(limit.rlim_cur))
  }
}
