import PromptLensExperiments

/// An error of the toolkit: one sentence that states the file or tensor, the expected and the found value, and a
/// remedy.
public struct PromptLensError: Error, Sendable, CustomStringConvertible {
  /// The kind of fault, for programs; the command line's exit codes make the same distinctions.
  public enum Kind: String, Sendable, CaseIterable {
    /// The arguments cannot be used together.
    case usage
    /// A file is damaged, hostile, or belongs to something else.
    case badData
    /// A file or its contents are missing.
    case missingInput
    /// The machine or the program computes wrongly.
    case internalError
    /// A file cannot be written.
    case cannotWrite
  }

  /// The kind of fault.
  public let kind: Kind
  /// The sentence.
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

/// Runs a body, and gives every error of the lower libraries the one public type.
func wrappingErrors<Result>(_ body: () throws -> Result) throws(PromptLensError) -> Result {
  do { return try body() } catch { throw PromptLensError(error) }
}
