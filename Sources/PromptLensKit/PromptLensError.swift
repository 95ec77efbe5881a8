import PromptLensExperiments

/// An error of the toolkit, described in one sentence with the file or tensor, the expected and the found value, and a
/// remedy.
public struct PromptLensError: Error, Sendable, CustomStringConvertible {
  /// The kind of an error; the command line has an exit code for each.
  public enum Kind: String, Sendable, CaseIterable {
    /// Arguments that can't be used, or not together.
    case usage
    /// A file that is damaged, hostile, or doesn't match.
    case badData
    /// A missing file, or one with missing contents.
    case missingInput
    /// An incorrect result of the machine or the program.
    case internalError
    /// A file that can't be written.
    case cannotWrite
  }

  /// The kind of the error.
  public let kind: Kind
  /// The sentence that describes the error.
  public let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  init(_ error: any Error) {
    if let error = error as? PromptLensError {
      self = error
      return
    }
    let kind: Kind =
      switch ErrorKind(error) {
      case .usage: .usage
      case .badData: .badData
      case .missingInput: .missingInput
      case .cannotWrite: .cannotWrite
      case .internalError, nil: .internalError
      }
    self.init(kind, "\(error)")
  }
}

/// Runs a closure, and converts its errors to the public error type.
func wrappingErrors<Result>(_ body: () throws -> Result) throws(PromptLensError) -> Result {
  do { return try body() } catch { throw PromptLensError(error) }
}
