import ArgumentParser

/// A request for help: `help COMMAND`, `COMMAND --help` or a command that has only subcommands, with `--full`
/// for everything.
struct HelpRequest {
  private let called: CalledCommand
  private let isFull: Bool

  /// The option for the whole help.
  static let full = "--full"

  /// Reads what help is asked for.
  init(_ words: [String], of tool: any CommandLineTool.Type) {
    called = CalledCommand(words, of: tool)
    isFull = words.contains(Self.full) || words.contains("--help-hidden")
  }

  /// Returns the words that the parser reads; the whole help is no option of its `help`.
  static func parsed(_ words: [String]) -> [String] {
    words.first == "help" ? words.filter { $0 != full } : words
  }

  /// Whether a parsed command is the parser's own `help`.
  static func isHelp(_ command: any ParsableCommand) -> Bool {
    type(of: command).configuration.commandName == "help"
  }

  /// The text that answers it, with the end of its last line.
  var text: String {
    if !isFull, let short = try? ShortHelp(called).text { return short + "\n" }
    return called.tool.helpMessage(for: called.type, includeHidden: true) + "\n"
  }
}
