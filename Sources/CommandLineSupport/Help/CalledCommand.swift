import ArgumentParser

/// The command that a command line calls, and the words after its name.
struct CalledCommand {
  /// The command line.
  let tool: any CommandLineTool.Type
  /// The commands from the root down to the called one.
  private(set) var stack: [any ParsableCommand.Type]
  /// The words after the command's name.
  private(set) var rest: [String]

  /// Follows the names of subcommands, as far as they are known.
  ///
  /// - Parameters:
  ///   - words: the arguments without the executable's name; a leading `help` is passed over with all options.
  ///   - tool: the command line.
  init(_ words: [String], of tool: any CommandLineTool.Type) {
    self.tool = tool
    stack = [tool]
    rest = words.first == "help" ? words.dropFirst().filter { !$0.hasPrefix("-") } : words
    while let word = rest.first, let next = below.first(where: { Self.names(of: $0).contains(word) }) {
      stack.append(next)
      rest.removeFirst()
    }
  }

  /// The called command.
  var type: any ParsableCommand.Type { stack.last ?? tool }

  /// The words that call the command, with the executable's name.
  var path: String { stack.compactMap { $0.configuration.commandName }.joined(separator: " ") }

  /// The words after the executable's name that call the command; empty for the root.
  var subpath: String { stack.dropFirst().compactMap { $0.configuration.commandName }.joined(separator: " ") }

  /// The subcommands of the command.
  var below: [any ParsableCommand.Type] { type.configuration.subcommands }

  /// The first word where the name of a subcommand is expected, if it isn't one.
  var unknownSubcommand: String? {
    guard !below.isEmpty, let word = rest.first, !word.hasPrefix("-"), word != "help" else { return nil }
    return word
  }

  /// Refuses the name of a command that doesn't exist.
  ///
  /// - Throws: `ValidationError` with the nearest name.
  func checkSubcommand() throws {
    guard let unknownSubcommand else { return }
    let nearest = Spelling.nearest(to: unknownSubcommand, in: below.flatMap { Self.names(of: $0) })
    throw ValidationError(
      "Unknown command '\(unknownSubcommand)'." + (nearest.map { " Did you mean '\($0)'?" } ?? ""))
  }

  private static func names(of command: any ParsableCommand.Type) -> [String] {
    [command.configuration.commandName].compactMap(\.self) + command.configuration.aliases
  }
}
