import CLIP
import Checkpoints
import Datasets
import Evaluation
import Files
import Images
import JSONDocuments
import PromptLearning
import Tensors
import Tokenization

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
    case CheckpointError.unwritable: self = .cannotWrite
    case DatasetError.noClasses, DatasetError.noImages, DatasetError.incomplete: self = .missingInput
    case DatasetError.badSource, DatasetError.badDraw, DatasetError.badShard: self = .usage
    case EvaluationError.templateWithoutPlace, EvaluationError.noTemplates: self = .usage
    case TensorError.plan: self = .internalError
    case TensorError.bfloat16Unsupported: self = .usage
    case is CheckpointError, is CLIPError, is DatasetError, is EvaluationError, is ImageError, is JSONError,
      is PromptError, is TensorError, is TokenizationError, is CommandError:
      self = .badData
    default: return nil
    }
  }
}

/// Inputs that are sound by themselves and do not go together.
enum CommandError: Error, Equatable, CustomStringConvertible {
  /// A vocabulary has another size than the model's token embedding.
  case vocabularySize(path: String, expected: Int, found: Int)
  /// A model folder holds no vocabulary, and a text is to be read.
  case noVocabulary(model: String)
  /// A path that should be a model folder is something else.
  case noModelFolder(path: String)
  /// A text file is not what it should be.
  case badTexts(path: String, reason: String)
  /// A context does not belong to the model's token embedding.
  case foreignContext(path: String, model: String, reason: String)
  /// Features do not belong to the model or the context that is measured on them.
  case foreignFeatures(path: String, reason: String)

  var description: String {
    switch self {
    case .vocabularySize(let path, let expected, let found):
      "\(path): the vocabulary has \(found) entries and the model's token embedding \(expected); give the vocabulary that "
        + "the model was trained with"
    case .noVocabulary(let model):
      "\(model): the model folder holds no vocabulary, so texts cannot be read; convert the checkpoint again with "
        + "--vocabulary"
    case .noModelFolder(let path):
      "\(path): this is no model folder; make one of a checkpoint with: promptlens convert \(path) --output DIR"
    case .badTexts(let path, let reason): "\(path): \(reason)"
    case .foreignContext(let path, let model, let reason):
      "\(path): this context does not belong to \(model): \(reason)"
    case .foreignFeatures(let path, let reason): "\(path): these features cannot be measured on: \(reason)"
    }
  }
}
