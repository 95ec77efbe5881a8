import PromptLensExperiments
import ArgumentParser
import PromptLensEvaluation

/// Which classes of other data are which, where names do not say it.
struct ClassMapOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A file of classes: the target's, a tab, the source's.", valueName: "file"))
  var map: String?

  /// Reads the file.
  ///
  /// - Parameter targets: the data that it may speak of.
  /// - Returns: the file's pairs; nil when no file is given.
  /// - Throws: what reading throws; ``ExperimentError/badTexts(path:reason:)`` for a class that is no target's.
  func read(for targets: [ClassMatching.Classes]) throws -> ClassMap? {
    guard let map else { return nil }
    let pairs = try ClassMap(contentsOf: map)
    try pairs.check(against: targets)
    return pairs
  }
}
