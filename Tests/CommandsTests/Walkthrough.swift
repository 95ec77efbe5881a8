import Foundation
import TestSupport

/// A Markdown file whose commands are run and whose output is compared.
///
/// A block of `sh` is run by bash in the walk-through's own folder, with `promptlens` on the path, and must succeed.
/// When the next block is of `text`, it is what the commands print on standard output. A line `<!-- tolerance: 1.5 -->`
/// in front of it lets its numbers differ by so much; `…` at the end of a line stands for any text, and a line of `…`
/// alone for any lines.
struct Walkthrough {
  struct Step {
    let line: Int
    let commands: String
    var output: String?
    var tolerance = 0.0
  }

  struct Failure: Error, CustomStringConvertible { let description: String }

  let name: String
  let steps: [Step]

  static let folder = "\(Repository.root)/notebooks-md"

  /// The walk-throughs of the repository.
  static let all: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
    .filter { $0.hasSuffix(".md") && $0 != "README.md" }.sorted()

  init(name: String, text: String) {
    self.name = name
    var steps: [Step] = []
    var tolerance = 0.0
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().makeIterator()
    var followsCommands = false
    while let (number, line) = lines.next() {
      if let match = line.firstMatch(of: /^<!-- tolerance: ([0-9.]+) -->$/) { tolerance = Double(match.1) ?? 0 }
      guard line.hasPrefix("```") else { continue }
      var content: [Substring] = []
      while let (_, inner) = lines.next(), inner != "```" { content.append(inner) }
      let block = content.joined(separator: "\n")
      switch line {
      case "```sh":
        steps.append(Step(line: number + 1, commands: block))
        followsCommands = true
      case "```text" where followsCommands:
        steps[steps.count - 1].output = block
        steps[steps.count - 1].tolerance = tolerance
        followsCommands = false
      default: followsCommands = false
      }
      tolerance = 0
    }
    self.steps = steps
  }

  /// Runs all steps in a new folder.
  ///
  /// - Throws: ``Failure`` for the first step that fails or prints something else.
  func run() throws {
    try withTemporaryFolder { folder in
      let (work, tools) = ("\(folder)/work", "\(folder)/bin")
      for path in [work, tools] {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      }
      try FileManager.default.createSymbolicLink(
        atPath: "\(tools)/promptlens", withDestinationPath: Executable.path)
      for step in steps {
        let (status, output, errors) = try Self.bash(step.commands, in: work, tools: tools, logs: folder)
        guard status == 0 else {
          throw Failure(description: "\(name), line \(step.line): exit code \(status)\n\(errors.suffix(2000))")
        }
        guard let expected = step.output else { continue }
        if let difference = Self.difference(output, expected, tolerance: step.tolerance) {
          throw Failure(description: "\(name), line \(step.line): \(difference)\n--- printed\n\(output)")
        }
      }
    }
  }

  private static func bash(
    _ commands: String, in work: String, tools: String, logs: String
  ) throws -> (status: Int32, output: String, errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-euo", "pipefail", "-c", commands]
    process.currentDirectoryURL = URL(fileURLWithPath: work)
    var environment = ProcessInfo.processInfo.environment
    environment["PATH"] = "\(tools):\(environment["PATH"] ?? "/usr/bin:/bin")"
    process.environment = environment
    let (output, errors) = ("\(logs)/output", "\(logs)/errors")
    for path in [output, errors] { try Data().write(to: URL(fileURLWithPath: path)) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    process.waitUntilExit()
    func text(_ path: String) throws -> String {
      String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    }
    return (process.terminationStatus, try text(output), try text(errors))
  }

  // MARK: - Comparing

  /// Returns the first difference between the printed and the expected output; nil without a difference.
  static func difference(_ printed: String, _ expected: String, tolerance: Double) -> String? {
    var left = lines(printed)[...]
    var right = lines(expected)[...]
    while let wanted = right.popFirst() {
      if wanted == "…" {
        guard let next = right.first else { return nil }
        while let line = left.first, !matches(line, next, tolerance) { left.removeFirst() }
        continue
      }
      guard let line = left.popFirst() else { return "the line \"\(wanted)\" was not printed" }
      guard matches(line, wanted, tolerance) else { return "expected \"\(wanted)\", printed \"\(line)\"" }
    }
    return left.first.map { "the line \"\($0)\" was printed too" }
  }

  /// Returns lines with single spaces, without rules under headings: their lengths follow from the numbers.
  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map { line in
      line.split(separator: " ").joined(separator: " ")
    }.filter { !$0.isEmpty && !$0.allSatisfy { "- ".contains($0) } }
  }

  private static func matches(_ line: String, _ wanted: String, _ tolerance: Double) -> Bool {
    if wanted.hasSuffix("…") {
      let start = wanted.dropLast()
      return tolerance == 0
        ? line.hasPrefix(start) : matches(String(line.prefix(start.count)), String(start), tolerance)
    }
    let number = /[-+]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?/
    guard tolerance > 0 else { return line == wanted }
    guard line.replacing(number, with: "#") == wanted.replacing(number, with: "#") else { return false }
    func values(_ text: String) -> [Double] {
      text.matches(of: number).compactMap { Double($0.0.replacing(",", with: "")) }
    }
    return zip(values(line), values(wanted)).allSatisfy { abs($0 - $1) <= tolerance }
  }
}
