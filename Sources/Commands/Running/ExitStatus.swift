import PromptLensTensorFiles
import PromptLensExperiments
import PromptLensPrompts
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFiles
import PromptLensImages
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensReporting
import PromptLensTensors
import PromptLensTokenization

/// What the process's exit code says of an error. Source: BSD's sysexits.h.
enum ExitStatus: Int32 {
  case usage = 64
  case badData = 65
  case missingInput = 66
  case internalError = 70
  case cannotWrite = 73

  /// The status for an error of one of the libraries; `nil` for the argument parser's own, which knows its status.
  init?(_ error: any Error) {
    switch error {
    case let error as FileError:
      switch error {
      case .missing, .unreadable: self = .missingInput
      case .tooLarge: self = .badData
      case .unwritable: self = .cannotWrite
      }
    case TensorFileError.unwritable: self = .cannotWrite
    case DatasetError.noClasses, DatasetError.noImages, DatasetError.incomplete: self = .missingInput
    case DatasetError.badSource, DatasetError.badDraw, DatasetError.badNoise, DatasetError.badShard:
      self = .usage
    case LearningError.unknownLoss, LearningError.unknownStrategy, PromptError.otherLength: self = .usage
    case PromptError.templateWithoutPlace, EvaluationError.noTemplates: self = .usage
    case ExperimentError.noResults: self = .missingInput
    case TensorError.plan, ExperimentError.unsound: self = .internalError
    case TensorError.bfloat16Unsupported: self = .usage
    case is CheckpointError, is ExportError, is CLIPError, is DatasetError, is EvaluationError, is ImageError,
      is JSONError, is TensorError, is TensorFileError, is TokenizationError, is PromptError, is LearningError,
      is ReportError, is ExperimentError:
      self = .badData
    default: return nil
    }
  }
}
