import Foundation
import PromptLensTensors

/// A split of the training images by optimal transport between images and classes: cross-entropy, or the requested
/// loss, for those whose label the plan confirms, and `1 − p_y` for the rest.
///
/// The cost of an image and a class comes from p by the context at the beginning of the epoch; classes take equal parts,
/// so that a class that the prompt favors doesn't absorb all images. An image is clean when its row of the plan is
/// largest at its label, and it is among those that are transported.
///
/// ``published`` is NLPrompt as its authors run it: all images are transported in every epoch, the cost is
/// `−log softmax(p)`, a softmax of probabilities, ε is 0.01, and the clean images are learned in a pass of their own
/// before the others. ``init(firstBudget:solver:)`` is a variant of this project: the budget, the mass that is transported,
/// rises linearly from its first value to 1 in the last epoch, the cost is `−log p`, ε is 0.1, and batches mix both kinds.
/// Sources: Pan et al., "NLPrompt: Noise-Label Prompt Learning for Vision-Language Models" (2025), and the authors'
/// `trainers/nlprompt.py`, `utils.py` and the defaults of `train.py`.
package struct TransportSplit: SampleStrategy {
  /// The cost of an image and a class of probability p.
  package enum Cost: Sendable, Equatable {
    /// `−log p`.
    case surprisal
    /// `−log softmax(p)`, whose values lie within one of each other.
    case softmaxOfProbabilities
  }

  /// The budget of the first epoch.
  package let firstBudget: Double
  /// The cost.
  package let cost: Cost
  /// Whether clean images are learned in a pass of their own, before the others.
  package let isSeparate: Bool
  /// The solver of the transport.
  package let solver: Sinkhorn

  /// Creates the variant with a rising budget.
  package init(firstBudget: Double = 0.3, solver: Sinkhorn = Sinkhorn()) {
    self.init(firstBudget: firstBudget, cost: .surprisal, isSeparate: false, solver: solver)
  }

  private init(firstBudget: Double, cost: Cost, isSeparate: Bool, solver: Sinkhorn) {
    self.firstBudget = firstBudget
    self.cost = cost
    self.isSeparate = isSeparate
    self.solver = solver
  }

  /// NLPrompt as its authors run it.
  package static let published = TransportSplit(
    firstBudget: 1, cost: .softmaxOfProbabilities, isSeparate: true,
    solver: Sinkhorn(regularization: 0.01, iterations: 1000))

  /// The name: `nlprompt`, or `nlprompt:budget` of the variant.
  package var name: String { isSeparate ? "nlprompt" : "nlprompt:\(LossName.number(firstBudget))" }

  /// Returns the plan of an epoch's split; without any clean image, all are learned with the requested loss.
  package func plan(_ survey: EpochSurvey) throws -> EpochPlan {
    let progress = survey.epochs > 1 ? Double(survey.epoch - 1) / Double(survey.epochs - 1) : 1
    let isClean = try clean(
      logits: survey.logits(), labels: survey.labels, budget: firstBudget + (1 - firstBudget) * progress)
    let rest = GeneralizedCrossEntropy(exponent: 1)
    guard isSeparate else {
      return EpochPlan { images, _ in
        SplitLoss(clean: survey.loss, rest: rest, isClean: images.map { isClean[$0] })
      }
    }
    let passes = [true, false].map { kind in isClean.indices.filter { isClean[$0] == kind } }
    guard !passes[0].isEmpty else { return EpochPlan { _, _ in survey.loss } }
    return EpochPlan(passes: passes.filter { !$0.isEmpty }) { images, _ in
      images.first.map { isClean[$0] } == true ? survey.loss : rest
    }
  }

  /// Decides which images are clean.
  ///
  /// - Parameters:
  ///   - logits: `[images, classes]`.
  ///   - labels: the given label of each image.
  ///   - budget: the mass to transport, above 0 to 1.
  /// - Returns: whether each image's label is confirmed.
  package func clean(logits: [Float], labels: [Int], budget: Double) -> [Bool] {
    let count = labels.count
    let classCount = logits.count / max(count, 1)
    let cost = (0..<count).flatMap { costs(of: logits[$0 * classCount..<($0 + 1) * classCount]) }
    let plan = solver.plan(cost: cost, columns: classCount, budget: budget)
    let masses = (0..<count).map { plan[$0 * classCount..<($0 + 1) * classCount].reduce(0, +) }
    let transported = (0..<count).sorted { (masses[$1], $0) < (masses[$0], $1) }
      .prefix(Int((budget * Double(count)).rounded(.up)))
    var isClean = [Bool](repeating: false, count: count)
    for image in transported {
      let row = plan[image * classCount..<(image + 1) * classCount]
      isClean[image] = row[row.startIndex + labels[image]] >= row.max() ?? 0
    }
    return isClean
  }

  /// Returns the cost of an image and each class.
  private func costs(of logits: ArraySlice<Float>) -> [Double] {
    let logarithms = Softmax.logProbabilities(logits)
    guard cost == .softmaxOfProbabilities else { return logarithms.map { -$0 } }
    let probabilities = logarithms.map { Float(exp($0)) }
    return Softmax.logProbabilities(probabilities[...]).map { -$0 }
  }
}
