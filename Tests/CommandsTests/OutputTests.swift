import Foundation
import TestSupport
import Testing

@Suite("Every command writes its output file by one rule")
struct OutputTests {
  private func embed(_ text: String, to path: String, _ more: String...) throws -> Executable.Outcome {
    try Executable.run(
      ["embed", "--model", ConvertedModel.visionTransformer.get(), "--text", text, "--output", path] + more)
  }

  @Test("an existing file is replaced on request alone, and the folders above a new one are made")
  func existing() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/deep/er/a.npy"
      #expect(try embed("a cat", to: path).status == 0)
      let first = try Data(contentsOf: URL(fileURLWithPath: path))
      let refused = try embed("a dog", to: path)
      #expect(refused.status == 73 && refused.errors.contains("a.npy: exists already; --force replaces it"))
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == first)
      #expect(try embed("a dog", to: path, "--force").status == 0)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) != first)
    }
  }

  @Test("a symbolic link is followed, and stays a link")
  func link() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createSymbolicLink(atPath: "\(folder)/link.npy", withDestinationPath: "target.npy")
      #expect(try embed("a cat", to: "\(folder)/link.npy").status == 0)
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/link.npy") == "target.npy")
      #expect(FileManager.default.fileExists(atPath: "\(folder)/target.npy"))
    }
  }

  @Test("a pipe is written to, and stays a pipe")
  func pipe() throws {
    try withTemporaryFolder { folder in
      let pipe = "\(folder)/pipe.json"
      #expect(mkfifo(pipe, 0o600) == 0)
      let reader = Process()
      reader.executableURL = URL(fileURLWithPath: "/bin/cp")
      reader.arguments = [pipe, "\(folder)/copy.json"]
      try reader.run()
      #expect(try embed("a cat", to: pipe).status == 0)
      reader.waitUntilExit()
      #expect(try embed("a cat", to: "\(folder)/file.json").status == 0)
      let copy = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/copy.json"))
      #expect(try copy == Data(contentsOf: URL(fileURLWithPath: "\(folder)/file.json")) && !copy.isEmpty)
    }
  }

  @Test("an input is never its own output, not even by force")
  func input() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/texts.json"
      try Data("[\"a cat\"]".utf8).write(to: URL(fileURLWithPath: path))
      let found = try Executable.run(
        [
          "embed", "--model", ConvertedModel.visionTransformer.get(), "--input", path, "--output", path, "--force",
        ])
      #expect(found.status == 73 && found.errors.contains("is an input of this command"))
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "[\"a cat\"]")
    }
  }
}
