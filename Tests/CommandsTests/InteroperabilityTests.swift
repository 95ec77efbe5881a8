import Foundation
import TestSupport
import Testing

@Suite("Other software loads exports")
struct InteroperabilityTests {
  /// The modules that `Tools/checks/interoperability.py` measures in.
  private static let modules = "open_clip, transformers, clip, safetensors, h5py, sklearn"

  /// Whether `python3` has all of them.
  private static let isInstalled = (try? run(["-c", "import \(modules)"]).status) == 0

  @Test(
    "every form loads with the same numbers, and the snippets of docs/python.md run",
    .enabled(if: isInstalled, "python3 doesn't have open_clip, transformers, clip, safetensors, h5py and scikit-learn"))
  func measured() throws {
    let found = try Self.run([
      "\(Repository.root)/Tools/checks/interoperability.py", "--promptlens", Executable.path,
    ])
    #expect(found.status == 0, "\(found.output)")
  }

  private static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    return try withTemporaryFolder { folder in
      let path = "\(folder)/output"
      try Data().write(to: URL(fileURLWithPath: path))
      process.standardOutput = FileHandle(forWritingAtPath: path)
      process.standardError = FileHandle(forWritingAtPath: path)
      try process.run()
      process.waitUntilExit()
      return (process.terminationStatus, try String(contentsOfFile: path, encoding: .utf8))
    }
  }
}
