import ArgumentParser

/// A learning rate on the command line: a number, or `auto`.
struct LearningRateOption: ExpressibleByArgument {
  /// The number; nil for the rate that suits the model.
  let value: Double?

  /// The rate that suits the model.
  static let automatic = LearningRateOption(value: nil)

  private init(value: Double?) { self.value = value }

  init?(argument: String) {
    guard argument.lowercased() != "auto" else {
      self = .automatic
      return
    }
    guard let value = Double(argument) else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { value.map { "\($0)" } ?? "auto" }
}
