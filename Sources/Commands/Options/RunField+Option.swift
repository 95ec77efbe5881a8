import ArgumentParser
import PromptLensExperiments

// The options of `train` are derived from the table of fields.

extension RunField {
  /// The help of the option.
  var optionHelp: ArgumentHelp { ArgumentHelp(help ?? "", valueName: valueName) }

  /// Rejects a value below the field's range.
  ///
  /// - Throws: `ValidationError` naming the option.
  func check(_ value: Int?) throws {
    guard let value, case .wholeNumber(let range)? = axis?.kind, value < range.lowerBound else { return }
    throw ValidationError("--\(option) is \(value), expected at least \(range.lowerBound).")
  }
}
