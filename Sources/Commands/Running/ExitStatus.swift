import PromptLensExperiments
import PromptLensReporting

/// The process's exit codes. Source: BSD's sysexits.h.
enum ExitStatus: Int32 {
  case usage = 64
  case badData = 65
  case missingInput = 66
  case internalError = 70
  case cannotWrite = 73

  /// Creates the status for an error of one of the libraries; `nil` for the argument parser's own errors.
  init?(_ error: any Error) {
    switch ErrorKind(error) {
    case .usage?: self = .usage
    case .badData?: self = .badData
    case .missingInput?: self = .missingInput
    case .internalError?: self = .internalError
    case .cannotWrite?: self = .cannotWrite
    case nil:
      guard error is ReportError else { return nil }
      self = .badData
    }
  }
}
