/// Paths as lists of images have them.
enum WrittenPaths {
  /// Returns paths without blanks at their ends and with slashes for backslashes, which Windows writes.
  ///
  /// A name may hold a backslash on other systems: paths stay as they are where the first such file is there.
  ///
  /// - Parameters:
  ///   - paths: the paths as they are written.
  ///   - root: the folder that they start from.
  /// - Returns: the paths, and how many had backslashes that were read as slashes.
  static func read(_ paths: [String], from root: String) -> (paths: [String], backslashes: Int) {
    let trimmed = paths.map { $0.trimming(while: \.isWhitespace) }
    guard let first = trimmed.first(where: { $0.contains("\\") }),
      !FolderListing.exists(first.hasPrefix("/") || root.isEmpty ? first : "\(root)/\(first)")
    else { return (trimmed, 0) }
    var count = 0
    let read = trimmed.map { path in
      guard path.contains("\\") else { return path }
      count += 1
      return path.replacing("\\", with: "/")
    }
    return (read, count)
  }
}
