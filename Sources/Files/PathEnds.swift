/// The shortest ends of paths that distinguish them, for people.
package enum PathEnds {
  /// Returns the last part of each path, and of different paths with the same last part as many parts as distinguish them:
  /// `a/pictures.csv` and `b/pictures.csv`.
  ///
  /// - Parameter paths: the paths, which need not exist.
  /// - Returns: a name for each; equal paths have equal names.
  package static func names(of paths: [String]) -> [String] {
    let parts = paths.map(parts)
    let alike = Dictionary(grouping: parts.indices) { parts[$0].last ?? "" }
    var names = paths
    for indices in alike.values {
      let different = Set(indices.map { parts[$0] })
      let longest = different.map(\.count).max() ?? 1
      let count = (1...max(longest, 1)).first { count in
        Set(different.map { $0.suffix(count) }).count == different.count
      }
      for index in indices where !parts[index].isEmpty {
        names[index] = parts[index].suffix(count ?? longest).joined(separator: "/")
      }
    }
    return names
  }

  /// Returns the parts of a path, without those that lead nowhere; the first of an absolute one is empty.
  private static func parts(of path: String) -> [Substring] {
    var parts: [Substring] = path.hasPrefix("/") ? [""] : []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != "..", !last.isEmpty {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return parts
  }
}
