/// The process's exit codes. Source: BSD's sysexits.h.
package enum ExitStatus: Int32 {
  case usage = 64
  case badData = 65
  case missingInput = 66
  case internalError = 70
  case cannotWrite = 73
}
