// Hints for the options of other programs, and for lists in place of a single value.

extension PromptLens {
  /// Options of CoOp, its forks and open_clip, and what they are called here.
  private static let foreignOptions = [
    "--csc": "--class-specific", "--ctx": "--context-length", "--n-ctx": "--context-length",
    "--nctx": "--context-length", "--n-context": "--context-length", "--ctx-init": "--init",
    "--context-init": "--init", "--class-token-position": "--class-position", "--lr": "--learning-rate",
    "--batch": "--batch-size", "--bs": "--batch-size", "--epoch": "--epochs", "--max-epoch": "--epochs",
    "--shot": "--shots", "--num-shots": "--shots", "--n-shots": "--shots", "--dataset": "--data",
    "--backbone": "--model", "--trainer": "--method", "--out": "--output", "--output-dir": "--output",
    "--num-workers": "--threads", "--workers": "--threads", "--prec": "--precision", "--fp16": "--precision bf16",
  ]

  /// Settings of a run that a sweep takes several values of, by their options.
  private static let sweptOptions: Set = [
    "--shots", "--seed", "--context-length", "--epochs", "--batch-size", "--learning-rate", "--method", "--loss",
  ]

  package static func option(for foreign: String) -> String? {
    foreignOptions[foreign.replacing("_", with: "-").lowercased()]
  }

  package static func usageHint(for message: String) -> String? {
    let quoted = message.split(separator: "'", omittingEmptySubsequences: false).map(String.init)
    guard quoted.count > 3, message.contains("is invalid for") else { return nil }
    let (value, option) = (quoted[1], String(quoted[3].prefix { $0 != " " }))
    guard value.contains(","), sweptOptions.contains(option), !quoted[3].hasSuffix("<methods>") else { return nil }
    let setting = option.dropFirst(2).replacing("-", with: "_")
    let list = value.split(separator: ",").map { Double($0) == nil ? "\"\($0)\"" : String($0) }
    return "\(option) takes one value; several are a sweep: promptlens sweep run with a grid of "
      + "\"\(setting)\": [\(list.joined(separator: ", "))]"
  }
}
