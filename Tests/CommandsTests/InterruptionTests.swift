import Foundation
import TestSupport
import Testing

@Suite("Ctrl-C")
struct InterruptionTests {
  @Test(
    "a command that is interrupted ends by the signal, and leaves nothing of what it was writing",
    arguments: [SIGINT, SIGTERM])
  func interrupted(signal: Int32) throws {
    try withTemporaryFolder { folder in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Executable.path)
      process.arguments = ["draw", "--output", "\(folder)/pictures", "--train", "5000", "--test", "0"]
      process.standardError = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder) }
      let deadline = Date().addingTimeInterval(20)
      while process.isRunning, Date() < deadline, try names().isEmpty { usleep(2000) }
      #expect(try names().allSatisfy { $0.hasPrefix(".pictures.") } && names().count == 1)
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == signal)
      #expect(try names().isEmpty)
    }
  }
}
