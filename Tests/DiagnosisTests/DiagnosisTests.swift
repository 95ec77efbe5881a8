import PromptLensDiagnosis
import Foundation
import PromptLensTensors
import TestSupport
import Testing

@Suite("The doctor")
struct DiagnosisTests {
  @Test("doctor checks every area and finds no fault on this machine")
  func sound() {
    let results = Diagnosis.results(seconds: 0.02)
    #expect(results.filter { $0.state == .wrong } == [])
    #expect(
      Set(results.map(\.area)) == [
        "processor", "libraries", "products", "threads", "memory", "executable",
      ])
    #expect(results.allSatisfy { ($0.state == .good) == $0.advice.isEmpty })
    #expect(results.contains { $0.subject == "mini-clip's features" && $0.state == .good })
  }

  @Test("every library says its version or its file")
  func libraries() {
    let results = LibraryVersions.libraries.map(LibraryVersions.result)
    #expect(results.count == 13)
    #expect(results.allSatisfy { $0.value.contains(where: \.isNumber) }, "\(results.map(\.value))")
  }

  @Test("a library of another series than the headers is a fault, of another release isn't")
  func otherLibrary() {
    func state(_ loaded: String) -> DiagnosticResult.State {
      LibraryVersions.result(
        .init(name: "HDF5", file: "none", loaded: loaded, built: "1.10.8", compared: 2)
      ).state
    }
    #expect(state("1.10.9") == .good)
    #expect(state("1.14.0") == .wrong)
  }

  @Test("the known product is exact in f32")
  func product() throws {
    #expect(try ProductCheck.wrongElements(.float32) == 0)
  }

  /// Returns a machine described by files in a folder.
  private func machine(_ files: [String: String], _ body: (MachineFiles) throws -> Void) throws {
    try withTemporaryFolder { folder in
      for (path, text) in files {
        let url = URL(fileURLWithPath: folder + path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
      }
      try body(MachineFiles(root: folder))
    }
  }

  @Test("the tightest control group of version 2 is the limit")
  func controlGroups() throws {
    try machine([
      "/proc/self/cgroup": "0::/job/step\n", "/sys/fs/cgroup/job/cpu.max": "150000 100000",
      "/sys/fs/cgroup/job/step/cpu.max": "max 100000", "/sys/fs/cgroup/job/memory.max": "4000000000",
      "/sys/fs/cgroup/job/step/memory.max": "max", "/proc/self/status": "Cpus_allowed_list:\t0-3,8\n",
      "/proc/meminfo": "MemTotal: 8000000 kB\nMemAvailable:    1000000 kB\n",
    ]) { machine in
      let threads = ThreadLimits(machine)
      #expect(threads.quota == 1.5)
      #expect(threads.allowedProcessors == 5)
      let result = threads.results(threads: 8)[0]
      #expect(result.state == .notice)
      #expect(result.advice.hasSuffix("PROMPTLENS_THREADS=1"))
      #expect(threads.results(threads: 2)[0].state == .good)
      #expect(MemoryLimits(machine).limit == 4_000_000_000)
      #expect(MemoryLimits(machine).available == 1_024_000_000)
    }
  }

  @Test("control groups of version 1 are read, and their \"max\" means no limit")
  func olderControlGroups() throws {
    try machine([
      "/proc/self/cgroup": "5:cpu,cpuacct:/a\n4:memory:/a\n", "/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us": "250000",
      "/sys/fs/cgroup/cpu/a/cpu.cfs_period_us": "100000",
      "/sys/fs/cgroup/memory/a/memory.limit_in_bytes": "9223372036854771712",
    ]) { machine in
      #expect(ThreadLimits(machine).quota == 2.5)
      #expect(MemoryLimits(machine).limit == nil)
    }
  }

  @Test("without files that describe the machine, no limits are found")
  func silent() throws {
    try machine([:]) { machine in
      #expect(ThreadLimits(machine).quota == nil)
      #expect(ThreadLimits(machine).results(threads: 64)[0].state == .good)
      #expect(MemoryLimits(machine).limit == nil)
    }
  }
}
