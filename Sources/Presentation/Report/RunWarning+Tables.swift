import PromptLensExperiments
import PromptLensReporting

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
    let runs = reduce(into: [String]()) { if !$0.contains($1.run) { $0.append($1.run) } }
    let shown = runs.prefix(Self.named).joined(separator: ", ")
    return "\(runs.count) of \(total.counting("run")) \(runs.count == 1 ? "has" : "have") warnings: \(shown)"
      + (runs.count > Self.named ? ", and \(runs.count - Self.named) more." : ".")
  }

  /// A table of how many runs have warnings, and which; none without warnings.
  var tables: [Table] {
    guard !isEmpty else { return [] }
    let runs = Set(map(\.run)).count
    let hasWords = contains { !$0.about.isEmpty }
    var table = Table(
      title: "Warnings of \(runs.counting("run"))",
      columns: [.text("run")] + (hasWords ? [.text("about")] : []) + [.text("warning")])
    for warning in prefix(Self.listed) {
      table.append([warning.run] + (hasWords ? [warning.about] : []) + [warning.sentence])
    }
    if count > Self.listed {
      table.append(["…"] + (hasWords ? [""] : []) + ["and \((count - Self.listed).grouped) more"])
    }
    return [table]
  }
}
