import ArgumentParser
import Foundation

/// The help of a command on one screen: its usage, the options that a first user needs, and an example.
///
/// `help COMMAND --full` has everything.
package struct ShortHelp {
  /// Options, or commands, under a title.
  package struct Group: Sendable {
    let title: String
    let names: [String]

    /// Creates a group; options are named without dashes.
    package init(_ title: String, _ names: [String]) {
      self.title = title
      self.names = names
    }
  }

  private let called: CalledCommand
  private let description: CommandDescription
  private let width: Int

  /// Describes a command.
  ///
  /// - Throws: `JSONError` when the parser's own description can't be read.
  init(_ called: CalledCommand, width: Int = Self.terminalWidth) throws {
    self.called = called
    self.width = width
    description = called.below.isEmpty ? try CommandDescription(called.type) : CommandDescription()
  }

  /// The columns of the terminal, 60 to 100; 100 where there is none.
  static var terminalWidth: Int {
    if let columns = ProcessInfo.processInfo.environment["COLUMNS"].flatMap({ Int($0) }) {
      return min(max(columns, 60), 100)
    }
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
    return min(max(Int(size.ws_col), 60), 100)
  }

  /// The text.
  var text: String {
    var lines = TextWrapping.lines(of: called.type.configuration.abstract, width: width)
    lines += ["", usage, ""]
    lines += called.below.isEmpty ? options : commands
    if !example.isEmpty { lines += ["", example.count > 1 ? "Examples:" : "Example:"] + exampleLines }
    lines += ["", closing]
    return lines.joined(separator: "\n")
  }

  /// The usage with the arguments that can't be left out.
  var usage: String {
    let needed = description.arguments.filter { !$0.isOptional || $0.isPositional }.map {
      $0.isOptional ? "[\($0.synopsis())]" : $0.synopsis()
    }
    let rest = called.below.isEmpty ? ["[options]"] : ["<command>", "[options]"]
    return (["Usage: \(called.path)"] + needed + rest).joined(separator: " ")
  }

  // MARK: - Options

  private var options: [String] {
    let groups = called.tool.firstOptions[called.subpath] ?? [Group("Options", ownOptions)]
    var sections = [(title: "Arguments", arguments: description.arguments.filter(\.isPositional))]
    sections += groups.map { ($0.title, $0.names.compactMap { description.option($0) }) }
    return sections.flatMap { section -> [String] in
      guard !section.arguments.isEmpty else { return [] }
      let entries = section.arguments.filter { !description.isNegation($0) }.map { argument in
        let label = argument.synopsis(short: true)
        return (
          label: description.hasNegation(argument) ? label.replacing("--", with: "--[no-]", maxReplacements: 1) : label,
          text: text(of: argument)
        )
      }
      return ["\(section.title):"] + Self.table(entries, width: width)
    }
  }

  /// The options of a command for which no choice is made: all but those that many commands share.
  private var ownOptions: [String] {
    description.arguments.filter { !$0.isPositional }.compactMap {
      $0.names.first.map { String($0.drop { $0 == "-" }) }
    }
    .filter { !called.tool.sharedOptions.contains($0) }
  }

  private func text(of argument: CommandDescription.Argument) -> String {
    let note = argument.defaultValue.map { value in
      argument.help.contains("default: ") || value.isEmpty ? "" : " (default: \(value))"
    }
    return Self.shortened(argument.help, width: 2 * (width - Self.labelWidth)) + (note ?? "")
  }

  /// Returns the first clauses of a text, as many as fit into a width but at least one.
  private static func shortened(_ text: String, width: Int) -> String {
    guard text.count > width else { return text }
    let ends = text.indices.filter { index in
      text[index...].hasPrefix(". ") || text[index...].hasPrefix("; ")
    }
    guard let end = ends.last(where: { text.distance(from: text.startIndex, to: $0) < width }) ?? ends.first else {
      return text
    }
    let clauses = text[..<end]
    let opened = clauses.count { $0 == "(" } > clauses.count { $0 == ")" }
    return opened ? "\(clauses))." : "\(clauses)."
  }

  // MARK: - Commands

  private var commands: [String] {
    let known = Dictionary(
      called.below.map { ($0.configuration.commandName ?? "", $0.configuration.abstract) },
      uniquingKeysWith: { first, _ in first })
    let groups =
      called.tool.firstOptions[called.subpath] ?? [
        Group("Commands", called.below.compactMap { $0.configuration.commandName })
      ]
    var lines: [String] = []
    for group in groups {
      lines.append("\(group.title):")
      lines += Self.table(
        group.names.compactMap { name in known[name].map { (label: name, text: $0) } }, width: width, label: 16)
    }
    let shown = Set(groups.flatMap(\.names))
    let others = called.below.compactMap { $0.configuration.commandName }.filter { !shown.contains($0) }
    if !others.isEmpty { lines += TextWrapping.lines(of: "Others: \(others.joined(separator: ", "))", width: width) }
    return lines
  }

  // MARK: - Layout

  private static let labelWidth = 30

  private static func table(_ entries: [(label: String, text: String)], width: Int, label labelWidth: Int = labelWidth)
    -> [String]
  {
    entries.flatMap { entry -> [String] in
      let label = "  \(entry.label)"
      let text = TextWrapping.lines(of: entry.text, width: width - labelWidth)
      let indent = String(repeating: " ", count: labelWidth)
      guard label.count < labelWidth - 1, let first = text.first else { return [label] + text.map { indent + $0 } }
      return [label.padding(toLength: labelWidth, withPad: " ", startingAt: 0) + first]
        + text.dropFirst().map { indent + $0 }
    }
  }

  /// The commands of the first example: one, or for a command with subcommands those of its discussion.
  private var example: [String] {
    let lines = called.type.configuration.discussion.split(separator: "\n").map(String.init)
    guard let start = lines.firstIndex(where: { $0.hasPrefix("Example") }) else { return [] }
    let commands = lines[(start + 1)...].prefix { $0.hasPrefix("  ") }.map { $0.trimmingCharacters(in: .whitespaces) }
    return called.below.isEmpty ? Array(commands.prefix(1)) : commands
  }

  private var exampleLines: [String] {
    example.flatMap { TextWrapping.command($0, indent: 2, width: width) }
  }

  private var closing: String {
    let help = "\(called.tool.name) help"
    let whole = called.subpath.isEmpty ? help : "\(help) \(called.subpath)"
    guard called.below.isEmpty else {
      return "\(whole) <command> explains a command; \(whole) --full says more."
    }
    return "\(whole) --full explains "
      + (description.optionCount == 1 ? "its option." : "all \(description.optionCount) options.")
  }
}
