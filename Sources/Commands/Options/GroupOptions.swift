import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensExperiments

/// The option to group images by columns of their list.
struct GroupOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Columns of the images' list, one or several with commas, to measure the accuracy by groups and the worst group.",
      valueName: "column"),
    transform: { try CommaList.parts($0) })
  var group: [String]?

  @Option(
    help: ArgumentHelp(
      "A table with the columns of --group: a row for each row of --features, or the column path.", valueName: "file"))
  var groupTable: String?

  func validate() throws {
    guard group != nil || groupTable == nil else { throw ValidationError("--group-table goes with --group.") }
  }

  /// The grouping of images that a list or a file of features names; nil for none.
  var grouping: Grouping? { group.map { Grouping(columns: $0, table: groupTable) } }

  /// Refuses a table beside a list, which has the columns itself.
  func check(beside source: ImageSourceOptions<TestImages>) throws {
    guard groupTable == nil || source.features != nil else {
      throw ValidationError("--group-table goes with --features; a list of images has its columns itself.")
    }
  }
}
