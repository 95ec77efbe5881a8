import ArgumentParser

/// A usage error as it is shown: what is wrong, the option's help where it has a wrong value, the usage, and where more is
/// said.
struct UsageError {
  private let error: any Error
  private let called: CalledCommand

  init(_ error: any Error, called: CalledCommand) {
    self.error = error
    self.called = called
  }

  /// The text.
  var text: String {
    let message = called.tool.message(for: error)
    let about = unknownOption ?? Self.reason(in: message) ?? called.tool.usageHint(for: message) ?? message
    var lines = ["Error: \(about)"]
    if about == message { lines += help }
    if let usage = try? ShortHelp(called).usage { lines.append(usage) }
    return (lines + ["  See '\(called.path) --help' for more information."]).joined(separator: "\n")
  }

  /// Returns the reason why a value is invalid where it begins with the value itself and needs no other beginning; nil
  /// elsewhere.
  private static func reason(in message: String) -> String? {
    let quoted = message.split(separator: "'", omittingEmptySubsequences: false)
    guard quoted.count > 2, message.contains("is invalid for"), let own = message.range(of: "': \"\(quoted[1])\": ")
    else { return nil }
    return "\"\(quoted[1])\": \(message[own.upperBound...])"
  }

  /// The parser's line about an option with a wrong value.
  private var help: [String] {
    let lines = called.tool.fullMessage(for: error).split(separator: "\n").map(String.init)
    return lines.first { $0.hasPrefix("Help:") }.map { [$0] } ?? []
  }

  /// The error of the first option that the command doesn't have, since the parser may report one that follows from it.
  private var unknownOption: String? {
    guard called.unknownSubcommand == nil, let description = try? CommandDescription(called.type) else { return nil }
    let known = description.names + Self.common
    for word in called.rest.prefix(while: { $0 != "--" }) where word.hasPrefix("-") {
      let name = String(word.prefix { $0 != "=" })
      if name.hasPrefix("--") {
        guard !known.contains(name) else { continue }
      } else {
        // A number, a dash for standard input, and letters of options.
        guard let letter = name.dropFirst().first, letter.isLetter, !known.contains(name), !known.contains("-\(letter)")
        else { continue }
      }
      if let option = called.tool.option(for: name), known.contains(String(option.prefix { $0 != " " })) {
        return "there is no option \(name) here; it is called \(option)"
      }
      let nearest = name.hasPrefix("--") ? Spelling.nearest(to: name, in: known.filter { $0.hasPrefix("--") }) : nil
      return "Unknown option '\(name)'" + (nearest.map { ". Did you mean '\($0)'?" } ?? "")
    }
    return nil
  }

  /// Options that the parser has for every command.
  private static let common = [
    "-h", "--help", "--help-hidden", "--version", "--experimental-dump-help", "--generate-completion-script",
  ]
}
