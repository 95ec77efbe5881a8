import ArgumentParser
import PromptLensExperiments
import PromptLensJSONDocuments

/// A command that learns prompts, with options for fields of `LearningSettings`.
protocol LearningCommand: ParsableCommand {
  /// The command in the table of fields.
  static var learner: RunField.Command { get }
}

/// The options for learning a prompt that the table of fields, `RunField/all`, gives a command.
///
/// No option is declared here: a row of the table that names the command is an option with the row's name, help and
/// range. ArgumentParser asks a type's mirror for its options, so the mirror lists those of the table.
struct LearningOptions<Learner: LearningCommand>: ParsableArguments, CustomReflectable {
  private let options: [FieldOption]

  private static var fields: [RunField] { RunField.all.filter { $0.commands.contains(Learner.learner) } }

  init() { options = Self.fields.map { FieldOption($0) } }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: FieldOption.Key.self)
    options = try Self.fields.map { try FieldOption($0, from: container) }
  }

  var customMirror: Mirror {
    Mirror(self, children: options.map { $0.child }, displayStyle: .struct)
  }

  func validate() throws {
    for option in options {
      if let value = option.value { try option.field.check(value) }
    }
  }

  /// The settings of learning that the options describe.
  var settings: LearningSettings {
    var request = RunRequest()
    for option in options {
      if let value = option.value { option.field.setting?.set(&request, value) }
    }
    return request.learning
  }
}

/// The option of a field: its declaration, or the value that was parsed.
private struct FieldOption {
  let field: RunField
  private let declaration: Declaration

  private enum Declaration {
    case option(Option<JSON?>)
    case flag(Flag<Bool>)
  }

  /// The key that ArgumentParser knows the option by.
  struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Declares the option.
  init(_ field: RunField) {
    self.field = field
    let name = NameSpecification.customLong(field.option)
    if field.isFlag {
      declaration = .flag(Flag(wrappedValue: false, name: name, help: field.optionHelp))
    } else {
      declaration = .option(
        Option(name: name, help: field.optionHelp, completion: field.completion, transform: { try field.value(of: $0) })
      )
    }
  }

  /// Takes the value that was parsed.
  init(_ field: RunField, from container: KeyedDecodingContainer<Key>) throws {
    self.field = field
    let key = Key(stringValue: field.name)
    declaration =
      field.isFlag
      ? .flag(try container.decode(Flag<Bool>.self, forKey: key))
      : .option(try container.decode(Option<JSON?>.self, forKey: key))
  }

  /// The property that ArgumentParser recognizes.
  var child: Mirror.Child {
    switch declaration {
    case .option(let option): (field.name, option)
    case .flag(let flag): (field.name, flag)
    }
  }

  /// The value that was given; nil for the default.
  var value: JSON? {
    switch declaration {
    case .option(let option): option.wrappedValue
    case .flag(let flag): flag.wrappedValue ? .bool(true) : Optional<JSON>.none
    }
  }
}
