import PromptLensDrawing
import PromptLensFiles
import Foundation
import PromptLensImages
import PromptLensJSONDocuments
import PromptLensReporting

/// What a command wrote with `--output`: documents, tables and charts, whatever the command.
struct ResultFolder {
  let path: String
  private let documents: [JSONNode]
  private let tables: [String]
  private let charts: [String]

  /// Documents of at most this size are read.
  private static let documentLimit = 256 << 20
  /// Files that other chapters or nobody needs.
  private static let passedOver = ["demo.json", "golden.json", "manifest.json", "tokenizer.json", "run.json"]

  /// Looks at a folder; nil when there is nothing of the kind in it.
  ///
  /// - Throws: `JSONError` or `FileError` when a document cannot be read.
  init?(_ path: String) throws {
    self.path = path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else { return nil }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { !$0.hasPrefix(".") }
      .sorted { $0.compare($1, options: .numeric) == .orderedAscending }
    guard !names.contains("manifest.json") else { return nil }
    charts = names.filter { $0.hasSuffix(".svg") }
    tables = names.filter { $0.hasSuffix(".csv") }
    documents = try names.filter { $0.hasSuffix(".json") && !Self.passedOver.contains($0) }.map {
      try JSONNode(contentsOf: "\(path)/\($0)", limit: Self.documentLimit)
    }
    // Tables alone may be anybody's data; a chart or a document with findings says that they are results.
    guard !charts.isEmpty || documents.contains(where: { Self.isResult($0) }) else { return nil }
  }

  private static func isResult(_ document: JSONNode) -> Bool {
    ["findings", "cells", "runs", "curves", "targets", "templates", "results"].contains { document[$0] != nil }
  }

  private var name: String { URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent }

  /// The folder's chapter.
  ///
  /// - Parameters:
  ///   - root: where the paths of images start.
  ///   - pictures: pictures of each kind.
  /// - Returns: what the folder adds to a report.
  /// - Throws: ``ReportError`` when a picture was not drawn by promptlens; `FileError` when a file cannot be read.
  func piece(root: String?, pictures: Int) throws -> ReportPiece {
    var piece = ReportPiece()
    var chapter = Report.Chapter(name)
    for document in documents {
      let found = ResultFindings(document, of: name)
      piece.findings += found.findings
      piece.doubts += found.doubts
      let facts = Self.facts(of: document)
      if !facts.isEmpty { chapter.append(.facts(facts)) }
    }
    let drawings = try charts.map {
      try ChartDrawing(svg: Self.text("\(path)/\($0)", limit: 64 << 20), file: "\(path)/\($0)")
    }
    if !drawings.isEmpty { chapter.append(.charts(drawings)) }
    for file in tables {
      let title = String(file.dropLast(4)).replacing("-", with: " ")
      let table = Table(csv: try Self.text("\(path)/\(file)", limit: 64 << 20), title: title)
      guard !table.rows.isEmpty else { continue }
      chapter.append(.table(table.rounded()))
      if let root, file == "changed-sides.csv" {
        for (title, shown) in ChangedPictures(table, root: root).shown(limit: pictures) where !shown.isEmpty {
          chapter.append(.pictures(title: title, shown))
        }
      }
    }
    piece.chapters = [chapter]
    return piece
  }

  private static func text(_ path: String, limit: Int) throws -> String {
    let bytes = try MappedFile.contents(of: path, limit: limit, expected: "a table or a chart of promptlens")
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: - Documents

  /// Members that are single values, and those of `settings`.
  private static func facts(of document: JSONNode) -> [(name: String, value: String)] {
    let members =
      Array((try? document.object()) ?? JSON.Object()) + Array((try? document.object("settings")) ?? JSON.Object())
    return members.compactMap { name, value in
      let label = name.replacing("_", with: " ")
      switch value {
      case .string(let text): return (label, text)
      case .number(let number): return (label, number.fewDigits)
      case .integer, .bool: return (label, value.serialized())
      default: return nil
      }
    }
  }
}

/// Pictures of a `changed-sides.csv`.
struct ChangedPictures {
  private let rows: [[String: String]]
  private let root: String

  init(_ table: Table, root: String) {
    self.root = root
    let names = table.headings
    rows = table.rows.map { Dictionary(zip(names, $0), uniquingKeysWith: { first, _ in first }) }
  }

  /// Small copies of the images of each kind of change.
  func shown(limit: Int) -> [(title: String, pictures: [Report.Picture])] {
    ["wrong to right", "right to wrong"].map { change in
      let images = rows.filter { $0["change"] == change }
      let pictures = images.lazy.compactMap { row -> Report.Picture? in
        guard let path = row["path"], let small = try? Thumbnail.jpeg(path: "\(root)/\(path)", side: 96) else {
          return nil
        }
        return Report.Picture(
          file: small, type: "image/jpeg",
          caption: "\(row["class"] ?? ""): \(row["zero-shot"] ?? "") → \(row["learned"] ?? "")")
      }.prefix(limit)
      return ("From \(change): \(images.count.grouped) images", Array(pictures))
    }
  }
}
