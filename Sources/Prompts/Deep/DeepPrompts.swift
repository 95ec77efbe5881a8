import PromptLensCLIP
import PromptLensTensors
import PromptLensTokenization

/// Learned prompts in deep layers, as they are put into the towers of a model.
package struct DeepPrompts {
  /// The learned tensors.
  package let parameters: PromptParameters
  /// The prompt as written, of which the learned vectors replace the first tokens.
  package let template: Template
  /// The hand-written prompt of whose features TCP's network makes its vectors.
  package let teacherTemplate: Template
  /// The form of the prompts; TCP's is made again for the classes of a classifier.
  package let form: any PromptForm
  /// The tokens of the image tower before each block that has some, by the block's index.
  package let imagePrompts: [Int: [Float]]
  private let source: String

  /// Creates prompts for a model.
  ///
  /// - Parameters:
  ///   - parameters: the learned tensors.
  ///   - template: the prompt as written; nil for the official code's.
  ///   - teacherTemplate: TCP's hand-written prompt; nil for "a photo of a {}.".
  ///   - model: the architecture.
  ///   - source: the file, for errors.
  /// - Throws: ``PromptError`` when they don't fit the model, ``PromptError/templateWithoutPlaceholder(template:)``.
  package init(
    _ parameters: PromptParameters, template: Template? = nil, teacherTemplate: Template? = nil,
    for model: CLIPConfiguration, source: String
  ) throws {
    self.parameters = parameters
    self.source = source
    self.teacherTemplate = teacherTemplate ?? .photo
    form = try parameters.form(for: model, source: source) {
      UnitRows(FloatBuffer(count: 0), width: model.embedDimension)
    }
    imagePrompts = form.imageTokens > 0 ? form.vectors(parameters).image : [:]
    self.template =
      try template
      ?? (form is AttributedPrompts
        ? Template([String](repeating: "X", count: form.contextLength).joined(separator: " ") + " {}.")
        : Self.officialTemplate(contextLength: form.contextLength))
  }

  /// Reads the prompts of a checkpoint for a model.
  ///
  /// - Throws: ``PromptError`` when they don't fit the model.
  package init(_ checkpoint: DeepPromptCheckpoint, for model: CLIPConfiguration) throws {
    try self.init(checkpoint.parameters, for: model, source: checkpoint.path)
  }

  /// Returns the words that the official code writes for a number of vectors: those of photographs, of which fewer than four
  /// vectors leave some in place, and placeholders for more than four.
  package static func officialTemplate(contextLength: Int) throws(PromptError) -> Template {
    guard contextLength > 4 else { return .photo }
    return try Template([String](repeating: "X", count: contextLength).joined(separator: " ") + " {}.")
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
    let encoder = try clip.textEncoder()
    let width = clip.configuration.embedDimension
    let form = try form(for: classNames, clip: clip, tokenizer: tokenizer)
    let elements = try form.elements(
      Self.tokens(classNames, template, clip, tokenizer), end: Int32(clip.configuration.text.endToken))
    let vectors = form.vectors(parameters)
    let pass = try PromptPass(
      encoder: encoder, tree: encoder.tree(elements), tapeLimit: 0, replacedFrom: form.firstReplaced)
    let features = try vectors.context.withUnsafeBufferPointer { try pass.forward(context: $0, layers: vectors.text) }
    features.normalizeRows(width: width)
    return try Tensor(features, shape: [classNames.count, width], name: "classifier")
  }

  /// Returns the form of the prompts for some classes; TCP's holds the classes' features.
  ///
  /// - Throws: the errors of ``weights(_:clip:tokenizer:)``.
  package func form(for classNames: [String], clip: CLIPModel, tokenizer: Tokenizer) throws -> any PromptForm {
    guard form.isClassSpecific else { return form }
    return try parameters.form(for: clip.configuration, source: source) {
      UnitRows(try clip.textEncoder().encode(Self.tokens(classNames, teacherTemplate, clip, tokenizer)))
    }
  }

  /// Returns the token ids of classes' prompts by a template.
  package static func tokens(
    _ classNames: [String], _ template: Template, _ clip: CLIPModel, _ tokenizer: Tokenizer
  ) throws -> [[Int32]] {
    let length = clip.configuration.text.contextLength
    return try classNames.map {
      try tokenizer.tokenize(template.prompt(for: $0.replacing("_", with: " ")), contextLength: length)
    }
  }
}
