import ArgumentParser
import PromptLensExperiments

// Options of train, from the table of fields.

extension RunField {
  /// The help of the option.
  var optionHelp: ArgumentHelp { ArgumentHelp(help ?? "", valueName: valueName) }

  /// Refuses a value of the option that is below the field's range.
  ///
  /// - Throws: `ValidationError` naming the option.
  func check(_ value: Int?) throws {
    guard let value, case .wholeNumber(let range)? = axis?.kind, value < range.lowerBound else { return }
    throw ValidationError("--\(option) is \(value), expected at least \(range.lowerBound).")
  }
}
