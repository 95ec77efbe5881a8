import Foundation
import TestSupport
import Testing

@Suite("Snippets, as they are built", .serialized)
struct SnippetTests {
  /// A folder with the converted mini-clip, a few pictures, and a learned prompt.
  private func withLearnedPrompt(_ body: (_ folder: String, _ data: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let drawn = try Executable.run(
        [
          "draw", "--output", "\(folder)/pictures", "--classes", "star", "moon", "fish", "--styles", "photo", "sketch",
          "--train", "4", "--test", "4",
        ])
      try #require(drawn.status == 0, "\(drawn.errors)")
      let data = "csv:\(folder)/pictures/pictures.csv?domain=photo"
      let picture = try #require(
        try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/pictures").first { $0.hasSuffix(".png") })
      let converted = try Executable.run(
        ["mini-clip", "\(folder)/pictures/\(picture)", "a photo of a star"], in: folder, program: "ConvertAndEmbed")
      #expect(converted.status == 0, "\(converted.errors)")
      #expect(converted.output.contains("cosine of"), "\(converted.output)")
      try body(folder, data)
    }
  }

  @Test("convert, classify, learn, decode and transfer")
  func snippets() throws {
    try withLearnedPrompt { folder, data in
      let model = "\(folder)/converted-model"
      let zeroShot = try Executable.run([model, data], program: "ZeroShot")
      #expect(zeroShot.output.hasPrefix("accuracy "), "\(zeroShot.output)\(zeroShot.errors)")

      let learned = try Executable.run([model, data, "\(folder)/prompt.h5"], program: "LearnAndSave")
      #expect(learned.status == 0, "\(learned.errors)")
      #expect(learned.output.contains("epoch 20 of 20"), "\(learned.output)")

      let decoded = try Executable.run([model, "\(folder)/prompt.h5"], program: "DecodePrompt")
      #expect(decoded.output.split(separator: "\n").count == 4, "\(decoded.output)\(decoded.errors)")

      let sketches = data.replacing("photo", with: "sketch")
      let transferred = try Executable.run([model, "\(folder)/prompt.h5", data, sketches], program: "Transfer")
      #expect(transferred.output.split(separator: "\n").count == 2, "\(transferred.output)\(transferred.errors)")
    }
  }

  @Test("the command line evaluates a prompt that the library saved, with the same accuracy")
  func commandLine() throws {
    try withLearnedPrompt { folder, data in
      let model = "\(folder)/converted-model"
      let learned = try Executable.run([model, data, "\(folder)/prompt.h5"], program: "LearnAndSave")
      let evaluated = try Executable.run(
        ["evaluate", "\(folder)/prompt.h5", "--model", model, "--data", data, "--format", "json"])
      #expect(evaluated.status == 0, "\(evaluated.errors)")
      let accuracy = try #require(evaluated.output.firstMatch(of: /"accuracy":([0-9.]+)/)?.output.1)
      #expect(learned.output.contains("learned \(accuracy)"), "\(learned.output) \(accuracy)")
    }
  }

  @Test("README shows the first snippet")
  func readme() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    let snippet = try String(contentsOf: root.appendingPathComponent("Snippets/ConvertAndEmbed.swift"), encoding: .utf8)
    let code = snippet.split(separator: "\n", omittingEmptySubsequences: false).drop {
      $0.hasPrefix("//") || $0.isEmpty
    }
    #expect(readme.contains(code.joined(separator: "\n").trimmingCharacters(in: .newlines)))
  }
}
