import PromptLensExperiments
import PromptLensReporting

extension RunWarning {
  /// The run's name for readers: a description in place of a task's id.
  fileprivate var shownRun: String { SweepTask.isID(run) && !about.isEmpty ? about : run }
}

extension [RunWarning] {
  /// The most warnings that a table lists; documents have them all.
  private static var listed: Int { 20 }
  /// The most runs that a sentence names.
  private static var named: Int { 5 }

  /// Words how many runs have warnings, and which.
  ///
  /// - Parameter total: the number of runs.
  /// - Returns: a sentence; nil without warnings.
  func sentence(among total: Int) -> String? {
    guard !isEmpty else { return nil }
    var runs: [(run: String, shown: String)] = []
    for warning in self where !runs.contains(where: { $0.run == warning.run }) {
      runs.append((warning.run, warning.shownRun))
    }
    let shown = runs.prefix(Self.named).map(\.shown).joined(separator: ", ")
    return "\(runs.count) of \(total.counting("run")) \(runs.count == 1 ? "has" : "have") warnings: \(shown)"
      + (runs.count > Self.named ? ", and \(runs.count - Self.named) more." : ".")
  }

  /// A table of how many runs have warnings, and which; none without warnings.
  var tables: [Table] {
    guard !isEmpty else { return [] }
    let runs = Set(map(\.run)).count
    let hasWords = contains { !$0.about.isEmpty && $0.shownRun != $0.about }
    var table = Table(
      title: "Warnings of \(runs.counting("run"))",
      columns: [.text("run")] + (hasWords ? [.text("about")] : []) + [.text("warning")])
    for warning in prefix(Self.listed) {
      table.append([warning.shownRun] + (hasWords ? [warning.about] : []) + [warning.sentence])
    }
    if count > Self.listed {
      table.append(["…"] + (hasWords ? [""] : []) + ["and \((count - Self.listed).grouped) more"])
    }
    return [table]
  }
}
