import Foundation
import PromptLensDatasets
import PromptLensFiles
import PromptLensJSONDocuments

/// A run in a comparison.
package struct ComparedRun {
  package let run: RunFolder
  /// The name of the run's folder, or what differs between runs where that is a task's id.
  package let name: String
  /// The result; `nil` for an unfinished run.
  package let result: RunResult?
  /// An identifier of the test images and classes.
  let testSet: String

  init(_ run: RunFolder, name: String) throws {
    self.run = run
    self.name = name
    result = try run.result
    let counts = ["\(result?.total ?? 0)", "\(result?.classCount ?? 0)"]
    testSet = ([run.description.text("data"), run.description.text("classes")] + counts).joined(separator: "\n")
  }

  /// The accuracy on the test images, if any.
  package var accuracy: Double? { result?.accuracy }
  /// The accuracy of zero-shot CLIP on the same images.
  package var zeroShotAccuracy: Double? { result?.zeroShotAccuracy }
  /// The number of training images of each class, if recorded.
  package var shots: Double? { run.description.number("shots") }

  /// Returns a description of the run's recipe: its method, and its values of some settings ("coop, middle,
  /// class-specific").
  func recipe(_ settings: [String]) -> String {
    let words = settings.compactMap { setting -> String? in
      switch run.description.settings[setting] {
      case nil, .null?, .bool(false)?: nil
      case .bool(true)?: setting.replacing("_", with: "-")
      case .string(let text)?: text.isEmpty ? nil : text
      case let value?: "\(setting.replacing("_", with: " ")) \(value.serialized())"
      }
    }
    return ([run.description.text("method")] + words).joined(separator: ", ")
  }
}

/// A comparison of several runs.
package struct RunComparison {
  /// The runs, in the order in which they were given.
  package let runs: [ComparedRun]
  /// The names of the data sets: those that distinguish them, among others beside which they are shown, too.
  package var dataNames: DataNames

  /// Reads the results of runs.
  ///
  /// - Throws: `JSONError` when a result is damaged or of a newer version.
  package init(_ runs: [RunFolder]) throws {
    let tasks = runs.filter { SweepTask.isID($0.name) }
    let names = SweepNames(tasks.map { ($0.name, $0.description.settings) })
    let ends = PathEnds.names(of: runs.map { URL(fileURLWithPath: $0.path).standardizedFileURL.path })
    self.runs = try zip(runs, ends).map { try ComparedRun($0, name: SweepTask.isID($0.name) ? names($0.name) : $1) }
    dataNames = DataNames(runs.map { $0.description.text("data") })
  }

  /// The settings that differ between runs, without fingerprints and settings that follow from others.
  package var differingSettings: [String] {
    let names = runs.flatMap { $0.run.description.settings.keys }.reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    return names.filter { name in
      let values = Set(runs.map { $0.run.description.text(name) })
      return values.count > 1 && !values.contains { $0.utf8.count == 64 } && !name.hasSuffix("_fingerprint")
        && name != "training_features" && name != "test_features" && !followsFromNoise(name)
    }
  }

  /// Returns whether runs with the same noise have the same value, as they have its rate and mostly its seed.
  private func followsFromNoise(_ name: String) -> Bool {
    name != "noise" && name.hasPrefix("noise")
      && Dictionary(grouping: runs) { $0.run.description.text("noise") }.values.allSatisfy { runs in
        Set(runs.map { $0.run.description.text(name) }).count == 1
      }
  }

  /// The runs with the same test images and classes, in the order of their first runs; unfinished ones apart.
  package var testSets: [[ComparedRun]] {
    var order: [String] = []
    let groups = Dictionary(grouping: runs) { $0.result == nil ? "" : $0.testSet }
    for run in runs {
      let key = run.result == nil ? "" : run.testSet
      if !order.contains(key) { order.append(key) }
    }
    return order.compactMap { groups[$0] }
  }

  /// The largest group of runs with the same test images and classes, since others aren't comparable.
  package var comparableRuns: [ComparedRun] {
    let groups = Dictionary(grouping: runs.filter { $0.accuracy != nil }, by: \.testSet)
    return groups.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?.value ?? []
  }

  // MARK: - Recipes

  /// The settings that distinguish recipes.
  private var settingsApart: [String] {
    differingSettings.filter { !["method", "shots", "seed", "epochs", "views"].contains($0) }
  }

  /// Returns finished runs that represent the others, in the order in which they were given: first the run with the
  /// most shots of each recipe, the most accurate recipes first, then the run with the second most shots of each.
  ///
  /// - Parameter limit: The maximum number of runs.
  /// - Returns: The runs.
  package func exemplars(_ limit: Int) -> [ComparedRun] {
    let finished = runs.indices.filter { runs[$0].result != nil }
    let apart = settingsApart
    let recipes = Dictionary(grouping: finished) { runs[$0].recipe(apart) }.values.map { recipe in
      recipe.sorted { (runs[$0].shots ?? 0, $1) > (runs[$1].shots ?? 0, $0) }
    }
    let ranked = recipes.flatMap { recipe in recipe.enumerated().map { (rank: $0.offset, index: $0.element) } }.sorted {
      ($0.rank, -(runs[$0.index].accuracy ?? 0), $0.index) < ($1.rank, -(runs[$1.index].accuracy ?? 0), $1.index)
    }
    return ranked.prefix(limit).map(\.index).sorted().map { runs[$0] }
  }
}

extension RunFolder {
  /// The name of the folder.
  package var name: String { URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent }
}
