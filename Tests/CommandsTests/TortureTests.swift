import Foundation
import TestSupport
import Testing

@Suite("Nothing is lost or mixed up")
struct TortureTests {
  private static let python = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { "\($0)/python3" }.first { FileManager.default.isExecutableFile(atPath: $0) }

  @Test(
    "a minute and a half of Tools/torture: killed, starved, raced and damaged commands lose and mix up nothing",
    .enabled(if: python != nil, "python3 is not installed"))
  func selection() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Self.python))
    process.arguments = [
      "\(Repository.root)/Tools/torture/torture", "--executable", Executable.path, "--seed", "1", "--trials", "1000",
      "--seconds", "90", "--quick",
    ]
    try withTemporaryFolder { folder in
      let path = "\(folder)/output"
      try Data().write(to: URL(fileURLWithPath: path))
      process.standardOutput = FileHandle(forWritingAtPath: path)
      process.standardError = FileHandle(forWritingAtPath: path)
      try process.run()
      process.waitUntilExit()
      let found = try String(contentsOfFile: path, encoding: .utf8)
      #expect(process.terminationStatus == 0, "\(found)")
    }
  }
}
