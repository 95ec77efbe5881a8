import Foundation
import TestSupport
import Testing

@Suite("Closed, full and foreign standard streams")
struct StreamTests {
  /// Runs a line of shell in which `$P` is the executable, and returns its exit status and standard error.
  private func shell(_ line: String, in folder: String) throws -> (status: Int32, errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", line]
    process.environment = ProcessInfo.processInfo.environment.merging(["P": Executable.path]) { _, new in new }
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let errors = "\(folder)/errors"
    try Data().write(to: URL(fileURLWithPath: errors))
    process.standardError = FileHandle(forWritingAtPath: errors)
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit, "\(line)")
    return (process.terminationStatus, try String(contentsOfFile: errors, encoding: .utf8))
  }

  @Test("output that can't be written is an error with exit code 73", arguments: [">/dev/full", ">&-"])
  func outputFails(redirection: String) throws {
    try withTemporaryFolder { folder in
      let found = try shell("\"$P\" data list \(redirection)", in: folder)
      #expect(found.status == 73)
      #expect(found.errors.hasPrefix("error: standard output: cannot be written: "))
    }
  }

  @Test("a reader that has seen enough ends the command quietly, by SIGPIPE")
  func closedPipe() throws {
    try withTemporaryFolder { folder in
      let found = try shell(
        "\"$P\" tokenize --format json $(seq 20000) | true; exit ${PIPESTATUS[0]}", in: folder)
      #expect(found.status == 128 + SIGPIPE && found.errors.isEmpty, "\(found)")
    }
  }

  @Test("work goes on when nobody reads its progress", arguments: ["2>&-", "2>/dev/full", "2> >(exit)"])
  func progressFails(redirection: String) throws {
    try withTemporaryFolder { folder in
      let found = try shell(
        "\"$P\" draw --output pictures --classes apple --train 20 --test 0 \(redirection)", in: folder)
      #expect(found.status == 0)
      #expect(FileManager.default.fileExists(atPath: "\(folder)/pictures/pictures.csv"))
    }
  }

  @Test("a file that outgrows its limit, as a disk that fills, is an error with exit code 73, and leaves nothing")
  func full() throws {
    try withTemporaryFolder { folder in
      let found = try shell("ulimit -f 100; \"$P\" convert mini-clip --output model", in: folder)
      #expect(found.status == 73 && found.errors.contains("cannot be written: File too large"), "\(found)")
      let model = try ConvertedModel.visionTransformer.get()
      let embedded = try shell(
        "ulimit -f 4; \"$P\" embed --model '\(model)' --text $(seq 200) --output f.h5", in: folder)
      #expect(embedded.status == 73 && embedded.errors.contains("f.h5: cannot be written: File too large"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["errors"])
    }
  }

  @Test("a path that isn't UTF-8 is refused, where it would name another file")
  func undecodable() throws {
    try withTemporaryFolder { folder in
      let found = try shell("\"$P\" draw --output $'na\\xffme' --classes apple --train 1 --test 0", in: folder)
      #expect(found.status == 64 && found.errors.contains("isn't UTF-8"), "\(found)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["errors"])
    }
  }

  @Test("values of any length are shown shortened in errors")
  func longValues() throws {
    let long = String(repeating: "x", count: 5000)
    for arguments in [
      ["train", "--model", long, "--data", "folder:pictures", "--output", "run"], ["inspect", long], ["schema", long],
      ["data", "check", "\(long):y"],
    ] {
      let found = try Executable.run(arguments)
      #expect(found.status != 0 && found.errors.contains("xxx…xxx") && found.errors.count < 2000, "\(found.errors)")
    }
  }

  @Test("a small address space is refused in a sentence")
  func addressSpace() throws {
    try withTemporaryFolder { folder in
      let found = try shell("ulimit -v 300000; \"$P\" data list", in: folder)
      #expect(found.status == 70 && found.errors.contains("(ulimit -v), expected at least"), "\(found)")
    }
  }

  @Test("a small number of open files is refused in a sentence")
  func openFiles() throws {
    try withTemporaryFolder { folder in
      let found = try shell("ulimit -n 9; \"$P\" data list", in: folder)
      #expect(found.status == 70 && found.errors.contains("9 files (ulimit -n), expected at least 16"), "\(found)")
    }
  }

  @Test("an impossible number of threads is refused")
  func threads() throws {
    let model = try ConvertedModel.visionTransformer.get()
    let found = try Executable.run(
      ["embed", "--model", model, "--text", "a"], environment: ["PROMPTLENS_THREADS": "999999999999"])
    #expect(found.status == 64 && found.errors.contains("expected a whole number from 1 to 4096"))
  }
}
