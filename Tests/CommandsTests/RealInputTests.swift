import Foundation
import JSONDocuments
import TestSupport
import Testing

@Suite("Real pictures through a small CLIP that was trained on photographs", .enabled(if: Shared.available))
struct RealInputTests {
  /// Correct of 168 as PyTorch counts them; ../shared/models/README.md.
  @Test(
    "zero-shot agrees with PyTorch to the image",
    arguments: [
      ("photo", 121), ("art_painting", 90), ("cartoon", 114), ("sketch", 99),
    ])
  func pacs(domain: String, correct: Int) throws {
    let model = try ConvertedModel.trained.get()
    let rows = try String(contentsOfFile: Shared.path("data/pacs/pacs.csv"), encoding: .utf8)
      .split(whereSeparator: \.isNewline).map { $0.split(separator: ",").map(String.init) }
    let columns = try ["path", "label", "split", "domain"].map { try #require(rows[0].firstIndex(of: $0)) }
    try withTemporaryFolder { folder in
      for row in rows.dropFirst() where row[columns[2]] == "test" && row[columns[3]] == domain {
        let target = "\(folder)/\(row[columns[1]])"
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        let source = Shared.path("data/pacs/\(row[columns[0]])")
        try FileManager.default.createSymbolicLink(
          atPath: "\(target)/\(URL(fileURLWithPath: source).lastPathComponent)", withDestinationPath: source)
      }
      let outcome = try Executable.run(["zero-shot", "--model", model, "--images", folder, "--format", "json"])
      try #require(outcome.status == 0, "\(outcome.errors)")
      let json = JSONNode(source: "output", value: try JSON(parsing: Array(outcome.output.utf8), source: "output"))
      #expect(try json.integer("n") == 168)
      #expect(try json.integer("correct") == correct)
    }
  }
}
