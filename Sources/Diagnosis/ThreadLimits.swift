import Foundation
import PromptLensTensors

/// The number of threads that may run concurrently, and the number that will.
package struct ThreadLimits {
  private let machine: MachineFiles

  package init(_ machine: MachineFiles) { self.machine = machine }

  /// The number of processors that this process may run on; Slurm, taskset and containers lower it.
  package var allowedProcessors: Int? {
    machine.field("Cpus_allowed_list", of: "/proc/self/status").map { list in
      list.split(separator: ",").reduce(0) { count, range in
        let ends = range.split(separator: "-").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
        return count + (ends.count == 2 ? ends[1] - ends[0] + 1 : ends.count)
      }
    }
  }

  /// The processor time that the control groups grant, in processors; nil without a limit.
  package var quota: Double? {
    machine.controlGroup("cpu.max", controller: "cpu", older: "cpu.cfs_quota_us").compactMap { value in
      let numbers = value.split(separator: " ").map { Double($0) }
      guard let granted = numbers.first ?? nil, granted > 0 else { return nil }
      let period =
        numbers.count > 1
        ? numbers[1]
        : machine.controlGroup("", controller: "cpu", older: "cpu.cfs_period_us").first.flatMap(Double.init)
      return granted / (period ?? 100_000)
    }.min()
  }

  var results: [DiagnosticResult] { results(threads: Parallel.threadCount) }

  package func results(threads: Int) -> [DiagnosticResult] {
    let allowed = allowedProcessors
    let usable = min(Double(allowed ?? .max), quota ?? .infinity)
    let advice =
      "more threads than processors wait for each other; set PROMPTLENS_THREADS=\(max(1, Int(min(usable, 4096))))"
    var results = [
      Double(threads) > usable.rounded(.up)
        ? DiagnosticResult("threads", "threads", count: threads, .notice, advice: advice)
        : DiagnosticResult("threads", "threads", count: threads),
      allowed.map { DiagnosticResult("threads", "processors allowed", count: $0) }
        ?? DiagnosticResult("threads", "processors allowed", "not known"),
      DiagnosticResult(
        "threads", "control group's limit", quota.map { String(format: "%.2f processors", $0) } ?? "none"),
    ]
    if let text = ProcessInfo.processInfo.environment["PROMPTLENS_THREADS"], Int(text).map({ $0 < 1 }) ?? true {
      results.append(
        DiagnosticResult(
          "threads", "PROMPTLENS_THREADS", text, .notice,
          advice: "it isn't a whole number above 0; unset it or set it to one"))
    }
    return results
  }
}
