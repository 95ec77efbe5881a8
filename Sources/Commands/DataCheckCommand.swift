import ArgumentParser
import Datasets
import JSONDocuments
import Reporting

struct DataCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Say what of a data set is there, what is missing, and where to get it.",
    discussion: """
      The root is the data set's own folder or the one around it. Images that the lists name are looked for, not opened. \
      The exit code is 66 when something is missing.

      Example:
        promptlens data check oxford-pets --root data
      """)

  @Argument(help: ArgumentHelp("A data set, as promptlens data list names it.", valueName: "name"))
  var name: String

  @Option(help: ArgumentHelp("Where it lies.", valueName: "dir"))
  var root: String

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard KnownDataset.named(name) != nil else {
      throw ValidationError("\"\(name)\" is no data set that is known; promptlens data list names them.")
    }
  }

  func run() throws {
    guard let known = KnownDataset.named(name) else { return }
    let check = DatasetCheck(known, root: root)
    var parts = Table(title: "\(known.title) in \(check.home)", columns: [.text("file or folder"), .text("")])
    for part in check.parts { parts.append(part.path, part.isPresent ? "there" : "missing") }
    var splits = Table(
      columns: [.text("split"), .number("images"), .number("missing"), .number("expected"), .text("first missing")])
    for split in check.splits {
      splits.append(
        split.split.rawValue, split.listed.grouped, split.missing.grouped, split.expected?.grouped ?? "",
        split.firstMissing ?? "")
    }
    let verdict = Table(
      columns: [.text("verdict"), .text("")],
      rows: [
        [
          "classes", check.classCount.map { "\($0) of \(known.classCount)" } ?? "unknown, expected \(known.classCount)",
        ],
        ["complete", check.isComplete ? "yes" : "no"],
      ] + (check.isComplete ? [] : [["where to get it", known.source]])
        + (check.problem.map { [["problem", $0]] } ?? []))
    Console.print(
      Results(json: json(check), tables: [parts] + (check.splits.isEmpty ? [] : [splits]) + [verdict], csv: splits),
      as: outputOptions.format)
    guard check.isComplete else { throw ExitCode(ExitStatus.missingInput.rawValue) }
  }

  private func json(_ check: DatasetCheck) -> JSON {
    [
      "name": .string(check.known.key), "home": .string(check.home), "complete": .bool(check.isComplete),
      "parts": .array(check.parts.map { ["path": .string($0.path), "present": .bool($0.isPresent)] }),
      "splits": .array(
        check.splits.map {
          [
            "split": .string($0.split.rawValue), "images": JSON($0.listed), "missing": JSON($0.missing),
            "expected": $0.expected.map { JSON($0) } ?? .null,
            "first_missing": $0.firstMissing.map { .string($0) } ?? .null,
          ]
        }),
      "classes": check.classCount.map { JSON($0) } ?? .null, "expected_classes": JSON(check.known.classCount),
      "problem": check.problem.map { .string($0) } ?? .null, "source": .string(check.known.source),
    ]
  }
}
