import Foundation
import PromptLensDatasets
import PromptLensExperiments
import PromptLensFiles
import PromptLensJSONDocuments
import PromptLensReporting

/// The `--output` folder of a command.
struct ResultFolder {
  /// The folder.
  let path: String
  /// The sections of a report, without the folder's name.
  private let sections: [Report.Section]
  /// The sentence on omitted files of an earlier version; empty for none.
  private let blocks: [Report.Block]
  private let doubts: [String]
  private let isInterpretation: Bool
  /// The folder that the paths of pictures are relative to; nil where it isn't known.
  let root: String?
  /// The classifier without prompts whose results these are, for the figure over shots; nil for other results.
  let probe: ProbeResult?
  /// The merged sweep whose results these are; nil for other results.
  let sweep: SweepSummary?

  /// Reads a folder; returns `nil` if it contains no results.
  ///
  /// - Throws: `JSONError` or `FileError` when a document can't be read.
  init?(_ path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else { return nil }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { !$0.hasPrefix(".") }
      .sorted { $0.compare($1, options: .numeric) == .orderedAscending }
    guard !names.contains("manifest.json") else { return nil }
    var sections = try names.filter { $0.hasSuffix(ResultFiles.sectionSuffix) }.map {
      try Report.Section(contentsOf: "\(path)/\($0)")
    }
    var leftOut: [String] = []
    if sections.isEmpty {
      sections = try Self.rebuilt(names, in: path)
      // Tables alone may be other data; a chart shows that they are results.
      if !sections.isEmpty || names.contains(where: { $0.hasSuffix(".svg") }) {
        let rebuilt = sections.flatMap(\.fileNames)
        leftOut = names.filter { ($0.hasSuffix(".svg") || $0.hasSuffix(".csv")) && !rebuilt.contains($0) }
      }
    }
    guard !sections.isEmpty || !leftOut.isEmpty else { return nil }
    let isSweep = names.contains("sweep\(ResultFiles.sectionSuffix)") && names.contains("sweep.json")
    sweep = isSweep && sections.count == 1 ? try SweepSummary(contentsOf: "\(path)/sweep.json") : nil
    let isUnfinished = try ResultLedger.read(in: path).map { !$0.isFinished } ?? false
    doubts =
      isUnfinished
      ? ["These results are incomplete: their command was stopped. Run it again to finish them."] : []
    blocks =
      leftOut.isEmpty
      ? []
      : [
        .text(
          "These files of an earlier version lack the data of a report and are omitted: "
            + "\(leftOut.joined(separator: ", ")). Run their command again to add it."
        )
      ]
    isInterpretation = names.contains("interpretation.json")
    root =
      sections.lazy.compactMap(\.root).first
      ?? (isInterpretation ? Self.root(ofInterpretation: "\(path)/interpretation.json") : nil)
    self.path = path
    self.sections = sections
    probe =
      names.contains("probe\(ResultFiles.sectionSuffix)") && names.contains("result.json")
      ? try ProbeResult(contentsOf: "\(path)/result.json") : nil
  }

  /// Returns the section of a report, the figure of a merged sweep with classifiers without prompts as dashed lines.
  ///
  /// - Parameters:
  ///   - name: The folder's name.
  ///   - probes: The classifiers without prompts.
  ///   - data: The names of data sets.
  /// - Returns: The section.
  func section(named name: String, beside probes: [ProbeResult], _ data: DataNames) -> Report.Section {
    var sections = sections
    if var sweep {
      sweep.dataNames = data
      // Of an earlier version, too, runs have names; tests over images are in the section alone.
      let verdicts = sections[0].verdicts
      sections[0] = sweep.section(baselines: probes)
      if verdicts.count == sections[0].verdicts.count {
        for index in verdicts.indices { sections[0].verdicts[index].takeTest(of: verdicts[index]) }
      }
    }
    var section = sections.count == 1 ? sections[0] : Report.Section(name, subsections: sections)
    section.title = name
    section.doubts += doubts
    section.blocks += blocks
    if isInterpretation { section = section.foldingTables() }
    return section.naming(folder: name)
  }

  /// Returns the root of the images that an interpretation measured on, where they can be opened.
  private static func root(ofInterpretation path: String) -> String? {
    (try? InterpretationDocument(contentsOf: path)).flatMap { try? DataSource($0.data).dataset().root }
  }

  /// Rebuilds the sections of an earlier version's folder from its documents.
  private static func rebuilt(_ names: [String], in path: String) throws -> [Report.Section] {
    var sections: [Report.Section] = []
    if names.contains("transfer.json") {
      sections.append(try TransferDocument(contentsOf: "\(path)/transfer.json").section)
    }
    if names.contains("result.json"), names.contains("suspects.csv") {
      sections.append(try NoiseResult(contentsOf: "\(path)/result.json").section)
    }
    func add<Document: JSONDocument>(
      _ name: String, of command: String, _ section: (Document) -> Report.Section
    ) throws {
      guard names.contains(name) else { return }
      do {
        sections.append(section(try Document(contentsOf: "\(path)/\(name)")))
      } catch let error as JSONError where error.isNewerVersion {
        throw error
      } catch {
        let finding = Report.Finding(
          "An earlier version of promptlens wrote \(name), which this version cannot read (\(error)); "
            + "promptlens \(command) with the same options and another --output makes the results anew.",
          evidence: name)
        sections.append(Report.Section(name, findings: [finding]))
      }
    }
    try add("sweep.json", of: "sweep merge") { (document: SweepSummary) in document.section }
    try add("base-to-new.json", of: "base-to-new") { (document: BaseToNewDocument) in document.section }
    try add("cross.json", of: "base-to-new") { (document: CrossDatasetDocument) in document.section }
    try add("interpretation.json", of: "interpret") { (document: InterpretationDocument) in document.section }
    return sections
  }
}

extension Report.Section {
  /// The names of the files of the section's charts and tables.
  fileprivate var fileNames: [String] {
    allBlocks.flatMap { block -> [String] in
      switch block {
      case .table(_, let name?): ["\(name).csv"]
      case .charts(let figures): figures.compactMap { figure in figure.name.map { "\($0).svg" } }
      default: []
      }
    }
  }

  /// Returns the section with the tables of each part in a part of their own that is folded.
  fileprivate func foldingTables() -> Report.Section {
    var section = self
    section.subsections = subsections.map { $0.foldingTables() }
    let tables = blocks.filter { if case .table = $0 { true } else { false } }
    guard !tables.isEmpty else { return section }
    section.blocks = blocks.filter { if case .table = $0 { false } else { true } }
    section.subsections.insert(
      Report.Section(tables.count == 1 ? "Table" : "\(tables.count) tables", blocks: tables, isFolded: true), at: 0)
    return section
  }

  /// Returns the section with the folder's name in evidence and limitations.
  fileprivate func naming(folder: String) -> Report.Section {
    var section = self
    section.findings = findings.map { Report.Finding($0.sentence, evidence: [folder] + $0.evidence) }
    section.doubts = doubts.map { "\(folder): \($0)" }
    section.subsections = subsections.map { $0.naming(folder: folder) }
    return section
  }
}
