import PromptLensCheckpoints
import PromptLensEvaluation
import PromptLensPrompts
import PromptLensTensors

/// The class weights of a learned prompt, or a stored classifier, written to a file for other software.
package struct ClassifierExport: Sendable {
  /// A run folder, a context file, a folder of `probe` or a classifier file.
  package var path: String
  /// The file to write, whose ending determines its format.
  package var output: String
  /// The layout of the weights.
  package var layout = ClassifierFile.Layout.rows
  /// The model's folder; nil for the one that a run recorded.
  package var model: String?
  /// A file of class names; nil for those that the prompt was learned for.
  package var classes: String?
  /// The position of the class name, if not the context's own.
  package var classPosition: ClassPosition?
  /// The kind of a `.npy` array without a description; nil if the path isn't one.
  package var kind: PlainArray.Kind?
  /// The arithmetic of the towers.
  package var precision = ComputePrecision.float32

  /// Creates an export.
  ///
  /// - Parameters:
  ///   - path: a run folder, a context file, a folder of `probe` or a classifier file.
  ///   - output: the file to write.
  package init(_ path: String, output: String) {
    self.path = path
    self.output = output
  }

  /// The file of a stored classifier; nil for a prompt.
  package var storedPath: String? { StoredClassifier.path(of: path) }

  /// Writes the file.
  ///
  /// - Returns: the number of classes and the width of their weights.
  /// - Throws: errors of inputs that cannot be read or don't go together, and of writing;
  ///   ``ExperimentError/foreignClassifier(path:reason:)`` for an image-conditioned context;
  ///   ``ExperimentError/unknownArrayKind(path:)`` for an array that could be a context or class weights.
  package func run() throws -> (classCount: Int, width: Int) {
    if let storedPath {
      let stored = try StoredClassifier(storedPath)
      try stored.file.write(to: output, layout: layout)
      return (stored.classifier.classCount, stored.classifier.width)
    }
    if PlainArray.exists(at: path), kind != .context {
      guard kind == .classifier else { throw ExperimentError.unknownArrayKind(path: path) }
      throw ExperimentError.foreignClassifier(
        path: path,
        reason: "it already is class weights; promptlens evaluate and predict take it with --kind classifier")
    }
    if LearnedDeepPrompt.exists(at: path) {
      let learned = try LearnedDeepPrompt(path, model: model, precision: precision)
      guard let names = try classes.map(TextFile.classNames) ?? learned.classNames else {
        throw ExperimentError.noClassNames(context: path)
      }
      try learned.classifierFile(names).write(to: output, layout: layout)
      return (names.count, learned.model.configuration.embedDimension)
    }
    let learned = try LearnedPrompt(path, model: model, precision: precision)
    let names = try learned.classNames(orIn: classes, of: path)
    guard !learned.context.isConditional else {
      throw ExperimentError.foreignClassifier(
        path: path, reason: "each image shifts this context, so classes don't have fixed weights")
    }
    let file = try learned.classifierFile(names, position: classPosition)
    try file.write(to: output, layout: layout)
    return (names.count, learned.model.configuration.embedDimension)
  }
}
