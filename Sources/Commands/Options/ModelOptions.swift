import ArgumentParser
import PromptLensCommandLineSupport
import Foundation
import PromptLensExperiments
import PromptLensTensors

/// The options for the model and its arithmetic.
struct ModelOptions: ParsableArguments {
  @Option(help: RunField.model.optionHelp)
  var model: String
}

/// The options for the towers' arithmetic.
struct ComputeOptions: ParsableArguments {
  @Option(help: RunField.precision.optionHelp)
  var precision: ComputePrecision = .float32

  @OptionGroup var threadOptions: ThreadOptions
}

/// The option for the number of threads.
struct ThreadOptions: ParsableArguments {
  @Option(
    help: "Threads to use; by default PROMPTLENS_THREADS, or all processors. Results do not depend on the number.")
  var threads: Int?

  mutating func validate() throws {
    guard let threads else {
      let text = ProcessInfo.processInfo.environment["PROMPTLENS_THREADS"] ?? ""
      guard text.isEmpty || Int(text).map((1...4096).contains) ?? false else {
        throw ValidationError("PROMPTLENS_THREADS is \"\(text.prefix(40))\", expected a whole number from 1 to 4096.")
      }
      return
    }
    try NumberBounds.check("--threads", threads, in: 1...4096)
    Parallel.threadCount = threads
  }
}

extension ComputePrecision: ExpressibleByArgument {}
