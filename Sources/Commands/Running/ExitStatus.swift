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
    case DatasetError.badSource, DatasetError.badDraw, DatasetError.badNoise, DatasetError.badShard:
      self = .usage
    case EvaluationError.templateWithoutPlace, EvaluationError.noTemplates: self = .usage
    case TensorError.plan: self = .internalError
    case TensorError.bfloat16Unsupported: self = .usage
    case is CheckpointError, is ExportError, is CLIPError, is DatasetError, is EvaluationError, is ImageError,
      is JSONError, is TensorError, is TokenizationError, is PromptError, is CommandError:
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
  /// A model folder holds no features to compare with.
  case noGoldenFeatures(model: String)
  /// A model's features are not those that they should be.
  case featuresDiffer(model: String, check: String, largest: Double, tolerance: Double)
  /// A context file without a run says nothing of its model.
  case noModel(context: String)
  /// Nothing says which classes are meant.
  case noClassNames(context: String)
  /// Numbers differ from those that other software computed.
  case different(path: String, what: String, tolerance: Double)
  /// Features do not belong to the model, the draw or the classes.
  case foreignFeatures(path: String, model: String, reason: String)
  /// A context does not belong to the model's token embedding.
  case foreignContext(path: String, model: String, reason: String)

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
    case .noGoldenFeatures(let model):
      "\(model): the model folder holds no golden.json; convert the source again without --no-verify, or give features that "
        + "were computed elsewhere with --expected"
    case .featuresDiffer(let model, let check, let largest, let tolerance):
      "\(model): the \(check) differ by up to \(largest.scientific), more than \(tolerance.scientific): this is not the "
        + "model that they were computed from, or one of them is damaged"
    case .noModel(let context): "\(context): a context file does not say where its model is; give --model DIR"
    case .noClassNames(let context): "\(context): this context has no class names; give --classes FILE"
    case .different(let path, let what, let tolerance):
      "\(path): \(what) differ from what is expected by more than \(tolerance)"
    case .foreignFeatures(let path, let model, let reason):
      "\(path): these features do not go with \(model): \(reason)"
    case .foreignContext(let path, let model, let reason):
      "\(path): this context does not belong to \(model): \(reason)"
    }
  }
}
