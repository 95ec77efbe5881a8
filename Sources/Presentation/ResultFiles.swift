import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensReporting

/// The files of a command's `--output` folder, each of which appears only when it is complete.
package final class ResultFiles {
  package let folder: String
  /// Keeps other processes from writing theirs among these files.
  private let claim: Claim?
  /// The folder's ledger as it was opened; nil for commands without one.
  private var ledger: ResultLedger?
  private var names: [String] = []

  /// Whether the ledger says that results are being written.
  private var hasBegun = false

  /// Makes the folder, unless it is there, and locks it for this process.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - isClaimed: whether the caller has locked it already.
  ///   - settings: a hash of all that the results depend on, for commands whose results of one setting fill a folder; nil
  ///     for those that gather in it.
  ///   - replaces: whether finished results, and those of other settings, may be replaced.
  /// - Throws: `FileError` when it cannot be made, another process is at work in it, or it holds finished results, or
  ///   those of other settings, that may not be replaced.
  package init(_ folder: String, isClaimed: Bool = false, settings: String? = nil, replaces: Bool = false) throws {
    self.folder = folder
    claim = isClaimed ? nil : try Claim.folder(folder)
    guard let settings else { return }
    let found = try ResultLedger.read(in: folder)
    if !replaces { try Self.check(folder, found, settings: settings) }
    ledger = ResultLedger(settings: settings, isFinished: false, names: found?.names ?? [])
  }

  /// The documents of runs, models and results that have no ledger.
  private static let documents = [
    "manifest.json", "run.json", "sweep.json", "result.json", "interpretation.json", "explanation.json",
  ]

  /// Refuses a folder whose results must stay.
  private static func check(_ folder: String, _ found: ResultLedger?, settings: String) throws {
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(name)") }
    guard let found else {
      guard let document = documents.first(where: exists) else { return }
      throw FileError.unwritable(
        path: folder,
        reason:
          "the folder exists with \(document), which this command did not write; choose another one, or give --force")
    }
    guard found.settings == settings else {
      throw FileError.unwritable(
        path: folder,
        reason: "the folder exists with results of other settings; choose another one, or replace them with --force")
    }
    // What somebody removed can be made again.
    if found.isFinished, found.names.allSatisfy(exists) { throw FileError.exists(path: folder) }
  }

  /// Notes in the folder that results are being written, before the first of them.
  package func begin() throws {
    guard !hasBegun else { return }
    hasBegun = true
    try ledger?.write(in: folder)
  }

  /// Ends the writing: removes files of an earlier time that were not written again.
  package func finish() throws {
    guard var ledger else { return }
    // A ledger that somebody else wrote may name files elsewhere.
    for name in Set(ledger.names).subtracting(names) where !name.contains("/") { unlink("\(folder)/\(name)") }
    ledger.names = names.sorted()
    ledger.isFinished = true
    try ledger.write(in: folder)
  }

  /// Returns a Boolean value that indicates whether a folder holds results, finished or not, of some settings.
  static func hold(_ settings: String, in folder: String) -> Bool {
    (try? ResultLedger.read(in: folder))?.settings == settings
  }

  /// Writes a text.
  package func write(_ text: String, to name: String) throws {
    try begin()
    names.append(name)
    try AtomicOutput.text(text, to: "\(folder)/\(name)")
  }

  /// Writes a file of bytes, such as a picture.
  package func write(_ bytes: [UInt8], to name: String) throws {
    try begin()
    names.append(name)
    let path = "\(folder)/\(name)"
    try AtomicOutput.file(at: path) { temporary in
      try OutputFile.create(temporary, named: path) { try $0.write(bytes) }
    }
  }

  /// Writes results as data in full precision (`.json`, `.csv`), and for papers (`.md`, `.tex`).
  package func write(_ results: Results, name: String) throws {
    try write(results.json.serialized(pretty: true) + "\n", to: "\(name).json")
    try write(results.text(as: .csv), to: "\(name).csv")
    try write(results.text(as: .markdown), to: "\(name).md")
    try write(results.text(as: .latex), to: "\(name).tex")
  }

  /// The suffix of the names of files with sections.
  package static let sectionSuffix = ".section.json"

  /// Writes a section for `promptlens report` (`NAME.section.json`), its charts as SVG and its tables as CSV where they
  /// have names.
  package func write(_ section: Report.Section, name: String) throws {
    for block in section.allBlocks {
      switch block {
      case .table(let table, let name?): try write(table.csv(), to: "\(name).csv")
      case .charts(let figures):
        for figure in figures {
          if let name = figure.name { try write(figure.chart.svg(id: name), to: "\(name).svg") }
        }
      default: break
      }
    }
    try write(section.text, to: "\(name)\(Self.sectionSuffix)")
  }
}

extension String {
  /// The text as a part of a filename: letters, digits, dots and hyphens.
  package var fileNamePart: String {
    let kept = map { ($0.isASCII && ($0.isLetter || $0.isNumber)) || $0 == "." ? $0 : "-" }
    return String(kept).split(separator: "-").joined(separator: "-")
  }
}
