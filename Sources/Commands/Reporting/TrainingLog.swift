import Foundation
import PromptLensJSONDocuments
import PromptLensReporting

/// A run's `log.jsonl`: how training went, epoch by epoch. Lines that are no records are passed over.
struct TrainingLog {
  struct Epoch {
    let epoch: Int
    let loss: Double
    let accuracy: Double
  }

  let epochs: [Epoch]

  init(_ path: String) {
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    epochs = text.split(separator: "\n").compactMap { line in
      guard let value = try? JSON(parsing: Array(line.utf8), source: path) else { return nil }
      let node = JSONNode(source: path, value: value)
      guard let epoch = try? node.integer("epoch"), let loss = try? node.number("loss"),
        let accuracy = try? node.number("accuracy")
      else { return nil }
      return Epoch(epoch: epoch, loss: loss, accuracy: accuracy)
    }
  }

  /// Loss and training accuracy against the epoch.
  func charts(of name: String) -> [any Chart] {
    func chart(_ title: String, _ summary: String, _ axis: Axis, _ value: (Epoch) -> Double) -> LineChart {
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
