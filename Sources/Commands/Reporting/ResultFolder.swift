import Foundation
import PromptLensFiles
import PromptLensImages
import PromptLensJSONDocuments
import PromptLensPresentation
import PromptLensReporting

/// A folder that a command wrote with `--output`.
struct ResultFolder {
  let path: String
  /// The sections that commands left, each in a file of its own.
  private let sections: [Report.Section]
  /// Charts and tables of commands that left no sections.
  private let leftOut: [String]

  /// Reads a folder; `nil` if it holds no results.
  ///
  /// - Throws: `JSONError` or `FileError` when a document can't be read.
  init?(_ path: String) throws {
    self.path = path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else { return nil }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { !$0.hasPrefix(".") }
      .sorted { $0.compare($1, options: .numeric) == .orderedAscending }
    guard !names.contains("manifest.json") else { return nil }
    sections = try names.filter { $0.hasSuffix(ResultFiles.sectionSuffix) }.map {
      try Report.Section(contentsOf: "\(path)/\($0)")
    }
    // Tables alone may be anybody's data; a chart says that they are results.
    leftOut =
      sections.isEmpty && names.contains { $0.hasSuffix(".svg") }
      ? names.filter { $0.hasSuffix(".svg") || $0.hasSuffix(".csv") } : []
    guard !sections.isEmpty || !leftOut.isEmpty else { return nil }
  }

  private var name: String { URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent }

  /// Returns the folder's section.
  ///
  /// - Parameters:
  ///   - root: The folder that image paths start from; `nil` leaves pictures out.
  ///   - pictures: The most pictures of each kind.
  /// - Returns: The section.
  func section(root: String?, pictures: Int) -> Report.Section {
    var section = sections.count == 1 ? sections[0] : Report.Section(name, subsections: sections)
    section.title = name
    if !leftOut.isEmpty {
      section.blocks.append(
        .text(
          "An earlier version of promptlens wrote these files without their data, so they are left out: "
            + "\(leftOut.joined(separator: ", ")). The command that wrote them writes the data, too, when it is run again."
        ))
    }
    return section.named(name).withThumbnails(limit: pictures) { path in
      root.flatMap { try? Thumbnail.jpeg(path: "\($0)/\(path)", side: 96) }
    }
  }
}

extension Report.Section {
  /// Returns the section with evidence and doubts that name the folder they come from.
  fileprivate func named(_ folder: String) -> Report.Section {
    var section = self
    section.findings = findings.map { Report.Finding($0.sentence, evidence: [folder] + $0.evidence) }
    section.doubts = doubts.map { "\(folder): \($0)" }
    section.subsections = subsections.map { $0.named(folder) }
    return section
  }
}
