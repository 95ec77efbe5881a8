import PromptLensPromptLearning
import PromptLensReporting

/// The log of a run: how training went, epoch by epoch.
struct TrainingLog {
  let epochs: [EpochRecord]

  /// Loss and training accuracy against the epoch.
  func charts(of name: String) -> [any Chart] {
    func chart(_ title: String, _ summary: String, _ axis: Axis, _ value: (EpochRecord) -> Double) -> LineChart {
      LineChart(
        title: title, summary: summary, x: Axis("epoch"), y: axis,
        series: [.init(name, epochs.map { .init(Double($0.epoch), value($0)) })])
    }
    return [
      chart("Training loss", "The mean loss of each epoch of \(name).", Axis("loss")) { $0.loss },
      chart(
        "Accuracy on the training images",
        "The share of training images that \(name) classified rightly in each epoch.",
        Axis("accuracy", notation: .percent)
      ) { $0.accuracy },
    ]
  }
}
