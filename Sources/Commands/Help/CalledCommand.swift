import ArgumentParser
import Foundation

/// The command that a command line calls, and the words after its name.
struct CalledCommand {
  /// The commands from `promptlens` down to the called one.
  private(set) var stack: [any ParsableCommand.Type] = [PromptLens.self]
  /// The words after the command's name.
  private(set) var rest: [String]

  /// The command that this process was asked for.
  static var current: CalledCommand { CalledCommand(Array(ProcessInfo.processInfo.arguments.dropFirst())) }

  /// Follows the names of subcommands, as far as they are known.
  ///
  /// - Parameter words: the arguments without the executable's name; a leading `help` is passed over with all options.
  init(_ words: [String]) {
    rest = words.first == "help" ? words.dropFirst().filter { !$0.hasPrefix("-") } : words
    while let word = rest.first, let next = below.first(where: { Self.names(of: $0).contains(word) }) {
      stack.append(next)
      rest.removeFirst()
    }
  }

  /// The called command.
  var type: any ParsableCommand.Type { stack.last ?? PromptLens.self }

  /// The words that call the command, `promptlens data check`.
  var path: String { stack.compactMap { $0.configuration.commandName }.joined(separator: " ") }

  /// The words after `promptlens` that call the command; empty for `promptlens` itself.
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
