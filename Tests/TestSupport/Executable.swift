import Foundation

/// The built `promptlens`, run as a user runs it.
package enum Executable {
  /// The output and exit status of a run.
  package struct Outcome: Sendable {
    package let status: Int32
    package let output: String
    package let errors: String
    /// Whether the process was ended by a signal: a trap, or a crash.
    package let wasKilled: Bool

    /// The lines on standard error.
    package var errorLines: [Substring] { errors.split(separator: "\n") }
  }

  /// The executable stands beside the test runner, in the folder of this build.
  package static let path = path(of: "promptlens")

  private static func path(of program: String) -> String {
    let runner = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: runner).deletingLastPathComponent().appendingPathComponent(program).path
  }

  /// Runs the executable and waits for its end.
  ///
  /// - Parameters:
  ///   - arguments: the command line after the name.
  ///   - input: what stands on standard input.
  ///   - folder: the working folder.
  ///   - environment: variables beside those of this process.
  ///   - program: the executable's name; by default `promptlens`.
  /// - Returns: what it printed and how it ended.
  /// - Throws: an error when it cannot be started.
  package static func run(
    _ arguments: [String], input: String = "", in folder: String? = nil, environment: [String: String] = [:],
    program: String = "promptlens"
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path(of: program))
    process.arguments = arguments
    if !environment.isEmpty {
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    }
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    return try withTemporaryFolder { scratch in
      // Files take output of any size; a pipe would block a process whose reader waits for it.
      let (inputPath, outputPath, errorPath) = ("\(scratch)/input", "\(scratch)/output", "\(scratch)/errors")
      try Data(input.utf8).write(to: URL(fileURLWithPath: inputPath))
      for path in [outputPath, errorPath] { try Data().write(to: URL(fileURLWithPath: path)) }
      process.standardInput = FileHandle(forReadingAtPath: inputPath)
      process.standardOutput = FileHandle(forWritingAtPath: outputPath)
      process.standardError = FileHandle(forWritingAtPath: errorPath)
      try process.run()
      process.waitUntilExit()
      return Outcome(
        status: process.terminationStatus,
        output: String(decoding: try Data(contentsOf: URL(fileURLWithPath: outputPath)), as: UTF8.self),
        errors: String(decoding: try Data(contentsOf: URL(fileURLWithPath: errorPath)), as: UTF8.self),
        wasKilled: process.terminationReason == .uncaughtSignal)
    }
  }
}
