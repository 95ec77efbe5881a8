import ArgumentParser
import PromptLensDatasets
import PromptLensJSONDocuments
import PromptLensReporting

struct DataCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Say what of a data set is there, what is missing, and where to get it.",
    discussion: """
      A published data set goes by its name; the root is its own folder or the one around it. Images that the lists name \
      are looked for, not opened.

      A list of one's own is checked as --data takes it, folder:DIR, csv:FILE or split:FILE.json. Where the list gives \
      content hashes, as the manifests of promptlens data split do, images are read and compared with them, and those \
      that were changed are named.

      The exit code is 66 when something is missing, 65 when all is there and something was changed.

      Example:
        promptlens data check oxford-pets --root data
        promptlens data check split:pets.json --root data/oxford_pets/images
      """)

  @Argument(
    help: ArgumentHelp("A data set, as promptlens data list names it, or KIND:PATH.", valueName: "name"))
  var name: String

  @Option(
    help: ArgumentHelp(
      "Where it lies; for a csv: or split: the folder that paths start from, by default the file's own.",
      valueName: "dir"))
  var root: String?

  @Flag(inversion: .prefixedNo, help: "Compare images with the content hashes of their list.")
  var hashes = true

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard !name.contains(":") else {
      _ = try DataSource(name)
      return
    }
    guard KnownDataset.named(name) != nil else {
      throw ValidationError("\"\(name)\" is no data set that is known; promptlens data list names them.")
    }
    guard root != nil else { throw ValidationError("Give the folder that \(name) lies in with --root DIR.") }
  }

  func run() throws {
    let check: DatasetCheck
    let title: String
    if let known = KnownDataset.named(name) {
      check = DatasetCheck(known, root: root ?? ".")
      title = known.title
    } else {
      let source = try DataSource(name)
      if case .named(let known) = source.kind {
        check = DatasetCheck(known, root: root ?? source.path)
        title = known.title
      } else {
        check = try self.check(source.dataset(root: root))
        title = name
      }
    }
    var parts = Table(title: "\(title) in \(check.home)", columns: [.text("file or folder"), .text("")])
    for part in check.parts { parts.append(part.path, part.isPresent ? "there" : "missing") }
    var splits = Table(
      title: check.parts.isEmpty ? "\(title) in \(check.home)" : "",
      columns: [
        .text("split"), .number("images"), .number("missing"), .number("expected"), .number("compared"),
        .number("changed"), .text("first missing"),
      ])
    for split in check.splits {
      splits.append(
        split.split.rawValue, split.listed.grouped, split.missing.grouped, split.expected?.grouped ?? "",
        split.compared.grouped, split.changed.count.grouped, split.firstMissing ?? "")
    }
    let tables =
      (check.parts.isEmpty ? [] : [parts]) + (check.splits.isEmpty ? [] : [splits]) + [verdict(check)]
    Console.print(Results(json: json(check), tables: tables, csv: splits), as: outputOptions.format)
    if check.lacksSomething { throw ExitCode(ExitStatus.missingInput.rawValue) }
    if !check.isComplete { throw ExitCode(ExitStatus.badData.rawValue) }
  }

  private func check(_ dataset: Dataset) throws -> DatasetCheck {
    let hashed = Split.allCases.reduce(0) { $0 + dataset[$1].count { $0.contentHash != nil } }
    guard hashes, hashed > 0 else { return try DatasetCheck(listed: dataset, comparesHashes: false) }
    let progress = ProgressBar("content hashes", total: hashed, unit: "images")
    defer { progress.finish() }
    return try DatasetCheck(listed: dataset, comparesHashes: true) { progress.advance() }
  }

  private func verdict(_ check: DatasetCheck) -> Table {
    let classes = check.classCount.map { "\($0)" } ?? "unknown"
    var verdict = Table(columns: [.text("verdict"), .text("")])
    verdict.append("classes", check.known.map { "\(classes), expected \($0.classCount)" } ?? classes)
    verdict.append("complete", check.isComplete ? "yes" : "no")
    let changed = check.splits.flatMap(\.changed)
    for (place, path) in changed.prefix(20).enumerated() { verdict.append(place == 0 ? "changed" : "", path) }
    if changed.count > 20 { verdict.append("", "… and \((changed.count - 20).grouped) more") }
    if let known = check.known, !check.isComplete { verdict.append("where to get it", known.source) }
    if let problem = check.problem { verdict.append("problem", problem) }
    return verdict
  }

  private func json(_ check: DatasetCheck) -> JSON {
    [
      "name": .string(check.known?.key ?? name), "home": .string(check.home), "complete": .bool(check.isComplete),
      "parts": .array(check.parts.map { ["path": .string($0.path), "present": .bool($0.isPresent)] }),
      "splits": .array(
        check.splits.map {
          [
            "split": .string($0.split.rawValue), "images": JSON($0.listed), "missing": JSON($0.missing),
            "expected": $0.expected.map { JSON($0) } ?? .null,
            "first_missing": $0.firstMissing.map { .string($0) } ?? .null, "compared": JSON($0.compared),
            "changed": .array($0.changed.map { .string($0) }),
          ]
        }),
      "classes": check.classCount.map { JSON($0) } ?? .null,
      "expected_classes": check.known.map { JSON($0.classCount) } ?? .null,
      "problem": check.problem.map { .string($0) } ?? .null,
      "source": check.known.map { .string($0.source) } ?? .null,
    ]
  }
}
