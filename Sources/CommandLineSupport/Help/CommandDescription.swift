import ArgumentParser
import PromptLensJSONDocuments

/// The arguments of a command, as the parser's own description lists them.
struct CommandDescription {
  /// An option, a flag or a positional argument.
  struct Argument {
    /// The names with their dashes, the preferred one first; empty for a positional argument.
    let names: [String]
    /// The name of the value; nil for a flag.
    let value: String?
    let isOptional: Bool
    let isRepeating: Bool
    let help: String
    let defaultValue: String?

    var isPositional: Bool { names.isEmpty }

    /// Returns the argument as it is written, `--model <dir>`.
    ///
    /// - Parameter short: whether a name of one letter stands before the long one.
    /// - Returns: the name and the name of the value.
    func synopsis(short: Bool = false) -> String {
      let letter = short ? names.first { $0.count == 2 }.map { "\($0), " } ?? "" : ""
      guard let name = names.first else { return "<\(value ?? "value")>\(isRepeating ? " ..." : "")" }
      // A value that is called like its option says nothing.
      let shown = value.map { "--\($0)" == name ? " <value>" : " <\($0)>" } ?? ""
      return "\(letter)\(name)\(shown)\(isRepeating && value != nil ? " ..." : "")"
    }
  }

  let arguments: [Argument]

  /// Describes a command that has subcommands, and no arguments of its own.
  init() { arguments = [] }

  /// Reads the description of a command. That of one with subcommands holds theirs, which takes a while.
  ///
  /// - Throws: `JSONError` when the parser's description has another form.
  init(_ command: any ParsableCommand.Type) throws {
    let dump = try JSON(parsing: Array(command._dumpHelp().utf8), source: "help")
    let node = try JSONNode(source: "help", value: dump).node("command")
    arguments = try (node["arguments"] == nil ? [] : node.array("arguments")).compactMap { argument in
      guard try argument.bool("shouldDisplay") else { return nil }
      let kind = try argument.string("kind")
      let preferred = argument["preferredName"].flatMap { Self.name($0) }
      let names = try (argument["names"] == nil ? [] : argument.array("names")).compactMap { Self.name($0) }
      return Argument(
        names: [preferred].compactMap(\.self) + names.filter { $0 != preferred },
        value: kind == "flag" ? nil : try argument.optionalString("valueName"),
        isOptional: try argument.bool("isOptional"), isRepeating: try argument.bool("isRepeating"),
        help: try argument.optionalString("abstract") ?? "",
        // Of flags, only one that can be switched off says which is the default.
        defaultValue: try argument.optionalString("defaultValue").flatMap {
          kind == "flag" && !$0.hasPrefix("--") ? nil : $0
        })
    }
  }

  /// The names of all options, with their dashes.
  var names: [String] { arguments.flatMap(\.names) }

  /// The number of options, without positional arguments.
  var optionCount: Int { arguments.count { !$0.isPositional } }

  /// Returns the option with a long name, given without dashes.
  func option(_ name: String) -> Argument? { arguments.first { $0.names.contains("--\(name)") } }

  /// Returns whether an option only switches another one off: `--no-hashes` beside `--hashes`.
  func isNegation(_ argument: Argument) -> Bool {
    guard let name = argument.names.first, name.hasPrefix("--no-"), argument.value == nil else { return false }
    return option(String(name.dropFirst("--no-".count))).map { $0.help == argument.help } ?? false
  }

  /// Returns whether another option switches this one off.
  func hasNegation(_ argument: Argument) -> Bool {
    guard let name = argument.names.first, name.hasPrefix("--") else { return false }
    return option("no-\(name.dropFirst(2))").map { isNegation($0) } ?? false
  }

  private static func name(_ node: JSONNode) -> String? {
    guard let name = try? node.string("name"), let kind = try? node.string("kind") else { return nil }
    return kind == "long" ? "--\(name)" : "-\(name)"
  }
}
