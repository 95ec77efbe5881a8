import PromptLensJSONDocuments

/// A field of a run's settings.
///
/// The table ``all`` determines the options of `train`, the schema and the tasks of sweeps, the settings in run.json,
/// the grouping of runs and the names of groups. A new hyperparameter is a property of
/// ``LearningSettings`` with a row in the table, and a line where it's used.
package struct RunField: Sendable {
  /// The name in run.json.
  package let name: String
  /// The help of the option of `train`; nil if the field isn't an option of its own.
  package let help: String?
  /// The name of the option of `train`, without hyphens in front.
  package let option: String
  /// The word that stands for the option's value in help; nil for the option's name.
  package let valueName: String?
  /// The values that sweeps take; nil when sweeps can't vary the field.
  package let axis: Axis?
  /// Whether the value is a hash, which comparisons omit.
  package let isFingerprint: Bool
  /// Whether the value follows from the seed: runs that differ only in such fields form one group.
  package let variesWithSeed: Bool
  /// The function that returns the value in the name of a group of runs; nil for the field's name and the value.
  let label: (@Sendable (JSON) -> String)?
  /// The function that returns the value of a run; nil if run.json omits it.
  let recorded: @Sendable (LearningRun) -> JSON?

  init(
    _ name: String, help: String? = nil, option: String? = nil, valueName: String? = nil, axis: Axis? = nil,
    isFingerprint: Bool = false, variesWithSeed: Bool = false, label: (@Sendable (JSON) -> String)? = nil,
    recorded: @escaping @Sendable (LearningRun) -> JSON?
  ) {
    self.name = name
    self.help = help
    self.option = option ?? name.replacing("_", with: "-")
    self.valueName = valueName
    var axis = axis
    axis?.name = option?.replacing("-", with: "_") ?? name
    self.axis = axis
    self.isFingerprint = isFingerprint
    self.variesWithSeed = variesWithSeed
    self.label = label
    self.recorded = recorded
  }

  /// Returns the field of a name in run.json.
  package static func named(_ name: String) -> RunField? { byName[name] }

  private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

  /// Returns the settings of a run that must be equal for the run to be resumed.
  static func settings(of run: LearningRun) -> JSON.Object {
    var settings = JSON.Object()
    for field in all { settings[field.name] = field.recorded(run) }
    return settings
  }
}
