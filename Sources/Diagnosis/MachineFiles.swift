import Foundation

/// The files in which Linux describes the machine and the limits of this process; absent files have no text.
package struct MachineFiles {
  private let root: String

  /// Creates a reader of the machine's files.
  ///
  /// - Parameter root: a prefix of every path; tests pass a temporary folder.
  package init(root: String = "") { self.root = root }

  func text(_ path: String) -> String? {
    // These files have no size, so they are read until they end.
    guard let bytes = (try? FileHandle(forReadingAtPath: root + path)?.readToEnd()) ?? nil else { return nil }
    return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Returns the value of the first line `name: value`.
  func field(_ name: String, of path: String) -> String? {
    text(path)?.split(separator: "\n").lazy.compactMap { line -> String? in
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name else { return nil }
      return parts[1].trimmingCharacters(in: .whitespaces)
    }.first
  }

  /// Returns the values of a control-group file for this process's group and the groups around it, the innermost first.
  ///
  /// - Parameters:
  ///   - name: the file of version 2: `cpu.max`.
  ///   - controller: the controller whose folder version 1 has: `cpu`.
  ///   - older: the file of version 1: `cpu.cfs_quota_us`.
  /// - Returns: the files' texts; empty where the machine doesn't have control groups.
  func controlGroup(_ name: String, controller: String, older: String) -> [String] {
    var values: [String] = []
    for line in (text("/proc/self/cgroup") ?? "").split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 3 else { continue }
      let isUnified = parts[0] == "0" && parts[1].isEmpty
      guard isUnified || parts[1].split(separator: ",").contains(Substring(controller)) else { continue }
      let mount = isUnified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/\(controller)"
      var group = parts[2]
      while true {
        if let value = text("\(mount)\(group == "/" ? "" : group)/\(isUnified ? name : older)") { values.append(value) }
        guard group.count > 1, let slash = group.lastIndex(of: "/") else { break }
        group = slash == group.startIndex ? "/" : String(group[..<slash])
      }
    }
    return values
  }
}
