/// What a classifier was fitted with, as its file records it: classifiers that differ by the seed alone are pooled.
struct ProbeProvenance {
  /// The file's notes.
  let notes: [(name: String, text: String)]

  /// Of a probe.
  init(_ command: ProbeCommand, data: String) {
    let given: [(String, String?)] = [
      ("method", command.method.rawValue), ("data", data), ("shots", command.shots.map { "\($0)" } ?? "all"),
      ("seed", "\(command.seed)"),
      ("templates", command.templateOptions.given), ("c", command.inverseRegularization.map { "\($0)" }),
      ("learning_rate", command.learningRate.map { "\($0)" }), ("epochs", command.epochs.map { "\($0)" }),
    ]
    notes = given.compactMap { name, text in text.map { (name, $0) } }
  }
}
