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

/// The kind of an error, which determines the command line's exit code and the library's error.
package enum ErrorKind: Sendable {
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

  /// Creates the kind of an error of one of the libraries; `nil` for any other error.
  package init?(_ error: any Error) {
    switch error {
    case let error as FileError:
      switch error {
      case .missing, .otherFolder, .unreadable, .gitLFSPointer: self = .missingInput
      case .tooLarge: self = .badData
      case .unwritable, .noSpace, .exists, .isInput, .busy, .closedPipe: self = .cannotWrite
      }
    case TensorFileError.unwritable: self = .cannotWrite
    case DatasetError.unreadableImages(_, _, let areMissing): self = areMissing ? .missingInput : .badData
    case DatasetError.noClasses, DatasetError.noImages, DatasetError.incomplete: self = .missingInput
    case DatasetError.badSource, DatasetError.badDraw, DatasetError.badNoise, DatasetError.badHoldOut,
      FeatureError.badShard:
      self = .usage
    case LearningError.unknownLoss, LearningError.unknownStrategy, PromptError.otherLength: self = .usage
    case PromptError.templateWithoutPlaceholder, EvaluationError.noTemplates: self = .usage
    case ExperimentError.noResults, RankError.noLibrary, RankError.otherLibrary: self = .missingInput
    case ExperimentError.nothingToCompare, ExperimentError.noPublishedLine, ExperimentError.unknownClass,
      RankError.otherArguments:
      self = .usage
    case ExperimentError.failedTasks(_, _, _, _, areUnwritable: true): self = .cannotWrite
    case TensorError.plan, TensorError.addressSpace, RankError.failed, ExperimentError.unsound: self = .internalError
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
