import ArgumentParser
import PromptLensExperiments
import PromptLensJSONDocuments

// Options from the table of fields.

extension RunField {
  /// The help of the option, with the values and the default of one that the table declares.
  var optionHelp: ArgumentHelp {
    var notes: [String] = []
    if !commands.isEmpty, let setting {
      if case .choice(let values) = setting.kind { notes.append("values: \(values.joined(separator: ", "))") }
      switch setting.fallback {
      case .string(let text)?: notes.append("default: \(text)")
      case .number(let number)?: notes.append("default: \(number)")
      default: break
      }
    }
    let note = notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
    return ArgumentHelp("\(help ?? "")\(note)", valueName: valueName)
  }

  /// Whether the option is a flag.
  var isFlag: Bool {
    if case .truth? = setting?.kind { true } else { false }
  }

  /// The values that a shell completes; nil when they can't be listed.
  var completion: CompletionKind? {
    if case .choice(let values)? = setting?.kind { .list(values) } else { nil }
  }

  /// Reads the text after the option.
  ///
  /// - Throws: `ValidationError` saying what is expected, or the error of reading a text of a form.
  func value(of text: String) throws -> JSON {
    switch setting?.kind {
    case .text?, nil: return .string(text)
    case .choice(let values)?:
      guard values.contains(text) else {
        throw ValidationError("expected one of \(values.joined(separator: ", ")).")
      }
      return .string(text)
    case .wholeNumber?:
      guard let number = Int(text) else { throw ValidationError("expected a whole number.") }
      return JSON(number)
    case .positiveNumber?:
      let isAutomatic = setting?.null != nil
      if isAutomatic, text.lowercased() == "auto" { return .null }
      guard let number = Double(text) else {
        throw ValidationError("expected a number\(isAutomatic ? ", or auto" : "").")
      }
      return .number(number)
    case .truth?:
      guard let truth = Bool(text) else { throw ValidationError("expected true or false.") }
      return .bool(truth)
    case .written(_, let normalized)?:
      // The text stays as it is, so that no digit is lost.
      _ = try normalized(text)
      return .string(text)
    }
  }

  /// Rejects a value below the field's range.
  ///
  /// - Throws: `ValidationError` naming the option.
  func check(_ value: JSON) throws {
    switch (setting?.kind, value) {
    case (.wholeNumber(let range)?, .integer(let number)) where number < range.lowerBound:
      throw ValidationError("--\(option) is \(number), expected at least \(range.lowerBound).")
    case (.positiveNumber?, .number(let number)) where !(number > 0 && number.isFinite):
      throw ValidationError("--\(option) is \(number), expected more than 0.")
    default: return
    }
  }
}
