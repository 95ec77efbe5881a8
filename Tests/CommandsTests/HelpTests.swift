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

  @Test("the help of every command fits on a screen, and names the whole help, which lists every option")
  func short() throws {
    let dump = try Executable.run(["--experimental-dump-help"])
    let root = JSONNode(source: "help", value: try JSON(parsing: Array(dump.output.utf8), source: "help"))
    for (path, node) in try Self.commands(in: root.node("command"), path: "") {
      let words = path.split(separator: " ").dropFirst().map(String.init)
      let short = try Executable.run(words + ["--help"])
      let lines = short.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      #expect(short.status == 0 && lines.count <= 41, "\(path): \(lines.count) lines")
      #expect(lines.allSatisfy { $0.count <= 100 }, "\(path): \(lines.filter { $0.count > 100 })")
      #expect(lines.first.map(String.init) == (try node.string("abstract")), "\(path)")
      #expect(short.output.contains("Usage: \(path)"), "\(path)")
      #expect(short.output.contains("Example"), "\(path)")
      let full = (["promptlens", "help"] + words + ["--full"]).joined(separator: " ")
      #expect(short.output.contains(full), "\(path) doesn't name \(full)")
      #expect(try Executable.run(["help"] + words).output == short.output, "\(path)")
      let all = try Executable.run(["help"] + words + ["--full"]).output
      for option in try Self.options(of: node) { #expect(all.contains(option), "\(path): \(option)") }
      #expect(all.contains("OVERVIEW"), "\(path)")
    }
    #expect(try Executable.run([]).output == Executable.run(["--help"]).output)
    #expect(
      try Executable.run(["train", "--help", "--full"]).output == Executable.run(["help", "train", "--full"]).output)
  }

  @Test("the options of the short help exist")
  func firstOptions() throws {
    // Every line of an option in the short help is in the whole help, too.
    for command in ["train", "transfer", "noise", "probe"] {
      let all = try Executable.run(["help", command, "--full"]).output
      for line in try Executable.run([command, "--help"]).output.split(separator: "\n") where line.hasPrefix("  --") {
        let name = line.dropFirst(2).prefix { $0 != " " }
        #expect(all.contains(name), "\(command): \(name)")
      }
    }
  }

  @Test(
    "an unknown option or command is named, with the nearest one, whatever stands beside it",
    arguments: [
      (["decode", "a.npy", "--modle", "m", "--controls"], "Unknown option '--modle'. Did you mean '--model'?"),
      (
        ["decode", "a.npy", "b.npy", "--model", "m", "--snip", "--snap"],
        "Unknown option '--snip'. Did you mean '--snap'?"
      ),
      (["train", "--model", "m", "--data", "folder:d", "--xyzzy", "3"], "Unknown option '--xyzzy'"),
      (["train", "--model", "m", "--data", "folder:d", "--learning", "3"], "Did you mean '--learning-rate'?"),
      (["train", "--model", "m", "--data", "folder:d", "--n_ctx", "4"], "it is called --context-length"),
      (["merge", "a.h5", "b.h5", "-x", "--output", "c.h5"], "Unknown option '-x'"),
      (["predict", "run", "x.png", "--topp=3"], "Did you mean '--top'?"),
      (["compare", "--zero-shots"], "Unknown option '--zero-shots'. Did you mean '--zero-shot'?"),
      (["report", "--fromat", "html"], "Unknown option '--fromat'. Did you mean '--format'?"),
      (["--verison"], "Unknown option '--verison'. Did you mean '--version'?"),
      (["trian", "--model", "m"], "Unknown command 'trian'. Did you mean 'train'?"),
      (["help", "decod"], "Unknown command 'decod'. Did you mean 'decode'?"),
      (["data", "chekc", "d"], "Unknown command 'chekc'. Did you mean 'check'?"),
      (["frobnicate"], "Unknown command 'frobnicate'."),
    ])
  func unknown(arguments: [String], message: String) throws {
    let result = try Executable.run(arguments)
    #expect(result.status == 64)
    #expect(result.errors.contains(message), "\(arguments): \(result.errors)")
    #expect(result.errors.contains("Usage: promptlens"), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count <= 4, "\(result.errors)")
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
