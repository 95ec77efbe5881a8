import PromptLensExperiments
import PromptLensDiagnosis
import PromptLensCheckpoints
import PromptLensFiles
import Foundation
import PromptLensPromptLearning
import PromptLensReporting

/// Puts a report together from what runs and other commands left.
struct ReportComposer {
  /// The model folder that stands for each run's.
  var model: String?
  /// Where the paths of images start.
  var root: String?
  /// Pictures of each kind.
  var pictures = 12

  /// Runs that get a chapter of their own; more are compared in one.
  private static let chapterLimit = 6

  /// Writes the report on what stands at some paths.
  ///
  /// - Parameters:
  ///   - paths: run folders, result folders, or folders of these.
  ///   - form: a page or a text.
  ///   - output: the file.
  /// - Throws: what reading the folders and writing the file throw.
  func write(_ paths: [String], as form: ReportForm, to output: String) throws {
    let subjects = try ReportSubject.all(at: paths)
    let report = try report(on: subjects, paths: paths)
    let text = form == .html ? try report.html() : Markdown.report(report)
    try AtomicOutput.text(text, to: output)
    Console.note(
      "\(output): \(text.utf8.count.byteSize) on \(subjects.count) \(subjects.count == 1 ? "folder" : "folders")")
  }

  /// The report on some subjects.
  ///
  /// - Parameters:
  ///   - subjects: what there is.
  ///   - paths: what was asked for, for the title.
  /// - Returns: the report.
  /// - Throws: what reading the subjects' files throws.
  func report(on subjects: [ReportSubject], paths: [String]) throws -> Report {
    var runs: [RunFolder] = []
    var results: [ResultFolder] = []
    for subject in subjects {
      switch subject {
      case .run(let run): runs.append(run)
      case .results(let folder): results.append(folder)
      }
    }
    var sections: [Report.Section] = []
    let comparison = try RunComparison(runs)
    if runs.count > 1 { sections.append(comparison.section) }
    let opened = OpenedModels(override: model)
    for run in comparison.exemplars(Self.chapterLimit) {
      sections.append(try RunPiece(run, models: opened, root: root, pictures: pictures).section)
    }
    let finished = try runs.count { try $0.result != nil }
    if finished > Self.chapterLimit {
      sections[0].doubts.append(
        "Only \(Self.chapterLimit) of \(finished) runs have chapters of their own: one of each way of learning, the most "
          + "accurate ways first; promptlens report RUN shows any of the others.")
    }
    for folder in results { sections.append(folder.section(root: root, pictures: pictures)) }
    let names = paths.map { URL(fileURLWithPath: $0).standardizedFileURL.lastPathComponent }
    return Report(
      title: names.count == 1 ? "Report on \(names[0])" : "Report on \(names.joined(separator: ", "))",
      version: ToolVersion.current, sections: sections)
  }
}

/// The models of runs, each opened once.
final class OpenedModels {
  private let override: String?

  init(override: String?) { self.override = override }

  /// A run's learned prompt with its model.
  func prompt(of run: RunFolder) throws -> LearnedPrompt {
    try LearnedPrompt(run.path, model: override, precision: .float32)
  }
}
