import PromptLensJSONDocuments
import PromptLensPromptLearning

extension StrategyName {
  /// The constants of NLPrompt's split by their keys; nil for strategies whose name says all.
  var constants: [(name: String, value: JSON)]? {
    guard case .transport(let budget) = self else { return nil }
    let split = budget.map { TransportSplit(firstBudget: $0) } ?? .published
    return [
      ("transport_budget", .number(split.firstBudget)),
      ("transport_cost", .string(split.cost == .surprisal ? "-log p" : "-log softmax(p)")),
      ("transport_regularization", .number(split.solver.regularization)),
      ("transport_iterations", JSON(split.solver.iterations)), ("transport_passes", JSON(split.isSeparate ? 2 : 1)),
    ]
  }
}
