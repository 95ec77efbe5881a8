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

  @Test("every command that opens models, contexts, features or classifiers can do it without checks, but not verify")
  func noCheck() throws {
    let dump = try Executable.run(["--experimental-dump-help"])
    let root = JSONNode(source: "help", value: try JSON(parsing: Array(dump.output.utf8), source: "help"))
    let having = try Self.commands(in: root.node("command"), path: "").filter {
      try Self.options(of: $0.node).contains("--no-check")
    }.map { $0.path.split(separator: " ").dropFirst().joined(separator: " ") }
    #expect(
      having.sorted() == [
        "base-to-new", "classifier", "decode", "embed", "evaluate", "export", "extract", "fit", "inspect",
        "interpret", "merge", "noise", "predict", "probe", "report", "suspects", "sweep run", "templates", "train",
        "transfer", "zero-shot",
      ])
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
      let abstract = try argument.string("abstract")
      guard field.commands.contains(.train) else {
        #expect(abstract == help)
        continue
      }
      #expect(abstract.hasPrefix(help))
      if case .choice(let values)? = field.setting?.kind {
        #expect(abstract.contains("values: \(values.joined(separator: ", "))"))
      }
      switch field.setting?.fallback {
      case .string(let text)?: #expect(abstract.contains("default: \(text))"))
      case .number(let number)?: #expect(abstract.contains("default: \(number))"))
      // Options without a default of their own say it in words.
      default: break
      }
    }
  }

  @Test("options of the table are read by the kinds and ranges of its fields")
  func values() throws {
    for (arguments, message) in [
      (["--epochs", "x"], "The value 'x' is invalid for '--epochs <epochs>': expected a whole number."),
      (["--epochs", "0"], "--epochs is 0, expected at least 1."),
      (["--early-stopping", "0"], "--early-stopping is 0, expected at least 1."),
      (["--learning-rate", "nan"], "--learning-rate is nan, expected more than 0."),
      (["--class-position", "side"], "expected one of end, middle, front."),
      (["--loss", "hinge"], "known are ce"),
      (["--method", "cocoop", "--class-specific"], "omit --class-specific"),
      (["--method", "cocoop", "--strategy", "agreement:1"], "--strategy and --early-stopping cannot be used with it"),
    ] {
      let result = try Executable.run(["train", "--model", "m", "--data", "folder:d"] + arguments)
      #expect(result.status == 64)
      #expect(result.errors.contains(message), "\(arguments): \(result.errors)")
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
