import Foundation

/// The limit on the process's address space, `ulimit -v`.
package enum AddressSpace {
  /// The least that the executable, its libraries and the threads run in, measured on 1 to 16 threads.
  package static var least: Int { 600_000_000 + 100_000_000 * Parallel.threadCount }

  /// Checks that the process can run at all: under a smaller limit, threads that cannot be made are waited for forever.
  ///
  /// - Throws: ``TensorError/addressSpace(limit:least:)``.
  package static func check() throws(TensorError) {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < UInt64(least) else {
      return
    }
    throw .addressSpace(limit: Int(limit.rlim_cur), least: least)
  }
}
