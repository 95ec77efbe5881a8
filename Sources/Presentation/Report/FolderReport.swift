import Foundation
import PromptLensExperiments
import PromptLensFiles
import PromptLensImages
import PromptLensReporting

/// The format of a report: a page, or a text; LaTeX only of an appendix.
package enum ReportForm: String, Sendable, CaseIterable {
  case html
  case markdown
  case latex

  /// Returns the format that a file's name stands for; nil for other names.
  package init?(file: String) {
    switch URL(fileURLWithPath: file).pathExtension.lowercased() {
    case "html", "htm": self = .html
    case "md", "markdown": self = .markdown
    case "tex": self = .latex
    default: return nil
    }
  }
}

/// A report on the runs and results in folders.
package struct FolderReport {
  /// The model folder that replaces the recorded ones; nil to use the recorded ones.
  package var model: String?
  /// The folder that the paths of images are relative to.
  package var root: String?
  /// The maximum number of pictures of each kind.
  package var pictures: Int
  /// Whether overlays show which patches of wrongly predicted pictures count.
  package var explains = false
  /// The receiver of the progress of explanations.
  package var observer = ExperimentObserver.silent

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

  /// The files that are written.
  package struct Output: Sendable {
    /// The file of the report; nil for none.
    package var file: String?
    /// A page or a text.
    package var form: ReportForm
    /// Whether the report is a paper's appendix: settings, tables and tests.
    package var isAppendix: Bool
    /// The folder of the figures; nil for none.
    package var figures: String?
    /// Whether figures of an earlier report may be replaced.
    package var replaces: Bool

    /// Creates a description.
    package init(
      file: String?, form: ReportForm = .html, isAppendix: Bool = false, figures: String? = nil, replaces: Bool = false
    ) {
      self.replaces = replaces
      self.file = file
      self.form = form
      self.isAppendix = isAppendix
      self.figures = figures
    }
  }

  /// Writes the report on folders.
  ///
  /// - Parameters:
  ///   - paths: Run folders, result folders, or folders of these.
  ///   - output: The files to write.
  /// - Returns: The files' names and sizes and the number of folders, as text.
  /// - Throws: The errors of ``report(on:)``; `FileError` when a file can't be written; `ReportError` for figures.
  package func write(on paths: [String], to output: Output) throws -> String {
    let (report, folders) = try report(on: paths)
    var notes: [String] = []
    if let file = output.file {
      let text =
        switch (output.form, output.isAppendix) {
        case (.latex, _): Appendix(report, as: .latex).text
        case (_, true): Appendix(report, as: .markdown).text
        case (.html, false): try report.html()
        case (.markdown, false): Markdown.report(report)
        }
      try AtomicOutput.text(text, to: file)
      notes.append("\(file): \(text.utf8.count.byteSize) on \(folders) \(folders == 1 ? "folder" : "folders")")
    }
    if let folder = output.figures { notes.append(try FigureFolder(folder, replacing: output.replaces).write(report)) }
    return notes.joined(separator: "\n")
  }

  /// Writes the page of the report on folders.
  package func write(on paths: [String], to file: String) throws -> String {
    try write(on: paths, to: Output(file: file))
  }

  /// Reads folders.
  ///
  /// - Parameter paths: Run folders, result folders, or folders of these.
  /// - Returns: The report and its number of folders.
  /// - Throws: `FileError` when a path doesn't exist or contains nothing to report on; `JSONError` when a document is
  ///   damaged or of a newer version.
  package func report(on paths: [String]) throws -> (report: Report, folders: Int) {
    let folders = try ReportedFolder.all(at: paths)
    let sections = try sections(on: folders)
    guard !explains || sections.contains(where: \.hasExplanations) else {
      throw FileError.unreadable(
        path: paths.joined(separator: ", "),
        reason:
          "it contains no run of promptlens train with wrongly predicted test images, whose patches --explain shows")
    }
    let names = zip(paths, Self.names(of: paths)).map { path, end in
      let name = URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent
      guard SweepTask.isID(name), let run = try? RunFolder(path) else { return end }
      return SweepNames([(name, run.description.settings)])(name)
    }
    let report = Report(
      title: "Report on \(names.joined(separator: ", "))", version: ToolVersion.current, sections: sections)
    return (report, folders.count)
  }

  /// Returns a section with the pictures that can be read, of the results' own folder or else of the data.
  func pictured(_ section: Report.Section, root: String?, folder: String? = nil) -> Report.Section {
    var shown = section.withThumbnails(
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
    if pictures > 0, shown.pictureCount == 0, section.pictureCount > 0 {
      shown.blocks.append(
        .text(
          "The pictures are left out, since their files are not found; --root names the folder that their paths are "
            + "relative to."))
    }
    return shown
  }
}

extension Report.Section {
  /// The number of pictures in the section and its parts.
  fileprivate var pictureCount: Int {
    allBlocks.reduce(0) { if case .pictures(_, let pictures) = $1 { $0 + pictures.count } else { $0 } }
  }
}
