import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensDiagnosis
import PromptLensExperiments
import PromptLensFiles
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

      --clean DIR instead removes what killed processes left in a folder and those below it: unfinished files and folders, \
      named .NAME.XXXXXXXX.partial, that no process holds. What a running command writes, and what the same command would \
      resume from, stay.

      Exit code: 0 if results can be trusted, even with notices; 70 if something is wrong.

      Example:
        promptlens doctor
        promptlens doctor --format json
        promptlens doctor --clean results
      """)

  @Option(help: "Threads to measure with; by default PROMPTLENS_THREADS, or all processors.")
  var threads: Int?

  @Option(
    help: ArgumentHelp("Remove what killed processes left in this folder, and do nothing else.", valueName: "dir"))
  var clean: String?

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard threads == nil || clean == nil else { throw ValidationError("--threads doesn't go with --clean.") }
    try NumberBounds.check("--threads", threads, in: 1...4096)
  }

  func run() throws {
    if let clean { return try removeLeftovers(in: clean) }
    if let threads { Parallel.threadCount = threads }
    let diagnosis = Diagnosis.results()
    try outputOptions.print(Results(diagnosis))
    let wrong = diagnosis.filter { $0.state == .wrong }.map { "\($0.area): \($0.subject)" }
    guard wrong.isEmpty else { throw ExperimentError.unsound(wrong) }
  }

  /// Removes what killed processes left in a folder, and prints the names.
  private func removeLeftovers(in folder: String) throws {
    let removed = try PartialOutput.leftoversRemoved(below: folder)
    guard !removed.isEmpty || outputOptions.format != .table else {
      return Console.note("\(folder): killed processes left nothing")
    }
    try outputOptions.print(Results(removed, title: "removed"))
  }
}
