import PromptLensPrompts
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensTensorFiles
import PromptLensTensors
import PromptLensTokenization

/// A learned context, from a run folder or a context file, with its model.
package struct LearnedPrompt {
  /// The file.
  package let path: String
  package let context: LearnedContext
  package let run: RunFolder?
  package let model: OpenedModel
  package let tokenizer: any Tokenizer
  /// The classes for which the context was learned, if known.
  package let classNames: [String]?

  /// Opens a context.
  ///
  /// - Parameters:
  ///   - path: a run folder, or a context file.
  ///   - modelPath: the model; nil for the one that the run recorded.
  ///   - precision: the arithmetic of the towers.
  /// - Throws: `PromptError` when a run is unfinished, ``ExperimentError`` when the model is unknown or another's.
  package init(_ path: String, model modelPath: String?, precision: ComputePrecision) throws {
    try self.init(path) { recorded in
      guard let folder = modelPath ?? recorded else { throw ExperimentError.noModel(context: path) }
      return try OpenedModel(folder, precision: precision)
    }
  }

  /// Opens a context on an opened model.
  ///
  /// - Throws: `PromptError` when a run is unfinished, ``ExperimentError`` when the model is another's.
  package init(_ path: String, on model: OpenedModel) throws { try self.init(path) { _ in model } }

  private init(_ path: String, open: (_ recorded: String?) throws -> OpenedModel) throws {
    run = RunFolder.exists(at: path) ? try RunFolder(path) : nil
    let result = try run?.result
    guard run == nil || result != nil else {
      throw ExperimentError.badRun(
        path: path, reason: "it is unfinished; resume it with the same promptlens train")
    }
    self.path = run?.contextPath ?? DasslOutput.checkpoint(in: path) ?? path
    let stored = try ContextFile.read(self.path)
    if let result, try Fingerprint.of(stored.vectors) != result.contextSHA256 {
      throw ExperimentError.badRun(
        path: path, reason: "context.h5 is not the context that result.json is about: files of two runs are mixed")
    }
    try stored.requirePrompts(source: self.path)
    model = try open(run?.description.model)
    try stored.check(against: model, path: self.path)
    tokenizer = try model.tokenizer()
    var provenance = stored.provenance
    provenance?.wordsBehind = try stored.wordsBehind(accordingTo: model.folder)
    classNames = try stored.classNames(accordingTo: model.folder) ?? run?.description.classNames
    context = try LearnedContext(
      vectors: stored.vectors, classNames: classNames, classPosition: stored.classPosition,
      embeddingFingerprint: stored.embeddingFingerprint, metaNetwork: stored.metaNetwork, provenance: provenance,
      source: self.path)
  }

  /// A sentence on written words between the vectors and the class names; nil without any.
  package var noteOnWords: String? {
    guard let words = context.provenance?.wordsBehind, !words.isEmpty else { return nil }
    return
      "note: between the vectors of \(path) and every class name stands \"\(tokenizer.decode(words))\", as its embeddings "
      + "show"
  }

  /// Returns the classifier for some classes.
  package func classifier(
    _ classNames: [String], position: ClassPosition? = nil, observer: ExperimentObserver = .silent
  ) throws -> PromptClassifier {
    try PromptClassifier(
      context, source: path, classNames: classNames, position: position, model: model, tokenizer: tokenizer,
      observer: observer)
  }

  /// Returns the rows of some classes with the unshifted vectors,
  /// `[classes, embedDimension]`.
  package func weights(_ classNames: [String], position: ClassPosition? = nil) throws -> Tensor {
    try rows(classNames, position: position).weights
  }

  /// Returns the class weights of some classes as a file, with the images that the prompt was learned from.
  func classifierFile(_ classNames: [String], position: ClassPosition? = nil) throws -> ClassifierFile {
    let classifier = try rows(classNames, position: position)
    var file = ClassifierFile(
      kind: LinearClassifier.kind, parts: [("weights", classifier.weights)],
      settings: [("scale", Double(model.clip.logitScale)), ("normalizes", 1)], classNames: classNames,
      modelFingerprint: model.folder.manifest.fingerprint,
      notes: [("class_position", classifier.classPosition.rawValue)])
    file.imageHashes = run?.imageHashes ?? []
    return file
  }

  /// Encodes the prompts of some classes.
  func rows(_ classNames: [String], position: ClassPosition? = nil) throws -> ContextClassifier {
    try ContextClassifier(
      context, source: path, classNames: classNames, classPosition: position, encoder: model.clip.textEncoder(),
      tokenizer: tokenizer, contextLimit: model.configuration.text.contextLength)
  }
}
