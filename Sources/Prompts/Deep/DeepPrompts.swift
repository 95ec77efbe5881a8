import PromptLensCLIP
import PromptLensTensors
import PromptLensTokenization

/// Learned prompts in deep layers, as they are put into the towers of a model.
package struct DeepPrompts {
  /// The form of the prompts.
  package let form: any PromptForm
  /// The vectors that they put into the towers.
  package let vectors: TowerPrompts

  /// Reads the prompts of a checkpoint for a model.
  ///
  /// - Parameters:
  ///   - checkpoint: the checkpoint.
  ///   - model: the architecture.
  /// - Throws: ``PromptError`` when they don't fit the model, or are TCP's, whose words the file doesn't tell.
  package init(_ checkpoint: DeepPromptCheckpoint, for model: CLIPConfiguration) throws {
    form = try checkpoint.parameters.form(for: model, source: checkpoint.path) {
      throw PromptError.foreignMethod(
        source: checkpoint.path, method: PromptMethod.tcp.rawValue, missing: PromptMethod.tcp.missingPart)
    }
    vectors = form.vectors(checkpoint.parameters)
  }

  /// The prompt as written, of which the learned vectors replace the first tokens: the official code's.
  package var template: Template {
    get throws(PromptError) {
      guard form.contextLength > 4 else { return .photo }
      return try Template([String](repeating: "X", count: form.contextLength).joined(separator: " ") + " {}.")
    }
  }

  /// Computes the class weights of some classes.
  ///
  /// - Parameters:
  ///   - classNames: the classes; underscores are read as spaces.
  ///   - clip: the model.
  ///   - tokenizer: CLIP's.
  /// - Returns: unit rows, `[classes, embedDimension]`.
  /// - Throws: `TokenizationError` when a name is too long, and the tower's errors.
  package func weights(_ classNames: [String], clip: CLIPModel, tokenizer: Tokenizer) throws -> Tensor {
    let length = clip.configuration.text.contextLength
    let template = try template
    let tokens = try classNames.map {
      try tokenizer.tokenize(template.prompt(for: $0.replacing("_", with: " ")), contextLength: length)
    }
    let encoder = try clip.textEncoder()
    let elements = try form.elements(tokens, end: Int32(clip.configuration.text.endToken))
    let pass = try PromptPass(encoder: encoder, tree: encoder.tree(elements), tapeLimit: 0)
    let features = try vectors.context.withUnsafeBufferPointer { try pass.forward(context: $0, layers: vectors.text) }
    features.normalizeRows(width: clip.configuration.embedDimension)
    return try Tensor(features, shape: [classNames.count, clip.configuration.embedDimension], name: "classifier")
  }
}
