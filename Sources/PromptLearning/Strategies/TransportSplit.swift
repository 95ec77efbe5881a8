import PromptLensTensors

/// A split of the training images by optimal transport between images and classes: cross-entropy, or the requested
/// loss, for those whose label the plan confirms, and `1 − p_y` for the rest.
///
/// The cost of an image and a class is `−log p`, by the context at the beginning of the epoch; classes take equal
/// parts, so that a class that the prompt favors doesn't absorb all images. An image is clean when its row of the
/// plan is largest at its label, and it is among those with the largest transported mass; the budget rises linearly
/// from ``firstBudget`` in the first epoch to 1 in the last. Source: Pan et al., "NLPrompt: Noise-Label
/// Prompt Learning for Vision-Language Models" (2025).
package struct TransportSplit: SampleStrategy {
  /// The budget of the first epoch.
  package let firstBudget: Double
  /// The solver of the transport.
  package let solver: Sinkhorn

  /// Creates the strategy.
  package init(firstBudget: Double = 0.3, solver: Sinkhorn = Sinkhorn()) {
    self.firstBudget = firstBudget
    self.solver = solver
  }

  /// The name, `nlprompt:budget`.
  package var name: String { "nlprompt:\(LossName.number(firstBudget))" }

  /// Returns the plan of an epoch's split.
  package func plan(_ survey: EpochSurvey) throws -> EpochPlan {
    let progress = survey.epochs > 1 ? Double(survey.epoch - 1) / Double(survey.epochs - 1) : 1
    let isClean = try clean(
      logits: survey.logits(), labels: survey.labels, budget: firstBudget + (1 - firstBudget) * progress)
    return { images, _ in
      SplitLoss(
        clean: survey.loss, rest: GeneralizedCrossEntropy(exponent: 1), isClean: images.map { isClean[$0] })
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
    let cost = (0..<count).flatMap {
      Softmax.logProbabilities(logits[$0 * classCount..<($0 + 1) * classCount]).map { -$0 }
    }
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
}
