import ArgumentParser
import PromptLensExperiments
import PromptLensPrompts

extension Augmentation: ExpressibleByArgument {}
extension ClassPosition: ExpressibleByArgument {}
extension MethodName: ExpressibleByArgument {}

extension ClassPosition {
  /// Refuses the option beside a checkpoint of prompts in deep layers, whose official code has the class name at the end.
  func checkForContext(_ prompt: String) throws {
    guard LearnedDeepPrompt.exists(at: prompt) else { return }
    throw ValidationError(
      "--class-position is for contexts; the class name stands behind the prompts of the checkpoint \(prompt).")
  }
}
