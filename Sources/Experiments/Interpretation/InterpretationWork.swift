import Foundation
import PromptLensInterpretation
import PromptLensTensors

/// The work of an interpretation, chapter by chapter in passes over all prompts, which tells how much time is left.
struct InterpretationWork {
  private var left: [Double]
  private var done = 0.0
  private let start = ContinuousClock.now

  /// Estimates the work of the chapters, in the order in which they are done.
  ///
  /// - Parameters:
  ///   - prompt: the prompt.
  ///   - effects: the contexts whose scores the effects of vectors are made of.
  ///   - hasTraining: whether words are searched on training images.
  /// - Throws: the tower's errors.
  init(of prompt: InterpretedPrompt, effects: Int, hasTraining: Bool) throws {
    let matrix = prompt.matrix
    let pass = try prompt.evaluator.measure.operations
    let classes = Double(max(prompt.classNames.count, 1))
    let layers = Double(prompt.learned.model.configuration.text.transformer.layers)
    // Two nulls of 16,000 vectors each against the whole vocabulary, and a hundred lists of words.
    let vocabulary = Double(prompt.embedding.shape.count)
    let words: Double = 100 + 64_000 * vocabulary / max(pass, 1)
    // A step is two passes, of which a search has a hundred.
    let search = hasTraining ? 202.0 : 1
    // Integrated gradients of all images at 32 points, of 24 groups at 3, of 16 at 4 more; patched activations of 20 classes
    // by layer and position, each with half of the layers behind it on average.
    let gradients = Double(2 * 32 + 3 * 25 + 4 * 17)
    let patching: Double = 1.5 * layers * Double(matrix.length + 3) * min(20 / classes, 1)
    let lens: Double = 1200 / classes
    left = [words, Double(effects), search, gradients + patching + lens, 5]
  }

  /// Adds work to the next chapter, in floating-point operations.
  mutating func add(_ operations: Double, of prompt: InterpretedPrompt) throws {
    guard !left.isEmpty else { return }
    left[0] += operations / max(try prompt.evaluator.measure.operations, 1)
  }

  /// Ends a chapter.
  ///
  /// - Returns: a clause of the time that the others take; nil after the last.
  mutating func finishChapter() -> String? {
    guard left.count > 1 else {
      left = []
      return nil
    }
    done += left.removeFirst()
    let rest = left.reduce(0, +)
    let seconds = start.duration(to: .now) / .seconds(1) * rest / max(done, 1)
    let share = Int((100 * done / (done + rest)).rounded())
    return "interpretation: \(share) % done, about \(Int(seconds.rounded(.up))) s left"
  }
}
