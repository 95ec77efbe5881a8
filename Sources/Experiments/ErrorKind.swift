import PromptLensFeatures
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFiles
import PromptLensImages
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensPrompts
import PromptLensTensorFiles
import PromptLensTensors
import PromptLensTokenization

/// The kind of a fault: the command line's exit codes and the library's errors are made of it.
package enum ErrorKind: Sendable {
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

  /// Creates the kind of an error of one of the libraries; `nil` for any other error.
  package init?(_ error: any Error) {
    switch error {
    case let error as FileError:
      switch error {
      case .missing, .unreadable: self = .missingInput
      case .tooLarge: self = .badData
      case .unwritable: self = .cannotWrite
      }
    case TensorFileError.unwritable: self = .cannotWrite
    case DatasetError.noClasses, DatasetError.noImages, DatasetError.incomplete: self = .missingInput
    case DatasetError.badSource, DatasetError.badDraw, DatasetError.badNoise, DatasetError.badHoldOut,
      FeatureError.badShard:
      self = .usage
    case LearningError.unknownLoss, LearningError.unknownStrategy, PromptError.otherLength: self = .usage
    case PromptError.templateWithoutPlace, EvaluationError.noTemplates: self = .usage
    case ExperimentError.noResults: self = .missingInput
    case TensorError.plan, ExperimentError.unsound: self = .internalError
    case TensorError.bfloat16Unsupported: self = .usage
    case is CheckpointError, is ExportError, is CLIPError, is DatasetError, is FeatureError, is EvaluationError,
      is ImageError,
      is JSONError, is TensorError, is TensorFileError, is TokenizationError, is PromptError, is LearningError,
      is ExperimentError:
      self = .badData
    default: return nil
    }
  }
}
