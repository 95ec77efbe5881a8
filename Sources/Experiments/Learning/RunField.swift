import PromptLensJSONDocuments
import PromptLensPrompts

/// A field of a run's settings.
///
/// ``all`` is the one table that the options of `train`, `base-to-new` and `noise`, the schema and the tasks of sweeps,
/// the settings in run.json, the grouping of runs and the names of groups are made from. A new hyperparameter is a
/// property of ``LearningSettings`` with a row in the table, and a line where it's used.
package struct RunField: Sendable {
  /// A command that learns prompts, and offers fields of ``LearningSettings`` as options.
  package enum Command: Sendable, CaseIterable {
    case train
    case baseToNew
    case noise
  }

  /// The name in run.json.
  package let name: String
  /// The help of the option of `train`; nil if the field isn't an option of its own.
  package let help: String?
  /// The name of the option of `train`, without hyphens in front.
  package let option: String
  /// The word that stands for the option's value in help; nil for the option's name.
  package let valueName: String?
  /// The commands that have the option without declaring it.
  package let commands: Set<Command>
  /// The values that can be asked for; nil when the field follows from others.
  package let setting: Setting?
  /// Whether the value is a hash, which comparisons omit.
  package let isFingerprint: Bool
  /// Whether the value follows from the seed: runs that differ only in such fields form one group.
  package let variesWithSeed: Bool
  /// The function that returns the value in the name of a group of runs; nil for the field's name and the value.
  let label: (@Sendable (JSON) -> String)?
  /// The function that returns the value of a run, by default the one that was asked for; nil when run.json leaves it
  /// out, as it does a later field's default.
  let recorded: @Sendable (LearningRun) -> JSON?

  package init(
    _ name: String, help: String? = nil, option: String? = nil, valueName: String? = nil,
    commands: [Command] = [], setting: Setting? = nil, isLater: Bool = false, isFingerprint: Bool = false,
    variesWithSeed: Bool = false, label: (@Sendable (JSON) -> String)? = nil,
    recorded: (@Sendable (LearningRun) -> JSON?)? = nil
  ) {
    self.name = name
    self.help = help
    self.option = option ?? name.replacing("_", with: "-")
    self.valueName = valueName
    self.commands = Set(commands)
    var named = setting
    named?.name = option?.replacing("-", with: "_") ?? name
    named?.isLater = isLater
    let setting = named
    self.setting = setting
    self.isFingerprint = isFingerprint
    self.variesWithSeed = variesWithSeed
    self.label = label
    self.recorded =
      recorded ?? { run in
        var request = RunRequest()
        request.learning = run.asked
        return setting?.value(in: request)
      }
  }

  /// Returns what distinguishes contexts of one method, from settings that record it: `UC` or `CSC`, and the position of the
  /// class name where it isn't at the end.
  static func contextKind(in settings: JSON.Object) -> [String?] {
    if case .string(let name)? = settings[method.name], MethodName(rawValue: name)?.isDeep == true { return [] }
    return [classSpecific, classPosition].map { field in
      guard let value = settings[field.name], value != .null, value != .string(ClassPosition.end.rawValue) else {
        return nil
      }
      return field.label?(value)
    }
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

  /// Returns the fields that a command has options for, as they were asked for.
  static func settings(of learning: LearningSettings, for command: Command) -> JSON.Object {
    var request = RunRequest()
    request.learning = learning
    var settings = JSON.Object()
    for field in all where field.commands.contains(command) {
      settings[field.name] = field.setting?.value(in: request)
    }
    return settings
  }
}
