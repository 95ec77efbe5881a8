import Foundation

/// Hints for the options of other programs, and for lists in place of a single value.
enum UsageHint {
  /// Options of CoOp, its forks and open_clip, and what they are called here.
  private static let options = [
    "--csc": "--class-specific", "--ctx": "--context-length", "--n-ctx": "--context-length",
    "--nctx": "--context-length", "--n-context": "--context-length", "--ctx-init": "--init",
    "--context-init": "--init", "--class-token-position": "--class-position", "--lr": "--learning-rate",
    "--batch": "--batch-size", "--bs": "--batch-size", "--epoch": "--epochs", "--max-epoch": "--epochs",
    "--shot": "--shots", "--num-shots": "--shots", "--n-shots": "--shots", "--dataset": "--data",
    "--backbone": "--model", "--trainer": "--method", "--out": "--output", "--output-dir": "--output",
    "--num-workers": "--threads", "--workers": "--threads", "--prec": "--precision", "--fp16": "--precision bf16",
  ]

  /// Settings of a run that a sweep takes several values of, by their options.
  private static let settings: Set = [
    "--shots", "--seed", "--context-length", "--epochs", "--batch-size", "--learning-rate", "--method", "--loss",
  ]

  /// Returns what an option of another program is called here; nil for other names.
  static func option(for name: String) -> String? { options[name.replacing("_", with: "-").lowercased()] }

  /// Returns a better message for a usage error; nil where the parser's own says it all.
  ///
  /// - Parameter message: the parser's message.
  /// - Returns: one sentence without a full stop.
  static func message(for message: String) -> String? {
    let quoted = message.split(separator: "'", omittingEmptySubsequences: false).map(String.init)
    guard quoted.count > 2 else { return nil }
    let (value, option) = (quoted[1], quoted.count > 3 ? String(quoted[3].prefix { $0 != " " }) : "")
    let takesSeveral = quoted.count > 3 && quoted[3].hasSuffix("<methods>")
    // A reason that begins with the value itself needs no other beginning.
    if message.contains("is invalid for"), let own = message.range(of: "': \"\(value)\": ") {
      return "\"\(value)\": \(message[own.upperBound...])"
    }
    guard message.contains("is invalid for"), value.contains(","), settings.contains(option), !takesSeveral else {
      return nil
    }
    let setting = option.dropFirst(2).replacing("-", with: "_")
    let list = value.split(separator: ",").map { Double($0) == nil ? "\"\($0)\"" : String($0) }
    return "\(option) takes one value; several are a sweep: promptlens sweep run with a grid of "
      + "\"\(setting)\": [\(list.joined(separator: ", "))]"
  }
}
