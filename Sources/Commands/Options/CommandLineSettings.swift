import Foundation
import PromptLensTensorFiles

/// The command line, as far as results depend on it.
enum CommandLineSettings {
  /// Options with a value, and flags, that change nothing in the results.
  private static let valued: Set = ["--threads", "--format", "--output", "-o", "--log"]
  private static let flags: Set = ["--no-check", "--force", "--quiet", "-q", "--verbose", "-v"]

  /// The hash of this process's arguments without those that change nothing in the results.
  static var digest: String { digest(of: Array(ProcessInfo.processInfo.arguments.dropFirst())) }

  /// Returns the hash of arguments, in their order.
  static func digest(of arguments: [String]) -> String {
    let hash = Fingerprint()
    var isValue = false
    for argument in arguments {
      defer { isValue = valued.contains(argument) }
      let name = String(argument.prefix { $0 != "=" })
      guard !isValue, !valued.contains(name), !flags.contains(argument) else { continue }
      hash.add("\(argument)\0")
    }
    return hash.finish()
  }
}
