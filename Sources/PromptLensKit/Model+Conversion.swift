import PromptLensExperiments

extension Model {
  /// Converts a published checkpoint into a model folder and opens it.
  ///
  /// - Parameters:
  ///   - source: OpenAI's `.pt`, an open_clip or Hugging Face folder or file, a Keras Hub preset, or `mini-clip`, the small model
  ///     that comes with the package. Pickles are read, never executed.
  ///   - folder: the folder to write, which must be missing or empty; it appears only when it is complete.
  ///   - precision: the arithmetic of the towers.
  /// - Returns: the model.
  /// - Throws: ``PromptLensError`` when the source isn't a CLIP, is damaged, or the folder cannot be written.
  public static func converted(
    from source: String, to folder: String, precision: Precision = .float32
  ) throws(PromptLensError) -> Model {
    try wrappingErrors { _ = try ModelConversion(source: source, output: folder).run() }
    return try Model(contentsOf: folder, precision: precision)
  }
}
