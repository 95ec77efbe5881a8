import ArgumentParser
import PromptLensDiagnosis
import PromptLensExperiments
import PromptLensPresentation
import PromptLensReporting
import PromptLensTensors

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check this machine and installation, and suggest a remedy for each problem.",
    discussion: """
      Lists the processor's features and the kernels in use, every library with its version, the rate of matrix products \
      (the upper bound of all speeds; measured for about a second), threads and memory with their limits, and checks \
      products, a tokenization and the features of the included small model against known results.

      Exit code: 0 if results can be trusted, even with notices; 70 if something is wrong.

      Example:
        promptlens doctor
        promptlens doctor --format json
      """)

  @Option(help: "Threads to measure with; by default PROMPTLENS_THREADS, or all processors.")
  var threads: Int?

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    if let threads, !(1...4096).contains(threads) {
      throw ValidationError("--threads is \(threads), expected 1 to 4096.")
    }
  }

  func run() throws {
    if let threads { Parallel.threadCount = threads }
    let diagnosis = Diagnosis.results()
    Console.print(Results(diagnosis), as: outputOptions.format)
    let wrong = diagnosis.filter { $0.state == .wrong }.map { "\($0.area): \($0.subject)" }
    guard wrong.isEmpty else { throw ExperimentError.unsound(wrong) }
  }
}
