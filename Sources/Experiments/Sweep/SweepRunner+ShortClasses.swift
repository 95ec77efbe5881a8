import PromptLensDatasets

extension SweepRunner {
  /// Returns warnings about classes with fewer images than shots, one for each data set and number of shots.
  ///
  /// - Returns: the warnings, with the data sets' names where there are several.
  /// - Throws: the errors of reading the lists.
  package func shortClasses() throws -> [String] {
    let names = DataNames(tasks.map(\.data))
    let hasSeveral = Set(tasks.map(\.data)).count > 1
    var known: Set<String> = []
    return try tasks.compactMap { task in
      guard let shots = task.shots, known.insert("\(shots) \(task.data)").inserted,
        let short = try task.images(in: folder, cache: cache).shortClasses(task.learning, model(of: task))
      else { return nil }
      return hasSeveral ? "\(names(task.data)): \(short)" : short
    }
  }
}
