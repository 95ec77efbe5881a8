import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing

/// Behaviors of the model that comes with the repository, on pictures of a seed that nothing was tuned on.
@Suite("weights/mini-clip learns, transfers and resists noise as a trained CLIP does", .serialized)
struct MiniCLIPTests {
  private static let pictures = DrawnPictures.ofUnseenSeed
  private static let model = "\(Repository.root)/weights/mini-clip"

  @Test("the model folder agrees with its manifest and is small")
  func sound() throws {
    #expect(try Executable.run(["verify", Self.model]).status == 0)
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.model)
    let sizes = try files.map {
      try #require(FileManager.default.attributesOfItem(atPath: "\(Self.model)/\($0)")[.size] as? Int)
    }
    #expect(sizes.reduce(0, +) < 8_000_000)
    let inspected = try node(Executable.run(["inspect", Self.model, "--format", "json"]))
    #expect(try (1900...2100).contains(inspected.node("facts").integer("vocabulary_size")))
  }

  @Test("plain wordings differ between chance and perfection, and a describing one is the best")
  func wordings() throws {
    let plain = try ["a photo of a {}.", "a picture of the {}.", "a {}.", "{}", "this is a {}."].map {
      try zeroShot($0)
    }
    let best = try #require(plain.max())
    #expect((0.4...0.75).contains(best))
    #expect(try best - #require(plain.min()) > 0.03)
    #expect(try zeroShot("main object: {}.") > best + 0.04)
  }

  @Test("a context learned from 16 photos of each class beats words, on cartoons too but not on negatives")
  func gains() throws {
    try withTemporaryFolder { folder in
      let unified = try train("\(folder)/uc", [])
      #expect(try unified.number("accuracy") > unified.number("zero_shot_accuracy") + 0.08)
      let specific = try train("\(folder)/csc", ["--class-specific"])
      #expect(try specific.number("accuracy") > specific.number("zero_shot_accuracy") + 0.1)

      let cartoons = try evaluate("\(folder)/uc", Self.data("cartoon"))
      #expect(try cartoons > zeroShot("a photo of a {}.", "cartoon") + 0.08)
      #expect(try evaluate("\(folder)/uc", Self.data("negative")) < unified.number("accuracy") - 0.05)

      let decoded = try Executable.run(
        ["decode", "\(folder)/uc/context.h5", "--model", Self.model, "--controls", "--format", "json"])
      #expect(
        try JSONNode(source: "decode", value: JSON(parsing: Array(decoded.output.utf8), source: "decode"))
          .array("vectors").count == 4)
    }
  }

  @Test("wrong labels on half of the images cost unified and class-specific contexts much of their accuracy")
  func noise() throws {
    try withTemporaryFolder { folder in
      let pictures = try Self.pictures.get()
      let table = try String(contentsOfFile: "\(pictures)/pictures.csv", encoding: .utf8)
      let lines = table.split(separator: "\n").map(String.init)
      let labels = Set(lines.dropFirst().map { $0.split(separator: ",")[1] }).sorted()
      // Every other training photo gets the name of the fifth class after its own.
      let changed = lines.enumerated().map { number, line in
        var fields = line.split(separator: ",", omittingEmptySubsequences: false)
        guard fields[0].hasPrefix("photo/train"), number % 2 == 0, let label = labels.firstIndex(of: fields[1]) else {
          return line
        }
        fields[1] = labels[(label + 5) % labels.count]
        return fields.joined(separator: ",")
      }
      let noisy = "\(pictures)/noisy.csv"
      try Data((changed.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: noisy))
      for kind in [[], ["--class-specific"]] {
        let clean = try train("\(folder)/clean-\(kind.count)", kind).number("accuracy")
        let wrong = try train("\(folder)/wrong-\(kind.count)", kind, table: "noisy.csv").number("accuracy")
        #expect(wrong < clean - 0.1, "\(kind)")
      }
    }
  }

  private static func data(_ style: String) throws -> String {
    try "csv:\(pictures.get())/pictures.csv?domain=\(style)"
  }

  private func zeroShot(_ template: String, _ style: String = "photo") throws -> Double {
    let outcome = try Executable.run([
      "zero-shot", "--model", Self.model, "--data", Self.data(style), "--template", template, "--format", "json",
    ])
    return try node(outcome).number("accuracy")
  }

  private func train(_ output: String, _ more: [String], table: String = "pictures.csv") throws -> JSONNode {
    try node(
      Executable.run(
        [
          "train", "--model", Self.model, "--data", "csv:\(Self.pictures.get())/\(table)?domain=photo", "--shots", "16",
          "--seed", "1", "--views", "1", "--context-length", "4", "--epochs", "30", "--learning-rate", "0.02",
          "--output",
          output, "--format", "json",
        ] + more))
  }

  private func evaluate(_ run: String, _ data: String) throws -> Double {
    try node(Executable.run(["evaluate", run, "--data", data, "--format", "json"])).number("accuracy")
  }

  private func node(_ outcome: Executable.Outcome) throws -> JSONNode {
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try JSONNode(source: "result", value: JSON(parsing: Array(outcome.output.utf8), source: "result"))
  }
}
