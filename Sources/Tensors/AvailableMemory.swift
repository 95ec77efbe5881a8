import Foundation

/// The memory that is available to this process.
package enum AvailableMemory {
  /// The available bytes of the machine and of the process's control groups; half of the machine's memory if unknown.
  package static var bytes: Int {
    bytes(root: "") ?? Int(clamping: ProcessInfo.processInfo.physicalMemory / 2)
  }

  /// Returns the available bytes according to Linux's files below `root`; nil if unknown.
  package static func bytes(root: String) -> Int? {
    let machine = field("MemAvailable:", of: "\(root)/proc/meminfo").map { $0 << 10 }
    let groups = (try? String(contentsOfFile: "\(root)/proc/self/cgroup", encoding: .utf8)) ?? ""
    let allowed = groups.split(separator: "\n").flatMap { line -> [Int] in
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map { String($0) }
      guard parts.count == 3 else { return [] }
      // Version 2 has one hierarchy without a name, version 1 one for memory.
      if parts[0] == "0", parts[1].isEmpty {
        return left(in: "\(root)/sys/fs/cgroup", group: parts[2], limit: "memory.max", use: "memory.current")
      }
      guard parts[1].split(separator: ",").contains(Substring("memory")) else { return [] }
      return left(
        in: "\(root)/sys/fs/cgroup/memory", group: parts[2], limit: "memory.limit_in_bytes",
        use: "memory.usage_in_bytes")
    }
    return (allowed + (machine.map { [$0] } ?? [])).min()
  }

  /// Returns the available bytes of a group and its parents, if they have a limit. Inside a container the
  /// group's path may not exist; then the topmost folder is the container's own.
  private static func left(in top: String, group: String, limit: String, use: String) -> [Int] {
    var parts = group.split(separator: "/").map { String($0) }
    var found: [Int] = []
    while true {
      let folder = ([top] + parts).joined(separator: "/")
      if let limit = number(in: "\(folder)/\(limit)"), let used = number(in: "\(folder)/\(use)") {
        // Cached files count as used until a process needs the memory.
        let reclaimable = field("inactive_file", of: "\(folder)/memory.stat") ?? 0
        found.append(max(limit - max(used - reclaimable, 0), 0))
      }
      guard !parts.isEmpty else { return found }
      parts.removeLast()
    }
  }

  private static func number(in path: String) -> Int? {
    (try? String(contentsOfFile: path, encoding: .utf8)).flatMap { Int($0.filter { !$0.isWhitespace }) }
  }

  /// Returns the number after a word at the beginning of a line.
  private static func field(_ name: String, of path: String) -> Int? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map { String($0) }
      if words.count >= 2, words[0] == name { return Int(words[1]) }
    }
    return nil
  }
}
