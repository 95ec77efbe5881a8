import PromptLensFiles
import Foundation
import PromptLensPromptLearning
import PromptLensReporting

/// What a sweep leaves beside its runs: data, tables and charts; each file appears when it is whole.
struct NoiseFiles {
  private let summary: NoiseSummary
  private let bench: NoiseBench

  init(_ summary: NoiseSummary, bench: NoiseBench) {
    self.summary = summary
    self.bench = bench
  }

  func write(to folder: RunFolder) throws {
    func write(_ text: String, _ name: String) throws {
      try AtomicOutput.text(text, to: "\(folder.path)/\(name)")
    }
    let tables = summary.tables()
    try write(summary.runs().csv(), "runs.csv")
    try write(NoiseSuspects(summary, bench: bench).table().csv(), "suspects.csv")
    try write(tables.map { $0.markdown() }.joined(separator: "\n"), "tables.md")
    try write(tables.map { $0.latex() }.joined(separator: "\n"), "tables.tex")
    for (name, chart) in summary.charts() { try write(chart.svg(id: name), "\(name).svg") }
    try folder.finish(summary.json(path: folder.path))
  }
}
