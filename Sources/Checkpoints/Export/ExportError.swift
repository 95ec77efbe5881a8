/// A model that a format cannot express.
package enum ExportError: Error, Equatable, CustomStringConvertible {
  /// The format cannot state a part of the architecture.
  case notExpressible(model: String, format: String, reason: String)

  /// One sentence: the model, the format, the reason, and a remedy.
  package var description: String {
    switch self {
    case .notExpressible(let model, let format, let reason): "\(model): cannot be written as \(format): \(reason)"
    }
  }
}
