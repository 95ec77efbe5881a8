import Foundation
import PromptLensCommandLineSupport
import PromptLensExperiments
import PromptLensFiles
import PromptLensPresentation
import PromptLensReporting
import Synchronization

extension Console {
  /// An observer that shows progress and notes on standard error.
  static var observer: ExperimentObserver {
    let display = ProgressDisplay()
    return ExperimentObserver { display.show($0) }
  }

  /// An observer that shows stages and notes but not epochs, for concurrent runs.
  static var stageObserver: ExperimentObserver {
    let display = ProgressDisplay(showsTraining: false)
    return ExperimentObserver { display.show($0) }
  }
}

/// The progress bars of the running stages.
private final class ProgressDisplay: Sendable {
  private struct State {
    var stages: [ExperimentObserver.Stage: ProgressBar] = [:]
    var training: TrainingProgress?
  }

  private let showsTraining: Bool
  private let state = Mutex(State())

  init(showsTraining: Bool = true) { self.showsTraining = showsTraining }

  func show(_ event: ExperimentObserver.Event) {
    state.withLock { state in
      switch event {
      case .began(let stage):
        Console.detail("\(stage.name): \(stage.total) \(stage.unit) to do")
        guard Console.loudness != .quiet else { return }
        state.stages[stage] = ProgressBar(stage.name, total: stage.total, unit: stage.unit)
      case .advanced(let stage, let count): state.stages[stage]?.advance(by: count)
      case .finished(let stage): state.stages.removeValue(forKey: stage)?.finish()
      case .noted(let text):
        // A bar stands in the line where the note goes.
        if !state.stages.isEmpty, isatty(STDERR_FILENO) == 1 { StandardStream.error.note("\r\u{1B}[K") }
        Console.note(text)
      case .trainingBegan, .trained, .completed, .trainingEnded:
        if case .completed(let record) = event, showsTraining {
          Console.detail(
            "epoch \(record.epoch): loss \(record.loss.formatted(decimals: 4)), accuracy \(record.accuracy.percentage)")
        }
        if showsTraining, Console.loudness != .quiet { show(event, &state.training) }
      }
    }
  }

  private func show(_ event: ExperimentObserver.Event, _ training: inout TrainingProgress?) {
    switch event {
    case .trainingBegan(let epochs, let steps, let done):
      if done > 0 { Console.note("resuming after epoch \(done) of \(epochs)") }
      training = TrainingProgress(epochs: epochs, steps: steps, done: done)
    case .trained(let loss): training?.step(loss: loss)
    case .completed(let record): training?.epoch(record)
    case .trainingEnded:
      training?.finish()
      training = nil
    case .began, .advanced, .finished, .noted: break
    }
  }
}
