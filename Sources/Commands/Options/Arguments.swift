import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensExperiments
import PromptLensPrompts

extension Augmentation: ExpressibleByArgument {}
extension ClassPosition: ExpressibleByArgument {}
extension MethodName: ExpressibleByArgument {
  /// Returns the methods of a list with commas.
  ///
  /// - Throws: `ValidationError` naming what isn't a method.
  static func list(_ text: String) throws -> [MethodName] {
    try CommaList.values(text, "a method; expected \(allNames)") { MethodName(rawValue: $0) }
  }

  /// The names of all methods, with commas.
  static var allNames: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension ClassPosition {
  /// Refuses the option beside a checkpoint of prompts in deep layers, whose official code has the class name at the end.
  func checkForContext(_ prompt: String) throws {
    guard LearnedDeepPrompt.exists(at: prompt) else { return }
    throw ValidationError(
      "--class-position is for contexts; the class name stands behind the prompts of the checkpoint \(prompt).")
  }
}
