/// An error of exporting a model to a format that can't express it.
package enum ExportError: Error, Equatable, CustomStringConvertible {
  /// A part of the architecture that the format can't express.
  case notExpressible(model: String, format: String, reason: String)

  /// One sentence: the model, the format, the reason, and a remedy.
  package var description: String {
    switch self {
    case .notExpressible(let model, let format, let reason): "\(model): cannot be written as \(format): \(reason)"
    }
  }
}
