import Foundation
import TestSupport
import Testing

@Suite("Ctrl-C")
struct InterruptionTests {
  @Test(
    "an interrupted command ends by the signal and leaves no partial output",
    arguments: [SIGINT, SIGTERM, SIGHUP])
  func interrupted(signal: Int32) throws {
    try withTemporaryFolder { folder in
      let process = try drawing(images: 5000, in: folder)
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == signal)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  @Test("a command that was started to ignore a signal continues", arguments: [SIGINT, SIGHUP])
  func ignored(signal: Int32) throws {
    try withTemporaryFolder { folder in
      let process = try drawing(images: 40, in: folder, ignoring: signal)
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      #expect(process.terminationReason == .exit && process.terminationStatus == 0)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["pictures"])
    }
  }

  /// Starts a process that draws pictures of each class into a folder, and waits until it has begun.
  private func drawing(images: Int, in folder: String, ignoring signal: Int32? = nil) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    let script = (signal.map { "trap '' \($0); " } ?? "") + "exec \"$0\" \"$@\""
    process.arguments =
      ["-c", script, Executable.path, "draw", "--output", "\(folder)/pictures", "--train", "\(images)", "--test", "0"]
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder) }
    let deadline = Date().addingTimeInterval(20)
    while process.isRunning, Date() < deadline, try names().isEmpty { usleep(2000) }
    #expect(try names().allSatisfy { $0.hasPrefix(".pictures.") } && names().count == 1)
    return process
  }
}
