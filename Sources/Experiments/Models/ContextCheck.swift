import PromptLensPrompts
import PromptLensCheckpoints

extension LearnedContext {
  /// Checks that the context may have been learned on a model; the error names a matching model folder next to it.
  package func check(against model: OpenedModel, path: String) throws {
    guard let reason = try mismatch(with: model.folder) else { return }
    let fitting = fittingModels(beside: model.folder.path)
    let advice =
      fitting.first.map { "; \($0) fits" }
      ?? (knowsItsModel ? "; promptlens inspect \(path) --model DIR … says which of several models fits" : "")
    throw ExperimentError.foreignContext(path: path, model: model.folder.path, reason: reason + advice)
  }
}
