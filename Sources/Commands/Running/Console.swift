import Foundation
import PromptLensReporting

/// The standard streams: results go to standard output, everything else to standard error.
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
