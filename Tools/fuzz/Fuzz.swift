import Foundation
import PromptLensTensorFiles

/// Feeds damaged files to the readers, in this process, until a time is over or one of them does not survive.
///
///     swift run -c release fuzz READER SECONDS [--from N] [--count N] [--save FILE] [FOLDER …]
///
/// The files to damage are those of at most 100 kB in the folders; by default Tests/Fixtures and ../shared/fixtures. The files that promptlens
/// itself writes are made by the script beside this file. Execution
/// N depends on N and the files alone. Its number is kept in the file READER.state below /dev/shm, which outlives a crash:
/// `--from N --count 1 --save FILE` writes and reads the input that did it. An input that takes longer than ten seconds of the
/// processor ends the process by SIGPROF, one that waits for ten minutes by SIGALRM; one that takes more than 256 MiB is reported. That is counted from what the process has by then, since
/// libhdf5 1.10 never frees some bytes of every damaged file.
@main
struct Fuzz {
  static func main() throws {
    var arguments = Array(CommandLine.arguments.dropFirst())
    func option(_ name: String) -> String? {
      guard let offset = arguments.firstIndex(of: name), offset + 1 < arguments.count else { return nil }
      defer { arguments.removeSubrange(offset...offset + 1) }
      return arguments[offset + 1]
    }
    let from = option("--from").flatMap { UInt64($0) } ?? 0
    let count = option("--count").flatMap { UInt64($0) } ?? .max
    let save = option("--save")
    guard arguments.count >= 2, let reader = Reader(rawValue: arguments[0]), let seconds = Double(arguments[1]) else {
      print("usage: fuzz \(Reader.allCases.map(\.rawValue).joined(separator: "|")) SECONDS [FOLDER …]")
      exit(64)
    }
    // Otherwise most damaged files would be refused before anything is read of them.
    ChecksumCheck.isOn = false
    let folders = arguments.count > 2 ? Array(arguments[2...]) : ["Tests/Fixtures", "../shared/fixtures"]
    let seeds = try seeds(for: reader, in: folders)
    guard !seeds.isEmpty else {
      print("no files to start from in \(folders)")
      exit(66)
    }
    try run(
      reader, seeds, seconds: seconds,
      numbers: from..<(from.addingReportingOverflow(count).overflow ? .max : from + count), save)
  }

  /// Has the system end the process when it has taken so many more seconds of the processor; 0 takes the limit away.
  private static func limit(processorSeconds seconds: Int) {
    var timer = itimerval(it_interval: timeval(), it_value: timeval(tv_sec: seconds, tv_usec: 0))
    setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &timer, nil)
  }

  private static func seeds(for reader: Reader, in folders: [String]) throws -> [(path: String, bytes: [UInt8])] {
    var seeds: [(path: String, bytes: [UInt8])] = []
    for folder in folders {
      let root = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
      for name in (FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []).sorted() {
        guard reader.extensions.contains(where: name.hasSuffix),
          let data = FileManager.default.contents(atPath: "\(root)/\(name)"), data.count <= 100_000, !data.isEmpty
        else { continue }
        seeds.append(("\(root)/\(name)", [UInt8](data)))
        // A zip archive without CRC-32s, as PyTorch can write it, is read further when it is damaged.
        if reader == .torch { seeds.append(("\(root)/\(name)", withoutChecksums([UInt8](data)))) }
      }
    }
    return seeds
  }

  private static func withoutChecksums(_ archive: [UInt8]) -> [UInt8] {
    var bytes = archive
    for offset in 0..<max(bytes.count - 20, 0) where bytes[offset..<offset + 4].elementsEqual([0x50, 0x4B, 1, 2]) {
      for index in 16..<20 { bytes[offset + index] = 0 }
    }
    return bytes
  }

  private static func run(
    _ reader: Reader, _ seeds: [(path: String, bytes: [UInt8])], seconds: Double, numbers: Range<UInt64>,
    _ save: String?
  ) throws {
    let path = "/dev/shm/fuzz-\(reader.rawValue)-\(getpid())"
    defer { unlink(path) }
    let state = open("/dev/shm/\(reader.rawValue).state", O_RDWR | O_CREAT, 0o600)
    ftruncate(state, 8)
    let number = mmap(nil, 8, PROT_READ | PROT_WRITE, MAP_SHARED, state, 0)?.bindMemory(to: UInt64.self, capacity: 1)
    let bytes = seeds.map(\.bytes)
    let start = Date()
    var executions = 0
    var readable = 0
    var largest = 0
    var slowest = (seconds: 0.0, number: UInt64(0))
    for current in numbers {
      number?.pointee = current
      var generator = Generator(seed: current)
      let chosen = Int.random(in: 0..<seeds.count, using: &generator)
      let input = Mutation.mutate(bytes[chosen], with: bytes, &generator)
      if let save { try Data(input).write(to: URL(fileURLWithPath: save)) }
      limit(processorSeconds: 10)
      alarm(600)
      let before = PeakMemory.reset()
      let begin = DispatchTime.now().uptimeNanoseconds
      if reader.read(input, path: path, kind: seeds[chosen].path) { readable += 1 }
      let taken = Double(DispatchTime.now().uptimeNanoseconds - begin) / 1e9
      if taken > slowest.seconds { slowest = (taken, current) }
      executions += 1
      largest = max(largest, PeakMemory.bytes - before)
      if largest > 256 << 20 {
        print("\(reader.rawValue): more than 256 MiB by execution \(current)")
        exit(1)
      }
      if executions % 1024 == 0, Date().timeIntervalSince(start) > seconds { break }
    }
    limit(processorSeconds: 0)
    alarm(0)
    let elapsed = Date().timeIntervalSince(start)
    print(
      "\(reader.rawValue): \(executions) executions of \(seeds.count) files in \(Int(elapsed)) s, "
        + "\(Int(Double(executions) / max(elapsed, 1e-9)))/s, \(readable) still readable, largest memory "
        + "of one \(largest >> 20) MiB, of the process at the end \(PeakMemory.reset() >> 20) MiB, "
        + "slowest \(slowest.seconds) s (execution \(slowest.number)), no crash")
  }
}

/// The most memory that this process had.
private enum PeakMemory {
  private static let control = open("/proc/self/clear_refs", O_WRONLY)

  /// Begins anew.
  ///
  /// - Returns: the bytes that the process has now.
  static func reset() -> Int {
    // The kernel's name for forgetting the peak; see proc(5).
    _ = write(control, "5", 1)
    return bytes
  }

  /// The peak since the last ``reset()``, in bytes.
  static var bytes: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss << 10
  }
}
