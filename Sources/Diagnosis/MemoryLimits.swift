import Foundation

/// The memory that this process may use.
package struct MemoryLimits {
  private let machine: MachineFiles

  package init(_ machine: MachineFiles) { self.machine = machine }

  /// The bytes that are available without swapping.
  package var available: Int? { kilobytes("MemAvailable") }

  private func kilobytes(_ name: String) -> Int? {
    machine.field(name, of: "/proc/meminfo").flatMap { $0.split(separator: " ").first }.flatMap { Int($0) }
      .map { $0 * 1024 }
  }

  /// The bytes that the control groups grant; nil without a limit.
  package var limit: Int? {
    machine.controlGroup("memory.max", controller: "memory", older: "memory.limit_in_bytes").compactMap { Int($0) }
      // Version 1 writes a number near 2⁶³ if there is no limit.
      .filter { $0 < 1 << 60 }.min()
  }

  var results: [DiagnosticResult] {
    func text(_ bytes: Int?, _ none: String) -> String {
      bytes.map { String(format: "%.1f GB", Double($0) / 1e9) } ?? none
    }
    let usable = [available, limit].compactMap { $0 }.min()
    let isLittle = usable.map { $0 < 2_000_000_000 } ?? false
    return [
      DiagnosticResult("memory", "installed", text(kilobytes("MemTotal"), "not known")),
      DiagnosticResult(
        "memory", "available", text(available, "not known"), isLittle ? .notice : .good,
        advice: isLittle
          ? "a ViT-B/16 in f32 takes 0.6 GB; close other programs, or give train a --memory-limit" : ""),
      DiagnosticResult("memory", "control group's limit", text(limit, "none")),
    ]
  }
}
