import Foundation
import PromptLensTensors
import TestSupport
import Testing

@Suite("Available memory")
struct AvailableMemoryTests {
  private func bytes(_ files: [String: String]) throws -> Int? {
    try withTemporaryFolder { folder in
      for (path, text) in files {
        let url = URL(fileURLWithPath: "\(folder)/\(path)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
      }
      return AvailableMemory.bytes(root: folder)
    }
  }

  private let machine = ["proc/meminfo": "MemTotal:  8000 kB\nMemFree:  10 kB\nMemAvailable:    4000 kB\n"]

  @Test("the available memory is the free memory of the machine")
  func machineAlone() throws {
    #expect(try bytes(machine) == 4000 * 1024)
    #expect(try bytes([:]) == nil)
    #expect(AvailableMemory.bytes > 0)
  }

  @Test("the available memory is the free memory of the tightest control group, where that is less")
  func groups() throws {
    let second = machine.merging(
      [
        "proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "max\n",
        "sys/fs/cgroup/a/b/memory.current": "100\n", "sys/fs/cgroup/a/memory.max": "1000000\n",
        "sys/fs/cgroup/a/memory.current": "400000\n",
        "sys/fs/cgroup/a/memory.stat": "anon 300000\ninactive_file 100000\n",
      ], uniquingKeysWith: { $1 })
    #expect(try bytes(second) == 700_000)
    // Version 1, in a container whose group has another path inside.
    let first = machine.merging(
      [
        "proc/self/cgroup": "5:devices:/x\n4:memory:/docker/x\n",
        "sys/fs/cgroup/memory/memory.limit_in_bytes": "5000\n",
        "sys/fs/cgroup/memory/memory.usage_in_bytes": "6000\n",
      ], uniquingKeysWith: { $1 })
    #expect(try bytes(first) == 0)
  }
}
