import PromptLensFiles
import PromptLensPrompts
import PromptLensTensorFiles

extension StoredContext {
  /// The model that looks up class names for CoOp's form: the given one, or the run's; nil where there is none.
  private func exportModel(_ given: String?) -> String? { given ?? run?.description.model }

  /// Returns whether CoOp's form lacks the names of the classes, whose embeddings stand around the vectors.
  ///
  /// - Parameter model: the given model; nil for the run's.
  /// - Returns: true where a model would look them up, and neither names nor their embeddings are stored.
  package func lacksClassNames(model: String?) -> Bool {
    exportModel(model) != nil && context.classNames == nil && context.provenance?.surroundings == nil
  }

  /// Writes the context for other software.
  ///
  /// - Parameters:
  ///   - format: the format; CoOp's has the embeddings of the class names around the vectors.
  ///   - output: the file.
  ///   - classPosition: the position of the class name to record; nil for the context's own.
  ///   - classes: a file of class names; nil for the context's own.
  ///   - model: the model that looks up class names; nil for the run's.
  ///   - epoch: the epoch to record; nil for the context's own.
  ///   - force: whether an existing file is replaced.
  /// - Returns: the context that was written, without the embeddings around it.
  /// - Throws: `FileError` when the file exists or can't be written, `ExportError` when the format can't hold the
  ///   context, and the errors of opening the model.
  package func export(
    as format: ContextExport.Format, to output: String, classPosition: ClassPosition? = nil, classes: String? = nil,
    model: String? = nil, epoch: Int? = nil, force: Bool
  ) throws -> LearnedContext {
    try context.requirePrompts(source: source)
    try OutputCheck.file(output, inputs: [source, path, classes].compactMap(\.self), force: force)
    if format == .npy, try !OutputCheck.isStream(output) {
      try OutputCheck.file(NumPyCompanion.path(of: output), force: force)
    }
    let exported = try context.with(
      classNames: context.classNames, classPosition: classPosition ?? context.classPosition,
      provenance: context.provenance, source: path)
    try ContextExport.write(
      format == .coOp ? try surrounded(exported, model: exportModel(model), classes: classes) : exported, as: format,
      to: output, epoch: epoch)
    return exported
  }

  /// Returns a context with the embeddings of class names around it, where there is a model to look them up.
  private func surrounded(_ context: LearnedContext, model: String?, classes: String?) throws -> LearnedContext {
    guard let model else { return context }
    let opened = try OpenedModel(model)
    try context.check(against: opened, path: source)
    guard let names = try classes.map(TextFile.classNames) ?? context.classNames else {
      guard context.provenance?.surroundings == nil else { return context }
      throw ExperimentError.noClassNames(context: source)
    }
    return try context.surrounded(byClasses: names, of: opened, source: source)
  }
}
