import Foundation
import PromptLensExperiments
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("The help of every command")
struct HelpTests {
  @Test("every command and subcommand has an abstract and its own example with valid options")
  func examples() throws {
    let dump = try Executable.run(["--experimental-dump-help"])
    try #require(dump.status == 0, "\(dump.errors)")
    let root = JSONNode(source: "help", value: try JSON(parsing: Array(dump.output.utf8), source: "help"))
    let commands = try Self.commands(in: root.node("command"), path: "")
    #expect(commands.count > 30)
    for (path, node) in commands {
      #expect(try node.string("abstract").hasSuffix("."), "\(path)")
      let discussion = try node.string("discussion")
      let example = try #require(discussion.range(of: "Example"), "\(path) has no example")
      let lines = discussion[example.lowerBound...].split(separator: "\n").filter { $0.contains("\(path) ") }
      #expect(!lines.isEmpty, "\(path) has no example of its own")
      let known = try Self.options(of: node)
      // A group's example is of its subcommands.
      guard node["subcommands"] == nil else { continue }
      for line in lines {
        for used in line.split(separator: " ") where used.hasPrefix("--") {
          #expect(known.contains(String(used)) || line.split(separator: "|").count > 1, "\(path): \(used)")
        }
      }
    }
  }

  @Test("train's options have the names and the help of the table of fields")
  func fields() throws {
    let dump = try Executable.run(["--experimental-dump-help"])
    let root = JSONNode(source: "help", value: try JSON(parsing: Array(dump.output.utf8), source: "help"))
    let train = try #require(
      try Self.commands(in: root.node("command"), path: "").first { $0.path.hasSuffix(" train") })
    let arguments = try train.node.array("arguments").filter { $0["names"] != nil }
    for field in RunField.all {
      guard let help = field.help else { continue }
      let argument = try #require(
        try arguments.first { try $0.array("names").contains { try $0.string("name") == field.option } },
        "--\(field.option)")
      #expect(try argument.string("abstract") == help)
      // Options without a default of their own say it in words.
      guard case .number(let fallback)? = field.axis?.fallback else { continue }
      #expect(try argument.string("defaultValue") == "\(fallback)")
    }
  }

  /// Returns every command below one, itself included, by the words that call it.
  private static func commands(in node: JSONNode, path: String) throws -> [(path: String, node: JSONNode)] {
    let name = try node.string("commandName")
    let own = path.isEmpty ? name : "\(path) \(name)"
    guard name != "help" else { return [] }
    var found = [(path: own, node: node)]
    if node["subcommands"] != nil {
      for below in try node.array("subcommands") { found += try commands(in: below, path: own) }
    }
    return found
  }

  /// Returns the long options of a command.
  private static func options(of node: JSONNode) throws -> Set<String> {
    let arguments = node["arguments"] == nil ? [] : try node.array("arguments")
    return try arguments.reduce(into: []) { options, argument in
      guard argument["names"] != nil else { return }
      for name in try argument.array("names") { options.insert("--\(try name.string("name"))") }
    }
  }
}
