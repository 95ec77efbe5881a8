extension ImageCheck {
  /// Returns the group of each image of a list: images of the same file, with the same pixels or that look alike share one.
  ///
  /// - Parameter paths: the images, as the checked list gives them.
  /// - Returns: a number for each image.
  package func groups(of paths: [String]) -> [Int] {
    var places: [String: Int] = [:]
    var sets = DisjointSets(count: paths.count)
    for (index, path) in paths.enumerated() {
      if let first = places[path] { sets.join(first, index) } else { places[path] = index }
    }
    for group in duplicates + nearDuplicates {
      let known = group.images.compactMap { places[$0.path] }
      for other in known.dropFirst() { sets.join(known[0], other) }
    }
    var groups = Array(paths.indices)
    for members in sets.groups() {
      for member in members { groups[member] = members[0] }
    }
    return groups
  }
}
