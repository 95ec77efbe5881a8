import Foundation
import PromptLensExperiments
import PromptLensFiles
import PromptLensImages
import PromptLensReporting

/// The format of a report: a page, or a text.
package enum ReportForm: String, Sendable, CaseIterable {
  case html
  case markdown
}

/// A report on the runs and results in folders.
package struct FolderReport {
  /// The model folder that replaces the recorded ones; nil to use the recorded ones.
  package var model: String?
  /// The folder that the paths of images are relative to.
  package var root: String?
  /// The maximum number of pictures of each kind.
  package var pictures: Int

  /// The maximum number of runs with their own sections; of more runs, only a selection has one.
  private static let runLimit = 6
  /// The width and height of pictures.
  private static let side = 96

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - model: A model folder that replaces the recorded ones.
  ///   - root: The folder that the paths of images are relative to; by default the root of each run's data set.
  ///   - pictures: The maximum number of pictures of each kind.
  package init(model: String? = nil, root: String? = nil, pictures: Int = 12) {
    self.model = model
    self.root = root
    self.pictures = pictures
  }

  /// Writes the report on folders.
  ///
  /// - Parameters:
  ///   - paths: Run folders, result folders, or folders of these.
  ///   - form: A page or a text.
  ///   - output: The file.
  /// - Returns: The file's name, its size and the number of folders, as text.
  /// - Throws: The errors of ``report(on:)``; `FileError` when the file can't be written.
  package func write(on paths: [String], as form: ReportForm = .html, to output: String) throws -> String {
    let (report, folders) = try report(on: paths)
    let text =
      switch form {
      case .html: try report.html()
      case .markdown: Markdown.report(report)
      }
    try AtomicOutput.text(text, to: output)
    return "\(output): \(text.utf8.count.byteSize) on \(folders) \(folders == 1 ? "folder" : "folders")"
  }

  /// Reads folders.
  ///
  /// - Parameter paths: Run folders, result folders, or folders of these.
  /// - Returns: The report and its number of folders.
  /// - Throws: `FileError` when a path doesn't exist or contains nothing to report on; `JSONError` when a document is
  ///   damaged or of a newer version.
  package func report(on paths: [String]) throws -> (report: Report, folders: Int) {
    var runs: [RunFolder] = []
    var results: [ResultFolder] = []
    for folder in try ReportedFolder.all(at: paths) {
      switch folder {
      case .run(let run): runs.append(run)
      case .results(let folder): results.append(folder)
      }
    }
    let sections = try sections(on: runs) + results.map { pictured($0.section, root: root, folder: $0.path) }
    let names = paths.map { URL(fileURLWithPath: $0).standardizedFileURL.lastPathComponent }
    let report = Report(
      title: "Report on \(names.joined(separator: ", "))", version: ToolVersion.current, sections: sections)
    return (report, runs.count + results.count)
  }

  private func sections(on runs: [RunFolder]) throws -> [Report.Section] {
    let comparison = try RunComparison(runs)
    let models = OpenedModels(override: model)
    var sections = runs.count > 1 ? [comparison.section] : []
    for run in comparison.exemplars(Self.runLimit) {
      sections.append(pictured(try RunSection(run, models: models).section(), root: root ?? run.imageRoot()))
    }
    let finished = comparison.runs.count { $0.result != nil }
    if finished > Self.runLimit {
      sections[0].doubts.append(
        "Only \(Self.runLimit) of \(finished) runs have sections of their own: one of each recipe, the most "
          + "accurate recipes first; promptlens report RUN shows any of the others.")
    }
    return sections
  }

  /// Returns a section with the pictures that can be read, of the results' own folder or else of the data.
  private func pictured(_ section: Report.Section, root: String?, folder: String? = nil) -> Report.Section {
    section.withThumbnails(
      limit: pictures,
      ofPictures: { picture in
        let places =
          picture.path.hasPrefix("/")
          ? [picture.path] : [folder, root].compactMap { $0 }.map { "\($0)/\(picture.path)" }
        let cell = picture.frame.map {
          Thumbnail.Cell(row: $0.row, column: $0.column, rows: $0.rows, columns: $0.columns)
        }
        return places.lazy.compactMap { try? Thumbnail.jpeg(path: $0, side: Self.side, framing: cell) }.first
      })
  }
}
