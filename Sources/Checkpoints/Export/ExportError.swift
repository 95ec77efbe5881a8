/// A model that a format has no way to say.
package enum ExportError: Error, Equatable, CustomStringConvertible {
  /// The format has no place for a part of the architecture.
  case notExpressible(model: String, format: String, reason: String)

  /// One sentence: which model, which format, why, and the way out.
  package var description: String {
    switch self {
    case .notExpressible(let model, let format, let reason): "\(model): cannot be written as \(format): \(reason)"
    }
  }
}
