import Checkpoints
import Datasets
import Evaluation
import Files
import Foundation
import JSONDocuments
import PromptLearning
import Tensors
import Tokenization

/// A learned context, from a run folder or a file of its own, with the model that it belongs to.
struct LearnedPrompt {
  /// The file.
  let path: String
  let context: LearnedContext
  let run: RunFolder?
  let model: OpenedModel
  let tokenizer: Tokenizer

  /// Opens a context.
  ///
  /// - Parameters:
  ///   - path: a run folder, or a context file.
  ///   - modelPath: the model; nil for the one that the run recorded.
  init(_ path: String, model modelPath: String?, precision: ComputePrecision) throws {
    run = RunFolder.stands(at: path) ? try RunFolder(path) : nil
    if let run {
      guard run.result != nil else {
        throw PromptError.badRun(path: path, reason: "it is not finished; go on with it by the same promptlens train")
      }
    }
    self.path = run?.contextPath ?? path
    context = try ContextFile.read(self.path)
    var recorded: String?
    if case .string(let model)? = run?.description.record["model"] { recorded = model }
    guard let folder = modelPath ?? recorded else { throw CommandError.noModel(context: path) }
    model = try OpenedModel(folder, precision: precision)
    tokenizer = try model.tokenizer()
    let fingerprint = model.folder.manifest.tokenEmbeddingFingerprint
    if let learnedOn = context.embeddingFingerprint, learnedOn != fingerprint {
      throw CommandError.foreignContext(
        path: path, model: folder,
        reason:
          "it was learned on the token embedding \(learnedOn.prefix(12))…, the model's is \(fingerprint.prefix(12))…")
    }
  }

  /// The classes that the context was learned for, if it or its run says.
  var classNames: [String]? { context.classNames ?? run?.description.classNames }

  /// The template of the data set that the run learned from.
  var template: String? {
    guard case .string(let template)? = run?.description.record["template"] else { return nil }
    return template
  }

  /// The classifier for some classes.
  func classifier(_ classNames: [String], position: ClassPosition? = nil) throws -> ContextClassifier {
    try ContextClassifier(
      context, source: path, classNames: classNames, classPosition: position, encoder: model.clip.textEncoder(),
      tokenizer: tokenizer, contextLimit: model.configuration.text.contextLength)
  }
}
