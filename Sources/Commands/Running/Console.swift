import Foundation
import PromptLensReporting

/// The two streams: results for programs and people, and everything else.
enum Console {
  /// Prints results on standard output.
  static func print(_ results: Results, as format: OutputFormat) {
    FileHandle.standardOutput.write(Data(results.text(as: format).utf8))
  }

  /// Prints a line on standard error.
  static func note(_ line: String) {
    FileHandle.standardError.write(Data("\(line)\n".utf8))
  }
}
