import ArgumentParser
import PromptLensExperiments
import PromptLensPrompts

extension Augmentation: ExpressibleByArgument {}
extension ClassPosition: ExpressibleByArgument {}
extension MethodName: ExpressibleByArgument {}
