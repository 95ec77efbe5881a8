import Foundation
import TestSupport

/// The `python3` of the path, for tests of the scripts in `Tools`.
enum PythonScript {
  private static let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { "\($0)/python3" }.first { FileManager.default.isExecutableFile(atPath: $0) }

  /// Whether it is installed.
  static var isInstalled: Bool { path != nil }

  /// Whether it can import modules, separated by commas.
  static func has(_ modules: String) -> Bool { (try? run(["-c", "import \(modules)"]).status) == 0 }

  /// Runs it, and returns its exit status with what it prints on both streams.
  static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    guard let path else { throw CocoaError(.fileNoSuchFile) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    return try withTemporaryFolder { folder in
      let output = "\(folder)/output"
      try Data().write(to: URL(fileURLWithPath: output))
      process.standardOutput = FileHandle(forWritingAtPath: output)
      process.standardError = FileHandle(forWritingAtPath: output)
      try process.run()
      process.waitUntilExit()
      return (process.terminationStatus, try String(contentsOfFile: output, encoding: .utf8))
    }
  }
}
