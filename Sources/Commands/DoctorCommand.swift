import PromptLensExperiments
import ArgumentParser
import PromptLensDiagnosis
import PromptLensJSONDocuments
import PromptLensReporting
import PromptLensTensors

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look at this machine and this installation, and say what to do about each problem.",
    discussion: """
      Names the processor's features and the kernels in use, every library with its version, the rate of matrix products \
      (the ceiling of everything else; measured for about a second), threads and memory with their limits, and checks \
      products, a tokenization and the features of the small model within, whose results are known.

      Exit code: 0 when results can be trusted, notices or not; 70 when something is wrong.

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
    let findings = Diagnosis.results()
    var table = Table(columns: [.text("area"), .text("subject"), .text("found"), .text("state")])
    for finding in findings {
      table.append(finding.area, finding.subject, finding.value, finding.state.rawValue)
    }
    var advice = Table(title: "What to do", columns: [.text("about"), .text("do")])
    for finding in findings where !finding.advice.isEmpty {
      advice.append("\(finding.area): \(finding.subject)", finding.advice)
    }
    let json: JSON = [
      "version": .string(ToolVersion.current),
      "sound": .bool(!findings.contains { $0.state == .wrong }),
      "findings": .array(
        findings.map {
          [
            "area": .string($0.area), "subject": .string($0.subject), "value": .string($0.value),
            "state": .string($0.state.rawValue), "advice": .string($0.advice),
          ]
        }),
    ]
    Console.print(
      Results(json: json, tables: advice.rows.isEmpty ? [table] : [table, advice]), as: outputOptions.format)
    let wrong = findings.filter { $0.state == .wrong }.map { "\($0.area): \($0.subject)" }
    guard wrong.isEmpty else { throw ExperimentError.unsound(wrong) }
  }
}
