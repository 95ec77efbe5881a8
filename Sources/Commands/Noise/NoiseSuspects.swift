import PromptLensExperiments
import PromptLensDatasets
import PromptLensReporting

/// The training images of a sweep by how suspicious their labels are, the most suspicious first.
///
/// For each noise and seed every learner has a say: scores are means over the learners, and the suggested label is the one
/// that most of them suggest.
struct NoiseSuspects {
  private let summary: NoiseSummary
  private let bench: NoiseBench

  init(_ summary: NoiseSummary, bench: NoiseBench) {
    self.summary = summary
    self.bench = bench
  }

  func table() throws -> Table {
    var table = Table(
      columns: [.text("noise"), .number("rank"), .text("path"), .text("given"), .text("suggested")]
        + [.number("margin"), .number("loss"), .number("agreement"), .text("wrong")])
    let cells = try summary.grid.cells()
    for noise in try summary.grid.noises() {
      for seed in summary.grid.seeds {
        let runs = zip(cells, summary.results).filter { $0.0.noise == noise && $0.0.seed == seed }
        guard let cell = runs.first?.0 else { continue }
        append(runs.map(\.1), try bench.data(of: cell), cell.noiseName, to: &table)
      }
    }
    return table
  }

  private func append(_ runs: [NoiseCellResult], _ data: LearningData, _ name: String, to table: inout Table) {
    func mean(_ image: Int, _ scores: (NoiseCellResult) -> [Double]) -> Double {
      runs.reduce(0) { $0 + scores($1)[image] } / Double(runs.count)
    }
    let given = data.train.labels
    let margins = given.indices.map { image in mean(image) { $0.margins } }
    for (rank, image) in given.indices.sorted(by: { (margins[$0], $0) < (margins[$1], $1) }).enumerated() {
      var votes: [Int: Int] = [:]
      for run in runs { votes[run.suggestions[image], default: 0] += 1 }
      let suggested = votes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? given[image]
      table.append(
        name, "\(rank + 1)", data.paths[image], data.classNames[given[image]], data.classNames[suggested],
        margins[image].formatted(decimals: 4), mean(image) { $0.losses }.formatted(decimals: 4),
        mean(image) { $0.agreements }.formatted(decimals: 4),
        data.trueLabels[image] == given[image] ? "no" : "yes")
    }
  }
}
