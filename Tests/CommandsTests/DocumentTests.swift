import Foundation
import TestSupport
import Testing

@Suite("Documents")
struct DocumentTests {
  /// Returns the documents, by their paths in the repository.
  private static func documents() throws -> [String] {
    let folders = try ["docs", "notebooks-md"].flatMap { folder in
      try FileManager.default.contentsOfDirectory(atPath: "\(Repository.root)/\(folder)")
        .filter { $0.hasSuffix(".md") }.sorted().map { "\(folder)/\($0)" }
    }
    return ["README.md", "CONTRIBUTING.md", "weights/README.md"] + folders
  }

  @Test("every file that a document links to exists", arguments: try documents())
  func links(document: String) throws {
    let path = "\(Repository.root)/\(document)"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    for match in text.matches(of: /\]\(([^)#\s]+)[^)]*\)/) where !match.1.contains("://") {
      #expect(FileManager.default.fileExists(atPath: "\(folder)/\(match.1)"), "\(document) links to \(match.1)")
    }
  }

  @Test("every tool and every script that a document names exists")
  func tools() throws {
    for document in try Self.documents() {
      let text = try String(contentsOfFile: "\(Repository.root)/\(document)", encoding: .utf8)
      for match in text.matches(of: /`((?:Tools|Sources|Tests|notebooks-md|weights)\/[A-Za-z0-9_+.\/-]+)/) {
        #expect(
          FileManager.default.fileExists(atPath: "\(Repository.root)/\(match.1)"), "\(document) names \(match.1)")
      }
    }
  }
}
