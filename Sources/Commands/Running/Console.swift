import PromptLensFiles
import PromptLensReporting

/// The standard streams: results go to standard output, everything else to standard error.
enum Console {
  /// Prints results on standard output.
  static func print(_ results: Results, as format: OutputFormat) { print(results.text(as: format)) }

  /// Prints a text on standard output. When it cannot be written, the process ends as any error ends it, and quietly
  /// when nobody reads it any more.
  static func print(_ text: String) {
    do {
      try StandardStream.output.write(text)
    } catch { PromptLens.exit(after: error) }
  }

  /// Prints a line on standard error.
  static func note(_ line: String) {
    StandardStream.error.note("\(line)\n")
  }
}
